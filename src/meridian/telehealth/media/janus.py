"""
Janus's videoroom as the carrier of media: rooms that forward what each sends to all others.

Nothing about a room is kept here. Its name, its secret, and each person's pin and feed are HMACs of what the database
says, under the key that only Janus and the vault have; so any process can name them, and nobody else.

Three things let somebody in, and each is needed: a signed token opens the gateway for some minutes, for rooms and
nothing else; a pin of their own opens one room and is struck off when they are put out; and who subscribes must be
somebody who has joined. A feed is named `<person>.<proof>`, so that a feed that nobody was given can be told and is put
out.

Rooms are encrypted from end to end (`require_e2ee`) unless they are there to be recorded. One that is records from the
moment it is there, so that it does so again when Janus was started anew; nobody is let into it who has not agreed.
"""

import base64
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meridian import clock as clocks
from meridian.clock import Clock
from meridian.faults import NotFound, Unavailable
from meridian.settings import Janus as Settings
from meridian.telehealth.media.port import Mode, Pass, Room
from meridian.telehealth.media.wire import PLUGIN, Gone, Refused, Wire, refused

if TYPE_CHECKING:
    from meridian.vault.secrets import Vault

TOKEN_LIFE = 600
"""Seconds that a token opens the gateway; it is asked for with every request, so a browser fetches another in time."""
BITRATE = 1_500_000
"""Bits a second of one sender's picture at most: 720p, or a screen."""
RECORDED_BITRATE = 800_000
"""Likewise where it is recorded: an hour of one person is 360 MB at most."""

_log = logging.getLogger("meridian.telehealth")


@dataclass(frozen=True, slots=True)
class Names:
    """
    What a room and those in it are called, and by what they are let in.

    Args:
        room: The room's name at Janus.
        secret: What opens, changes and closes it; never leaves the server.
        key: From which the rest follows.
    """

    room: str
    secret: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, admin_key: str, room: Room) -> "Names":
        """The names that belong to *room*."""
        said = f"{room.org}|{room.visit}|{room.number}|{room.recorded}"
        key = hmac.digest(admin_key.encode(), said.encode(), "sha256")
        return cls(_proof(key, "room")[:32], _proof(key, "secret"), key)

    def pin(self, person: str) -> str:
        """What lets that person, and nobody else, join."""
        return _proof(self.key, f"pin|{person}")

    def feed(self, person: str) -> str:
        """What that person's pictures are called in the room."""
        return f"{person}.{_proof(self.key, f'feed|{person}')[:16]}"

    def given(self, feed: str) -> bool:
        """Whether we gave that name to anybody."""
        return hmac.compare_digest(self.feed(feed.rpartition(".")[0]).encode(), feed.encode())


