"""The carrier that puts mails (`.eml`) and text messages (`.sms.json`) into a folder, complete as soon as seen."""

import json
import secrets
from pathlib import Path

from meridian.clock import Clock
from meridian.post.letters import Letter, Note, Product
from meridian.post.mime import message


class Folder:
    """
    Puts mails and text messages into a folder.

    Args:
        folder: Made if need be, for its owner only.
        product: Who writes.
        clock: What time it is.
    """

    def __init__(self, folder: Path, product: Product, clock: Clock) -> None:
        self._folder, self._product, self._clock = folder, product, clock

    async def mail(self, letter: Letter) -> None:
        """As `Carrier.mail`."""
        self.post(letter)

    async def text(self, note: Note) -> None:
        """As `Carrier.text`."""
        now = self._clock()
        said = {"to": note.to, "text": note.text, "at": now}
        self._put(now, "sms.json", json.dumps(said, ensure_ascii=False).encode())

    def post(self, letter: Letter) -> Path:
        """The file of the mail."""
        now = self._clock()
        return self._put(now, "eml", message(letter, self._product, now).as_bytes())

    def _put(self, now: int, ending: str, content: bytes) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{now}-{secrets.token_hex(4)}.{ending}"
        part = self._folder / f"{path.name}.part"
        part.touch(mode=0o600)
        part.write_bytes(content)
        return part.rename(path)
