"""
A drill: the newest backup is restored into a scratch folder, looked at, started, and read from; then thrown away.

It shows that a restore works, how long it takes (the recovery time, RTO), and how much work would have been lost (the
recovery point, RPO). What it found is kept as evidence, whether it went well or not; a check that could not be tried
has not passed, and is said to be so.

Source: 45 CFR 164.308(a)(7)(ii)(D), testing and revision procedures.
"""

import asyncio
import shutil
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from meridian import clock as clocks
from meridian.audit import checkpoint, reading
from meridian.audit.anchors import Anchors
from meridian.audit.verify import verify
from meridian.clock import Clock
from meridian.faults import Fault
from meridian.files.shelf import Shelf
from meridian.ops.backup import booting, comparing, keeping, own_server, rebuilding, restoring
from meridian.ops.backup.keeping import Came, Check, Drill
from meridian.ops.backup.manifest import Manifest
from meridian.ops.backup.restoring import Order, Restored
from meridian.ops.backup.sealing import Keys
from meridian.ops.backup.taking import Source
from meridian.settings.marks import READ_ONLY
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY, Sealed
from meridian.vault.files import replace_file
from meridian.vault.keyring import Keyring

SAMPLE = 25
"""Records of each organisation that are opened, spread over all there are."""


@dataclass(slots=True)
class Course:
    """A drill under way: its checks, in order."""

    source: Source
    checks: list[Check] = field(default_factory=list)

    def note(self, what: str, wrong: str, well: str) -> None:
        """One check: what is *wrong*, empty for nothing, and what to say when all is *well*."""
        self.checks.append(Check(what, Came.FAILED if wrong else Came.PASSED, wrong or well))

    def leave(self, why: str, *what: str) -> None:
        """Checks that are not tried, and *why*: they neither pass nor fail."""
        self.checks += [Check(one, Came.UNTRIED, why) for one in what]

    async def look(self, database: Database, found: Manifest) -> None:
        """Compare what was restored with what was counted, before anything is done to it."""
        rows, logs = await comparing.differences(database, found)
        self.note("rows", rows, f"{len(found.counts)} tables have the rows that were counted")
        self.note("heads", logs, f"{len(found.heads)} audit logs stand where they stood")


async def drill(
    source: Source,
    shelf: Shelf,
    *,
    scratch: Path | None = None,
    into: MariadbServer | None = None,
    options: tuple[str, ...] = (),
    clock: Clock = clocks.now,
) -> Drill:
    """
    Restore the newest backup, look at it, read from it, and throw it away; what was found is kept as evidence.

    Args:
        source: What was backed up: its keys open the backup, and its data folder takes the evidence.
        shelf: Of backups.
        scratch: A folder in which there is room, made when it is not there; the system's for temporary files when not
            given.
        into: A scratch database elsewhere, where rows are filled in, and which is cleared before and after; without it
            a private server is started.
        options: Of that private server.
        clock: What time it is.
    """
    at, began, course = clock(), time.monotonic(), Course(source)
    place = _place(scratch)
    restored = None
    port = booting.free_port()
    order = Order(
        shelf,
        source.master,
        at,
        place,
        source.signer.public,
        options=options,
        port=port,
        into=into,
        look=course.look,
        alone=True,
    )
    try:
        await _cleared(into)
        restored = await _restored(course, order, clock)
        await _examined(course, order, restored)
    except (Fault, OSError) as wrong:
        course.note("drill", getattr(wrong, "detail", "") or type(wrong).__name__, "")
    finally:
        await asyncio.to_thread(shutil.rmtree, place.parent, ignore_errors=True)
        await _cleared(into)
    said = Drill(
        at=at,
        backup=restored.name if restored else "",
        made=restored.found.made if restored else 0,
        passed=keeping.well(course.checks),
        checks=course.checks,
        rpo=at - restored.found.made if restored else 0,
        rto=round((time.monotonic() - began) * 1000),
        size=restored.size if restored else 0,
    )
    keeping.keep_drill(source.data, said, source.signer if source.serves else None)
    return said


def _place(scratch: Path | None) -> Path:
    """A folder of its own, closed to others, and not there yet."""
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(mkdtemp(prefix="meridian-drill-", dir=scratch)) / "data"


async def _cleared(into: MariadbServer | None) -> None:
    if into is not None:
        from meridian.ops.backup import rows  # noqa: PLC0415  # its driver is not wanted on SQLite

        await rows.clear(into)


