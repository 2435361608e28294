"""
Secrets for programs that read theirs from a file: a copy of the file, with the secrets that it names.

A file says `@secret:turn/secret@` where the secret belongs, and can be shown to anybody. The copy is made when the
program starts, in a folder that is gone after a restart, and is its owner's alone.
"""

import re
import shutil
from pathlib import Path

from meridian.faults import Invalid
from meridian.vault.files import replace_file
from meridian.vault.secrets import Vault

_PLACE = re.compile(r"@secret:([a-z0-9_./-]+)@")
_PLAIN = re.compile(r"[A-Za-z0-9_+/=.-]{16,}")
"""What means nothing in any file's grammar, and is too long to be guessed."""


def filled(text: str, secrets: Vault) -> str:
    """
    *text* with the secrets that it names.

    Raises:
        NotFound: If there is no secret of a name.
        Invalid: If one could end the string it stands in, or is short enough to be guessed.
    """

    def value(place: re.Match[str]) -> str:
        found = secrets.get(place[1]).reveal()
        if not _PLAIN.fullmatch(found):
            raise Invalid(f"{place[1]} is to be 16 or more letters, digits and _+/=.- to stand in a file")
        return found

    return _PLACE.sub(value, text)


def fill(source: Path, target: Path, secrets: Vault, owner: str = "") -> list[Path]:
    """
    A copy of *source*, a file or a folder of files, with the secrets that it names; the files that were written.

    Args:
        source: What names them.
        target: The copy: a file, or a folder that is made if need be.
        secrets: The vault.
        owner: Account whose alone the copy is; empty: ours. Only root may give one away.

    Raises:
        NotFound: If there is no secret of a name; nothing was written then.
        Invalid: If a secret cannot stand in a file.
        LookupError: If there is no such account.
    """
    pairs = [(one, target / one.name) for one in sorted(source.iterdir())] if source.is_dir() else [(source, target)]
    texts = {to: filled(come_from.read_text(encoding="utf-8"), secrets) for come_from, to in pairs}
    for to, text in texts.items():
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(to, text.encode())
        if owner:
            shutil.chown(to, owner)
    if owner and source.is_dir():
        shutil.chown(target, owner)
    return list(texts)
