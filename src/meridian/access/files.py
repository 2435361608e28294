"""
The door to bytes: what lies beside the records is reached through here and no other way.

The bytes of a file are the content of a Binary, so whoever may read that Binary may have them: `opened` reads it within
the subject's scope, in the operation that records it, before a byte leaves. Besides, they must have been found clean.
A file's key is sealed under its patient's, so that destroying that key destroys the file wherever copies of it are.

Sending one in needs no record yet: an upload is its account's own until it becomes a document, and is refused from the
start to those whose role may make none.
"""

import os
from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import msgspec

from meridian import clock as clocks
from meridian.access.interaction import Interaction
from meridian.access.recording import rule_names
from meridian.access.subject import Subject
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.faults import Conflict, Forbidden, Gone, Invalid, Issue, NotFound, TooLarge
from meridian.files.folder import Folder
from meridian.files.sealed import Part, Sealed, sealed_pieces
from meridian.files.sealing import CHUNK, Sealer, fresh_key
from meridian.files.shelf import Shelf
from meridian.identity.opaque import mark, new_secret
from meridian.store import filing
from meridian.store.engine import Engine
from meridian.store.filing import State
from meridian.vault.keyring import Keyring

__all__ = ["Files", "Link", "Sealed", "Sent", "State"]

LARGEST = 200 * 1024 * 1024
"""Bytes of a file, as the issue has it."""
PIECE = 8 * 1024 * 1024
"""Bytes that one request brings at most; the last may bring fewer, every other a multiple of `CHUNK`."""
OPEN_UPLOADS = 20
"""Files that an account may be sending at once, house policy."""
OPEN_BYTES = 10 * LARGEST
"""Bytes that they may have together, house policy."""
UNFINISHED = 24 * 3600 * 1000
"""Milliseconds that an upload waits for its rest, house policy."""
LINK = 60_000
"""Milliseconds that a link lives."""
LINK_USES = 40
"""How often a link may be used in that time: a viewer asks for parts."""
RECEIVE = "documents/$receive"
"""The operation that makes a document of an upload."""


class Sent(NamedTuple):
    """
    A file that is being sent.

    Args:
        id: Its name.
        size: Bytes it will have.
        received: Bytes that are kept for good.
        expires: When it is thrown away unless it is whole by then, ms since the epoch.
        document: Logical id of what it became; empty until then.
        said: What its sender said of it.
    """

    id: str
    size: int
    received: int
    expires: int
    document: str
    said: dict[str, Any]


class Link(NamedTuple):
    """What a good link leads to."""

    document: str
    version: int