async def _restored(course: Course, order: Order, clock: Clock) -> Restored:
    source = course.source
    ledger = source.anchors / "shredded.ledger"
    copies = (ledger.read_bytes(),) if ledger.exists() else ()
    restored = await restoring.restore(replace(order, ledgers=copies), clock)
    course.note("restore", "", f"backup {restored.found.no}, {restored.size:,} bytes, hashes as signed")
    course.note("shredded", "", f"{restored.ledger} keys in the ledger, {restored.shredded} destroyed again")
    return restored


async def _examined(course: Course, order: Order, restored: Restored) -> None:
    found = restored.found
    async with AsyncExitStack() as stack:
        database: Database = SqliteFile(order.place / rebuilding.DATABASE)
        if found.engine != "sqlite":
            database = order.into or await _served(stack, order, found)
        async with restoring.opened(database) as engine:
            await _logs(course, engine, order.place)
            organisation = await _samples(course, engine)
        await _read(course, order.place, organisation)


async def _served(stack: AsyncExitStack, order: Order, found: Manifest) -> MariadbServer:
    """The restored MariaDB, where its accounts are asked for their passwords."""
    from meridian.ops.backup.rebuilding_mariadb import password  # noqa: PLC0415  # its driver is not wanted on SQLite

    files = order.place / rebuilding.FILES
    await stack.enter_async_context(own_server.running(files, found.catalogue, order.options, port=order.port))
    word = password(Keys(order.master), found)
    return MariadbServer(port=order.port, user=found.account, password=word, database=found.catalogue)


async def _logs(course: Course, engine: Engine, place: Path) -> None:
    """Every audit log, whole, and going on from the anchors that were kept with it."""
    anchors, entries, wrong = Anchors(place / "anchors"), 0, []
    for org in await engine.read(reading.logs):
        key = checkpoint.key(course.source.signer, checkpoint.name_of(anchors, "drill", org))
        report = await verify(engine, org, keys=[key], anchors=anchors)
        entries += report.entries
        if not report.whole:
            wrong.append(f"organisation {org}: {report.findings[0].text if report.findings else 'not whole'}")
    course.note("audit log", "; ".join(wrong), f"{entries:,} entries, every log whole and as anchored")


async def _samples(course: Course, engine: Engine) -> str:
    """Open records of every organisation; the logical id of the first of them."""
    keyring, opened, wrong = Keyring(course.source.master), 0, []
    organisations = await engine.read(_organisations)
    for org, _ in organisations:
        for one in await engine.read(partial(_sample, keyring, org)):
            try:
                opened += bool(one.body)
            except Fault as fault:
                wrong.append(f"{one}: {fault.detail}")
    if not opened and not wrong:
        course.leave("there is no record yet", "sample")
        return organisations[0][1] if organisations else ""
    course.note("sample", "; ".join(wrong[:3]), f"{opened} records of {len(organisations)} organisations opened")
    return organisations[0][1] if organisations else ""


def _organisations() -> Plan[list[tuple[int, str]]]:
    rows: list[tuple[int, str]] = yield Query("SELECT no, id FROM organisation ORDER BY no")
    return rows


def _sample(keyring: Keyring, org: int) -> Plan[list[Stored]]:
    """Some of an organisation's records, spread over all there are."""
    [(first, last)] = yield Query("SELECT MIN(rid), MAX(rid) FROM resource WHERE org = ?", (org,))
    found: list[Sealed] = []
    for rid in range(first, last + 1, max(1, (last - first) // SAMPLE)) if last else ():
        rows = yield Query(
            f"SELECT {COLUMNS} FROM resource r {KEY} WHERE r.org = ? AND r.rid >= ? AND r.deleted = 0"  # noqa: S608  # constants
            " ORDER BY r.rid LIMIT 1",
            (org, rid),
        )
        found += [Sealed(*row) for row in rows]
    return (yield from stored(keyring, org, found))


async def _read(course: Course, place: Path, organisation: str) -> None:
    """Start the restored house, and ask it for a record as a program would."""
    key = course.source.data / "master.key"
    if key.exists():
        replace_file(place / key.name, key.read_bytes())
    if not course.source.serves:
        course.leave("a function is not given the keys that a server starts with", "http", "read-only")
        return
    if not organisation:
        course.leave("there is no organisation yet, so nothing to read", "http", "read-only")
        return
    (place / READ_ONLY).unlink(missing_ok=True)  # a program is let in first; the server is told by its command
    read, refused = await booting.ask(place, organisation)
    course.note("http", read.wrong, f"a record was read over HTTP: {read.said}")
    course.note("read-only", refused.wrong, f"a write was refused: {refused.said}")