@dataclass(slots=True)
class Janus:
    """
    One gateway.

    Args:
        settings: Where it is.
        secrets: The vault.
        clock: What time it is.
    """

    settings: Settings
    secrets: "Vault"
    clock: Clock = clocks.now
    mode: Mode = "sfu"
    most: int = 6
    _wire: Wire = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._wire = Wire(self.settings.url)

    @property
    def records(self) -> bool:
        """Whether the settings name a folder for it."""
        return bool(self.settings.recordings)

    async def open(self, room: Room) -> None:
        """
        Make the room, unless it is there.

        Raises:
            Unavailable: If Janus does not answer as it is to; so from every method.
        """
        names = self._names(room)
        made: dict[str, Any] = {
            "request": "create",
            "admin_key": self._secret(self.settings.admin_key),
            "room": names.room,
            "secret": names.secret,
            "description": "recorded" if room.recorded else "sealed",
            "is_private": True,
            "permanent": False,
            "allowed": [],
            "publishers": self.most,
            "require_pvtid": True,
            "require_e2ee": not room.recorded,
            "audiocodec": "opus",
            "videocodec": "vp8",
            "bitrate": RECORDED_BITRATE if room.recorded else BITRATE,
            "bitrate_cap": True,
            "record": room.recorded,
            "lock_record": True,
            "notify_joining": False,
        }
        if room.recorded:
            made["rec_dir"] = str(self._made(room))
        try:
            await self._ask(made)
        except Refused as no:
            if no.code != Gone.EXISTS:
                raise refused("create", no) from None

    async def grant(self, room: Room, person: str) -> Pass:
        """Let one person in; again for a fresh token. A room that Janus lost when it restarted is made anew."""
        names = self._names(room)
        pin = names.pin(person)
        try:
            await self._allow(names, "add", pin)
        except Refused as no:
            if no.code != Gone.NO_ROOM:
                raise refused("allow", no) from None
            await self.open(room)
            await self._manage("allow", self._allow(names, "add", pin))
        expires = self.clock() // 1000 + TOKEN_LIFE
        return Pass(
            path=self.settings.path,
            room=names.room,
            pin=pin,
            feed=names.feed(person),
            token=self._token(expires),
            expires=expires * 1000,
        )

    async def revoke(self, room: Room, person: str) -> None:
        """Strike off their pin, and put out their feed and any that nobody was given."""
        names = self._names(room)
        if await self._manage("revoke", self._allow(names, "remove", names.pin(person))) is None:
            return
        said = await self._manage("list", self._ask({"request": "listparticipants", "room": names.room}))
        feeds = [one["id"] for one in (said or {}).get("participants", []) if isinstance(one.get("id"), str)]
        for feed in feeds:
            if feed == names.feed(person) or not names.given(feed):
                body = {"request": "kick", "room": names.room, "secret": names.secret, "id": feed}
                await self._manage("kick", self._ask(body))

    async def start_recording(self, room: Room) -> None:
        """
        Record everybody who sends, from now on.

        Raises:
            ValueError: If the room is sealed from end to end: what would be kept could not be read.
        """
        if not room.recorded:
            raise ValueError("Only a room that was opened to be recorded can be")
        names = self._names(room)
        try:
            await self._record(names, on=True)
        except Refused as no:
            raise refused("record", no) from None

    async def stop_recording(self, room: Room) -> Sequence[Path]:
        """The files, one for each track, all closed; those of a room that Janus lost have not got their names yet."""
        names = self._names(room)
        await self._manage("stop recording", self._record(names, on=False))
        return sorted(self._folder(room).glob("*.mjr"))

    async def close(self, room: Room) -> None:
        """Put everybody out and forget the room."""
        names = self._names(room)
        body = {"request": "destroy", "room": names.room, "secret": names.secret, "permanent": False}
        await self._manage("destroy", self._ask(body))

    async def check(self) -> None:
        """
        See that Janus answers and shares our secrets.

        Raises:
            Unavailable: If not, saying which.
        """
        try:
            await self._ask({"request": "list", "admin_key": self._secret(self.settings.admin_key)})
        except Refused as no:
            raise refused("list", no) from None

    async def let_go(self) -> None:
        """Close the connections to Janus."""
        await self._wire.close()

    async def _allow(self, names: Names, action: str, pin: str) -> dict[str, Any]:
        return await self._ask(
            {"request": "allowed", "room": names.room, "secret": names.secret, "action": action, "allowed": [pin]}
        )

    async def _record(self, names: Names, *, on: bool) -> dict[str, Any]:
        return await self._ask(
            {"request": "enable_recording", "room": names.room, "secret": names.secret, "record": on}
        )

    async def _manage(self, what: str, asked: Any) -> dict[str, Any] | None:
        """What Janus says; `None` when there is no such room or person (any more), which is as well."""
        try:
            said: dict[str, Any] = await asked
        except Refused as no:
            if no.code in (Gone.NO_ROOM, Gone.NO_FEED):
                return None
            raise refused(what, no) from None
        return said

    async def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        return await self._wire.ask(body, self._token(self.clock() // 1000 + TOKEN_LIFE))

    def _token(self, expires: int) -> str:
        """A token for rooms and nothing else (janus.conf.meetecho.com/docs/auth.html, signed tokens)."""
        said = f"{expires},janus,{PLUGIN}"
        digest = hmac.digest(self._secret(self.settings.token_secret).encode(), said.encode(), "sha1")  # Janus's choice
        return f"{said}:{base64.b64encode(digest).decode()}"

    def _names(self, room: Room) -> Names:
        return Names.of(self._secret(self.settings.admin_key), room)

    def _made(self, room: Room) -> Path:
        """The folder of a room, in which both Janus and we may write: what is made in it has the group of the whole."""
        folder = self._folder(room)
        try:
            folder.mkdir(exist_ok=True)
            folder.chmod(0o2770)
        except OSError as wrong:
            _log.error("nothing can be recorded: %s", type(wrong).__name__)
            raise Unavailable("Nothing can be recorded here: its folder cannot be written") from None
        return folder

    def _folder(self, room: Room) -> Path:
        if not self.records:
            raise Unavailable("Nothing can be recorded here: the settings name no folder for it")
        return Path(self.settings.recordings) / room.label

    def _secret(self, name: str) -> str:
        try:
            return self.secrets.get(name).reveal()
        except (NotFound, Unavailable):
            _log.error("the gateway cannot be used: the vault lacks %s", name)
            raise Unavailable("Calls of more than two are not set up") from None


def _proof(key: bytes, said: str) -> str:
    return hmac.digest(key, said.encode(), "sha256").hex()