@dataclass(frozen=True, slots=True)
class Files:
    """
    Sealed bytes, for whoever may have them.

    Args:
        shelf: Where they lie.
        engine: Where it is written down what lies where.
        keyring: Unwraps patients' keys.
        clock: What time it is.
    """

    shelf: Shelf
    engine: Engine
    keyring: Keyring
    clock: Clock = clocks.now

    # --- sending

    def may_send(self, subject: Subject) -> None:
        """
        Pass if the subject may make documents.

        Raises:
            Forbidden: If not.
        """
        for kind in ("DocumentReference", "Binary"):
            if not rule_names(subject.role, subject.purpose, Interaction.CREATE, kind, RECEIVE):
                raise Forbidden("Your role does not include adding documents")

    def begin(self, work: Work, patient: str, size: int, said: dict[str, Any], *, most: int = LARGEST) -> Plan[Sent]:
        """
        A file is coming.

        Args:
            work: The operation.
            patient: Logical id of whose key seals it; empty when nobody knows whose it is.
            size: Bytes it will have.
            said: What its sender says of it; kept sealed.
            most: Bytes it may have; more than `LARGEST` is for what nobody sends.

        Raises:
            Forbidden: If the subject may make no documents.
            TooLarge: If it is over *most*.
            Conflict: If the account sends too many at once.
        """
        subject, now = work.subject, work.now
        self.may_send(subject)
        if size > most:
            raise TooLarge(f"A file may have {most // 1024**2} MB at most")
        count, total = yield from filing.uploads_open(subject.org, subject.account, now)
        if count >= OPEN_UPLOADS or total + size > max(OPEN_BYTES, most):
            raise Conflict("Too many files are being sent at once: wait until some have arrived")
        identity, key = os.urandom(16).hex(), fresh_key()
        note = Sealer(key, identity, size).seal_note(msgspec.json.encode(said))
        wrapped = yield from filing.wrapped(self.keyring, subject.org, patient, identity, key)
        file = filing.File(identity, patient, "", size, wrapped, State.COMING)
        upload = filing.Upload(identity, subject.account, size, 0, note, now + UNFINISHED, "")
        yield from filing.begin(subject.org, now, file, upload)
        return Sent(identity, size, 0, upload.expires, "", said)

    async def sent(self, subject: Subject, identity: str) -> Sent:
        """
        How far an upload of the subject's account has come.

        Raises:
            NotFound: If it has none of that name, or its time is over.
        """
        sent, _ = await self.engine.read(lambda: self._sent(subject, identity))
        return sent

    async def under_way(self, subject: Subject) -> list[Sent]:
        """What the subject's account is sending and has not finished, the oldest first."""

        def plan() -> Plan[list[Sent]]:
            names = yield from filing.unfinished(subject.org, subject.account, self.clock())
            found = []
            for name in names:
                sent, _ = yield from self._sent(subject, name)
                found.append(sent)
            return found

        return await self.engine.read(plan)

    async def append(self, subject: Subject, identity: str, offset: int, pieces: AsyncIterable[bytes]) -> Sent:
        """
        Keep what comes, from *offset* on; durable when this returns, and none of it is kept if it raises.

        Raises:
            NotFound: If the account has no such upload.
            Conflict: If it stands at another offset, which `issues` name.
            Invalid: If it is more than there is to come, or no whole chunk.
        """
        sent, sealer = await self.engine.read(lambda: self._sent(subject, identity))
        _expect(sent, offset)
        if sent.received == sent.size:
            return sent
        counted = _Counted(pieces, min(PIECE, sent.size - offset))
        name = os.urandom(16).hex()
        await self.shelf.put(name, sealed_pieces(sealer, offset, counted))
        kept = counted.kept(sent.size - offset)
        part = filing.Part(offset, name, kept)
        if not kept or not await self.engine.write(lambda: filing.advance(identity, offset, part)):
            await self.shelf.remove(name)
            if not kept:
                raise Invalid(f"Send at least {CHUNK:,} bytes at a time")
            _expect(await self.sent(subject, identity), offset)
        return sent._replace(received=offset + kept)

    async def abandon(self, subject: Subject, identity: str) -> None:
        """Throw away what has come of an upload; what has become a document stays."""
        sent = await self.sent(subject, identity)
        if sent.document:
            raise Conflict("It has become a document already; take that back instead")
        await self._forget(identity)

    async def incoming(self, subject: Subject, identity: str) -> Sealed:
        """The bytes of an upload that is whole, for its own account."""
        return await self.engine.read(lambda: self._incoming(subject, identity))

    def received(self, work: Work, identity: str) -> Plan[Sent]:
        """As `sent`, within the operation that makes a document of it, and kept from others meanwhile."""
        sent, _ = yield from self._sent(work.subject, identity, lock=True)
        return sent

    def adopt(self, work: Work, identity: str, binary: str, document: str) -> Plan[None]:
        """The file is the content of *binary*, which *document* shows; it is to be scanned."""
        del work  # a step of an operation, as all that write are
        yield from filing.adopt(identity, binary, State.SCANNING)
        yield from filing.became(identity, document)

    def _sent(self, subject: Subject, identity: str, *, lock: bool = False) -> Plan[tuple[Sent, Sealer]]:
        upload = yield from filing.upload(subject.org, subject.account, identity, lock=lock)
        file = yield from filing.by_id(subject.org, identity)
        if upload is None or file is None or upload.expires <= self.clock():
            raise NotFound("No file with that name is being sent")
        sealer = Sealer((yield from filing.unwrapped(self.keyring, subject.org, file)), identity, file.size)
        said = msgspec.json.decode(sealer.open_note(upload.said))
        return Sent(identity, upload.size, upload.received, upload.expires, upload.document, said), sealer

    def _incoming(self, subject: Subject, identity: str) -> Plan[Sealed]:
        _, sealer = yield from self._sent(subject, identity)
        parts = yield from filing.parts(identity)
        return Sealed(self.shelf, sealer, [Part(*one) for one in parts])

    # --- reading

    def states(self, work: Work, binaries: Iterable[str]) -> Plan[dict[str, State]]:
        """What may be done with the files of those Binaries that have one, by logical id."""
        found = yield from filing.of_binaries(work.subject.org, binaries)
        return {name: file.state for name, file in found.items()}

    def opened(self, work: Work, binary: str, *, unscanned: bool = False) -> Plan[Sealed | None]:
        """
        The bytes of a Binary that the subject may read; `None` when they lie in the Binary itself.

        Args:
            work: The operation, which records it.
            binary: Logical id.
            unscanned: Whether they are wanted to be scanned; nobody else sees what nobody has scanned.

        Raises:
            NotFound: If there is no such Binary, or it is not the subject's to read.
            Forbidden: If they have not been found clean.
            Unreadable: If their patient's key was destroyed.
        """
        yield from work.read("Binary", binary)
        file = yield from filing.of_binary(work.subject.org, binary)
        if file is None:
            return None
        _clean(file.state, unscanned=unscanned)
        sealer = Sealer((yield from filing.unwrapped(self.keyring, work.subject.org, file)), file.id, file.size)
        parts = yield from filing.parts(file.id)
        return Sealed(self.shelf, sealer, [Part(*one) for one in parts])

    def mark(self, work: Work, binary: str, state: State) -> Plan[None]:
        """What may be done with a Binary's file from now on; what was retracted stays so."""
        file = yield from filing.of_binary(work.subject.org, binary, lock=True)
        if file is not None and file.state != State.RETRACTED:
            yield from filing.mark(file.id, state)

    def destroy(self, work: Work, binary: str) -> Plan[None]:
        """Throw a Binary's key away, and with it its bytes, which are swept later; nobody can open them from now on."""
        file = yield from filing.of_binary(work.subject.org, binary, lock=True)
        if file is not None:
            yield from filing.forget(file.id)

    # --- links

    def link(self, work: Work, document: str, version: int) -> Plan[tuple[str, int]]:
        """A token for the bytes of a document that the subject has just read, and when it ends."""
        subject = work.subject
        token, expires = new_secret(), work.now + LINK
        kept = filing.Link(subject.account, subject.session, document, version, expires, 0)
        yield from filing.keep_link(subject.org, mark(token), kept)
        return token, expires

    def followed(self, work: Work, token: str) -> Plan[Link]:
        """
        What a token leads to.

        Raises:
            NotFound: If it is unknown, over, used up, or another session's: the same.
        """
        subject = work.subject
        link = yield from filing.use_link(subject.org, mark(token))
        mine = link is not None and (link.account, link.session) == (subject.account, subject.session)
        if link is None or not mine or link.expires <= work.now or link.uses >= LINK_USES:
            raise NotFound("This link is over; ask for a new one")
        return Link(link.document, link.version)

    # --- keeping order

    async def tidy(self) -> None:
        """Forget links and uploads whose time is over, and sweep away objects that nobody refers to."""
        now = self.clock()
        await self.engine.write(lambda: filing.forget_links(now))
        for identity, document in await self.engine.read(lambda: filing.overdue(now, 1000)):
            if document:
                await self.engine.write(partial(filing.close_upload, identity))
            else:
                await self._forget(identity)
        await self._sweep(now - UNFINISHED)

    async def _forget(self, identity: str) -> None:
        parts = await self.engine.read(lambda: filing.parts(identity))
        await self.engine.write(lambda: filing.forget(identity))
        for part in parts:
            await self.shelf.remove(part.name)

    async def _sweep(self, before: int) -> None:
        """An object younger than that may belong to a request under way."""
        if isinstance(self.shelf, Folder):
            await self.shelf.sweep(before)
        waiting: list[str] = []
        async for kept in self.shelf.names():
            if kept.written < before:
                waiting.append(kept.name)
            if len(waiting) == 200:  # noqa: PLR2004  # as many as one statement asks for
                await self._remove_unreferred(waiting)
                waiting = []
        await self._remove_unreferred(waiting)

    async def _remove_unreferred(self, names: list[str]) -> None:
        referred = await self.engine.read(lambda: filing.referred(names))
        for name in names:
            if name not in referred:
                await self.shelf.remove(name)


class _Counted:
    """Passes pieces on, counting; refuses what is over *most* bytes."""

    def __init__(self, pieces: AsyncIterable[bytes], most: int) -> None:
        self._pieces = pieces
        self._most = most
        self._seen = 0

    async def __aiter__(self) -> Any:
        async for piece in self._pieces:
            self._seen += len(piece)
            if self._seen > self._most:
                raise TooLarge(f"At most {self._most:,} bytes are wanted here")
            yield piece

    def kept(self, left: int) -> int:
        """Bytes that are kept: whole chunks, or all of it at the end."""
        return self._seen if self._seen == left else self._seen // CHUNK * CHUNK


def _expect(sent: Sent, offset: int) -> None:
    if sent.received != offset:
        raise Conflict(
            "The file goes on from another place",
            issues=(Issue("conflict", str(sent.received), "Upload-Offset"),),
        )


def _clean(state: State, *, unscanned: bool) -> None:
    match state:
        case State.CLEAN:
            return
        case State.SCANNING if unscanned:
            return
        case State.RETRACTED:
            raise Gone("This document was taken back")
        case State.REFUSED:
            raise Forbidden("This file was refused when it was checked; it is not handed out")
        case _:
            raise Forbidden("This file is still being checked; try again in a moment")
