"""
The audit log as its officers look through it: filtered, counted, proven, exported, and its alarms settled.

Whoever may search AuditEvents may do this, in their own organisation's log, and every look leaves an entry. Entries
hold ids; what somebody is called is asked apart (`names`), and that is recorded as the reading it is.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from meridian.access.chart import Chart
from meridian.access.door import Door, shared
from meridian.access.interaction import Interaction
from meridian.access.subject import Subject
from meridian.audit import asking, checking, checkpoint, choosing, search, summary
from meridian.audit.anchors import Anchors
from meridian.audit.asking import Filter
from meridian.audit.checking import Checked, Shown
from meridian.audit.checkpoint import Signer
from meridian.audit.choosing import Head
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.audit.summary import Summary
from meridian.audit.terms import BLOCK
from meridian.audit.verifier import Key
from meridian.clock import Clock
from meridian.faults import Invalid, NotFound
from meridian.files.archive import Archive
from meridian.store import reviews
from meridian.store.engine import Engine
from meridian.store.keys import NOBODY, people
from meridian.store.plan import Plan, Query
from meridian.store.reviews import Review
from meridian.vault.keyring import DataKey, Keyring
from meridian.vault.seal import place as sealed_at
from meridian.vault.seal import seal, unseal

KIND = "AuditEvent"
NAMES = f"{KIND}/$names"
MOST_NAMES = 100
LONGEST_NOTE = 2000
"""Characters."""
VERDICTS = ("explained", "false-alarm", "incident")
REQUEST_BLOCKS = 3
"""Blocks in which the other entries of a request are looked for: they were written with it."""
Named = tuple[int, Entry]
"""An entry with its place."""


class Settled(NamedTuple):
    """What an officer concluded of an alarm."""

    verdict: str
    note: str
    who: str
    at: int


class Alarm(NamedTuple):
    """An alarm, and what was concluded of it, if anything was."""

    seq: int
    entry: Entry
    settled: Settled | None


class State(NamedTuple):
    """
    How far the log is kept safe: entries in all, and those of them that are signed, anchored and archived.

    Args:
        archived: `None` where nothing was ever archived.
        key: The public key, to be written down and compared.
    """

    size: int
    signed: int
    anchored: int
    archived: int | None
    key: str


class Overseer:
    """
    The log, for one subject.

    Args:
        subject: Who looks.
        engine, keyring, clock: As a `Chart` has them.
        signer, anchors: Of the logs.
        archive: Where what stays is put.

    Raises (from every method):
        Forbidden: If the role may not read the log.
    """

    def __init__(  # noqa: PLR0917  # what a log is kept by
        self,
        subject: Subject,
        engine: Engine,
        keyring: Keyring,
        clock: Clock,
        signer: Signer,
        anchors: Anchors,
        archive: Callable[[], Archive],
    ) -> None:
        self._door = Door(subject, shared(engine, keyring, clock))
        self._chart = Chart(subject, engine, keyring, clock)
        self._keyring, self._signer, self._anchors, self._archive = keyring, signer, anchors, archive

    async def entries(self, by: Filter, count: int, after: int | None) -> tuple[list[Named], int | None]:
        """A page of entries, newest first, and the place where the next begins; a page may hold few."""
        rule = await self._allowed("search-type")
        found, following = await self._door.engine.read(
            partial(search.entries, self._org, asking.asked(by, count, after))
        )
        seen = tuple(f"{KIND}/{search.identifier(self._org, seq)}" for seq, _ in found)
        await self._door.record("search-type", KIND, seen=seen, rule=rule)
        return found, following

    async def counted(self, by: Filter, step: int, after: int | None) -> Summary:
        """Entries by time, outcome and address: a part of the log, with the place where counting goes on."""
        rule = await self._allowed("audit-summary")
        made = await summary.count(self._door.engine, self._org, asking.asked(by, search.MOST_COUNT, after), step)
        await self._door.record("audit-summary", KIND, rule=rule)
        return made

    async def one(self, seq: int) -> tuple[Entry, Shown, Head, list[Named]]:
        """An entry with its proof, the checkpoint it leads to, and the other entries of its request."""
        what = f"{KIND}/{search.identifier(self._org, seq)}"
        rule = await self._allowed("read", what)
        try:
            top, key = await self._head()
            shown = await checking.shown(self._door.engine, self._org, top, key, seq)
        except NotFound as fault:
            await self._door.refuse("read", what, fault)
        entry = open_body(shown.body)
        others = await self._beside(seq, entry) if entry.request else []
        await self._door.record("read", what, rule=rule)
        return entry, shown, top, others

    async def _beside(self, seq: int, entry: Entry) -> list[Named]:
        asked = asking.asked(Filter(request=entry.request), search.MOST_COUNT, (seq // BLOCK + 2) * BLOCK)
        found: list[Named] = []
        for _ in range(REQUEST_BLOCKS):
            more, edge = await self._door.engine.read(partial(search.block, self._org, asked))
            found += [one for one in more if one[0] != seq]
            if edge is None or edge < (seq // BLOCK - 1) * BLOCK:
                break
            asked = replace(asked, after=edge)
        return found

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        """What staff and patients are called, by reference; who cannot be found is left out."""
        await self._allowed("audit-names")
        chart, found = self._chart.within(NAMES), dict[str, str]()
        for kind in ("Practitioner", "Patient"):
            ids = sorted({one.partition("/")[2] for one in people[:MOST_NAMES] if one.startswith(f"{kind}/")})
            if not ids:
                continue
            page = await chart.search(kind, [("_id", ",".join(ids)), ("_count", str(MOST_NAMES))])
            found |= {f"{kind}/{one.id}": _called(one.body) for one in page.matches}
        return found

    async def alarms(self, after: int | None, count: int) -> tuple[list[Alarm], int | None]:
        """A page of alarms, newest first, each with what was concluded of it."""
        rule = await self._allowed("audit-alarms")
        asked = asking.asked(Filter(action="alert"), count, after)
        found, following = await self._door.engine.read(partial(search.entries, self._org, asked))
        settled = await self._door.engine.write(lambda: self._settled([seq for seq, _ in found]))
        await self._door.record("audit-alarms", KIND, rule=rule)
        return [Alarm(seq, entry, settled.get(seq)) for seq, entry in found], following

    def _settled(self, seqs: Sequence[int]) -> Plan[dict[int, Settled]]:
        found = yield from reviews.of(self._org, seqs)
        if not found:
            return {}
        key = yield from self._key_of_nobody()
        return {
            seq: Settled(one.verdict, unseal(key, self._place(seq), one.note).decode(), one.who, one.at)
            for seq, one in found.items()
        }

    async def settle(self, seq: int, verdict: str, note: str) -> None:
        """
        Conclude an alarm; a later conclusion replaces the one before, and the log has both.

        Raises:
            NotFound: If there is no alarm at that place.
            Invalid: If the verdict is none, or the note is too long, or empty.
        """
        what = f"{KIND}/{search.identifier(self._org, seq)}"
        rule = await self._allowed("audit-reviewed", what)

        def plan() -> Plan[None]:
            if verdict not in VERDICTS or not note.strip() or len(note) > LONGEST_NOTE:
                raise Invalid(f"Say which ({', '.join(VERDICTS)}), and why in at most {LONGEST_NOTE} characters")
            rows = yield Query("SELECT body FROM audit_entry WHERE org = ? AND seq = ?", (self._org, seq))
            if not rows or open_body(rows[0][0]).action not in asking.ALERTED:
                raise NotFound("There is no such alarm")
            key = yield from self._key_of_nobody()
            sealed = seal(key, self._place(seq), note.strip().encode())
            subject = self._door.subject
            yield from reviews.keep(self._org, Review(seq, verdict, sealed, subject.who, self._door.clock()))
            yield self._door.recorded("audit-reviewed", what, rule=f"{rule}|{verdict}")

        await self._door.do("audit-reviewed", what, lambda: plan)

    def _key_of_nobody(self) -> Plan[DataKey]:
        return (yield from people(self._keyring, self._org, []))[NOBODY].key

    def _place(self, seq: int) -> bytes:
        return sealed_at(self._org, "alarm-review", str(seq), 1)

    async def state(self) -> State:
        """How far the log is kept safe."""
        rule = await self._allowed("audit-state")
        top, key = await self._head()
        rows = await self._door.engine.read(self._size)
        anchored = self._anchors.newest(self._org)
        prefix = f"audit/{self._org}/checkpoint/"
        archived = [int(name.rpartition("/")[2]) async for name in self._archive().names(prefix)]
        await self._door.record("audit-state", KIND, rule=rule)
        newest = archived[-1] if archived else None
        return State(rows, top.point.size, anchored.size if anchored else 0, newest, str(key))

    def _size(self) -> Plan[int]:
        rows = yield Query("SELECT size FROM audit_head WHERE org = ?", (self._org,))
        return int(rows[0][0]) if rows else 0

    async def checked(self, after: int) -> Checked:
        """Verify a piece of the log that begins at entry *after*."""
        rule = await self._allowed("audit-verified")
        top, key = await self._head()
        found = await checking.piece(self._door.engine, self._org, top, key, after // BLOCK * BLOCK)
        await self._door.record("audit-verified", KIND, rule=rule if found.wrong is None else f"{rule}|broken")
        return found

    async def export(self, by: Filter) -> AsyncIterator[bytes]:
        """
        What fits, with its proofs, as a ZIP; what is not signed yet is left out.

        Raises:
            Invalid: If more fits than one export holds, or nothing.
        """
        rule = await self._allowed("audit-export")
        top, _ = await self._head()
        try:
            places = await self._places(by, top.point.size)
        except Invalid as fault:
            await self._door.refuse("audit-export", KIND, fault)
        await self._door.record("audit-export", f"{KIND}/{len(places)}-entries", rule=rule)
        return choosing.archive(self._door.engine, self._org, places, top, signer=self._signer, asked=by.words())

    async def _places(self, by: Filter, size: int) -> list[int]:
        places: list[int] = []
        asked = asking.asked(by, search.MOST_COUNT)
        while True:
            found, edge = await self._door.engine.read(partial(search.block, self._org, asked))
            places += [seq for seq, _ in found if seq < size]
            if len(places) > choosing.MOST:
                raise Invalid(f"More than {choosing.MOST} entries fit; narrow it, or have the whole log exported")
            if edge is None or edge == 0:
                break
            asked = replace(asked, after=edge)
        if not places:
            raise Invalid("No signed entry fits")
        return sorted(places)

    @property
    def _org(self) -> int:
        return self._door.subject.org

    async def _head(self) -> tuple[Head, Key]:
        top = await choosing.head(self._door.engine, self._org, self._anchors)
        return top, checkpoint.key(self._signer, top.point.origin)

    async def _allowed(self, action: str, what: str = KIND) -> str:
        try:
            return self._door.allow(Interaction.SEARCH, KIND)
        except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
            await self._door.refuse(action, what, fault)


def _called(body: bytes) -> str:
    """Family name first, as a clinic's lists have it; the text where there is nothing else."""
    names = json.loads(body).get("name", [])
    best = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    given = " ".join(best.get("given", []))
    return ", ".join(filter(None, (best.get("family", ""), given))) or str(best.get("text", ""))
