"""What security officers see of the audit log: found, counted, proven, exported, and its alarms settled."""

import base64
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, status
from fastapi.responses import StreamingResponse

from meridian.access.overseeing import MOST_NAMES, Overseer, Settled
from meridian.access.signing_in import subject_of
from meridian.audit import summary
from meridian.audit.asking import Filter
from meridian.audit.entry import Entry
from meridian.faults import Invalid
from meridian.web.api.dependencies import From, Parts, SignedIn
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/oversight", tags=["oversight"])

MOST = 100
Place = Annotated[int, Path(ge=0, lt=1 << 53)]
Cursor = Annotated[int | None, Query(ge=0, lt=1 << 53)]
Id = Annotated[str, Query(max_length=128)]
Millis = Annotated[int, Query(ge=0, lt=1 << 53)]


class EntrySeen(Body):
    """One entry of the audit log, at its place."""

    seq: int
    time: int
    action: str
    outcome: str
    account: str
    who: str
    role: str
    purpose: str
    what: str
    patient: str
    count: int
    seen: list[str]
    rule: str
    address: str
    agent: str
    request: str
    session: str


class EntryPage(Body):
    """A page of entries, newest first; with `next`, there may be more whatever the number here."""

    entries: list[EntrySeen]
    next: int | None


class ProofSeen(Body):
    """How an entry is shown to be in the log, unchanged."""

    holds: bool
    size: int
    root: str
    origin: str
    hashes: list[str]
    checkpoint: str


class EntryShown(Body):
    """An entry, its proof, and what else the same request did."""

    entry: EntrySeen
    proof: ProofSeen
    beside: list[EntrySeen]


class StepCounted(Body):
    """Entries in one step of a timeline."""

    at: int
    ok: int
    refused: int
    failed: int


class AddressCounted(Body):
    """Sign-ins that failed from one address."""

    address: str
    count: int
    accounts: int
    last: int
    reasons: dict[str, int]


class LogCounted(Body):
    """Entries counted, in a part of the log; with `next`, older ones are still to be counted."""

    step: int
    steps: list[StepCounted]
    addresses: list[AddressCounted]
    entries: int
    next: int | None


class PersonNamed(Body):
    """What somebody is called."""

    who: str
    name: str


class SettledSeen(Body):
    """What an officer concluded of an alarm."""

    verdict: str
    note: str
    who: str
    at: int


class AlarmSeen(Body):
    """An alarm, and what was concluded of it."""

    entry: EntrySeen
    settled: SettledSeen | None


class AlarmPage(Body):
    """A page of alarms, newest first."""

    alarms: list[AlarmSeen]
    next: int | None


class Verdict(Body):
    """What is concluded of an alarm, and why."""

    verdict: Literal["explained", "false-alarm", "incident"]
    note: str


class LogState(Body):
    """How far the log is kept safe; numbers of entries."""

    size: int
    signed: int
    anchored: int
    archived: int | None
    key: str


class LogChecked(Body):
    """What verifying a piece of the log found; `wrong` is the first entry that is not as it was signed."""

    checked: int
    size: int
    wrong: int | None
    why: str


def overseer(parts: Parts, identity: SignedIn, caller: From) -> Overseer:
    """The log, for the caller."""
    return parts.overseer(subject_of(identity, caller))


Overseeing = Annotated[Overseer, Depends(overseer)]


def by(  # noqa: PLR0917  # what can be filtered by
    account: Id = "",
    who: Id = "",
    patient: Id = "",
    action: Id = "",
    outcome: Literal["", "ok", "refused", "failed"] = "",
    purpose: Id = "",
    rule: Id = "",
    address: Id = "",
    session: Id = "",
    request: Id = "",
    since: Millis = 0,
    until: Millis = 0,
) -> Filter:
    """The filter of the address: ids and codes, never a name."""
    return Filter(account, who, patient, action, outcome, purpose, rule, address, session, request, since, until)


By = Annotated[Filter, Depends(by)]


@router.get("/entries")
async def find_entries(
    log: Overseeing, by: By, cursor: Cursor = None, count: Annotated[int, Query(ge=1, le=MOST)] = 50
) -> EntryPage:
    """Entries of the organisation's log that fit, newest first."""
    found, following = await log.entries(by, count, cursor)
    return EntryPage(entries=[_seen(seq, entry) for seq, entry in found], next=following)


@router.get("/entries/{seq}")
async def read_entry(log: Overseeing, seq: Place) -> EntryShown:
    """One entry with all there is to it, and its proof."""
    entry, shown, top, beside = await log.one(seq)
    return EntryShown(
        entry=_seen(seq, entry),
        proof=ProofSeen(
            holds=shown.holds,
            size=top.point.size,
            root=base64.b64encode(top.point.root).decode(),
            origin=top.point.origin,
            hashes=[base64.b64encode(one).decode() for one in shown.hashes],
            checkpoint=top.note,
        ),
        beside=[_seen(place, one) for place, one in beside],
    )


@router.get("/summary")
async def count_entries(log: Overseeing, by: By, cursor: Cursor = None) -> LogCounted:
    """Entries by time and outcome, and failed sign-ins by address; needs a span of time."""
    if not 0 < by.since < by.until:
        raise Invalid("Give since and until")
    step = summary.step_of(by.since, by.until)
    made = await log.counted(by, step, cursor)
    steps = sorted({at for at, _ in made.steps})
    return LogCounted(
        step=step,
        steps=[StepCounted(at=at, **{one: made.steps[at, one] for one in summary.OUTCOMES}) for at in steps],
        addresses=[
            AddressCounted(
                address=address, count=one.count, accounts=len(one.accounts), last=one.last, reasons=dict(one.reasons)
            )
            for address, one in sorted(made.addresses.items(), key=lambda pair: -pair[1].count)[:MOST]
        ],
        entries=made.entries,
        next=made.following,
    )


@router.get("/names")
async def name_people(
    log: Overseeing, who: Annotated[list[str], Query(min_length=1, max_length=MOST_NAMES)]
) -> list[PersonNamed]:
    """What people are called whom entries name by id; this is recorded as a reading of theirs."""
    return [PersonNamed(who=one, name=name) for one, name in (await log.names(who)).items()]


@router.get("/alarms")
async def list_alarms(
    log: Overseeing, cursor: Cursor = None, count: Annotated[int, Query(ge=1, le=MOST)] = 50
) -> AlarmPage:
    """Alarms in the organisation's log, newest first."""
    found, following = await log.alarms(cursor, count)
    return AlarmPage(
        alarms=[
            AlarmSeen(
                entry=_seen(one.seq, one.entry), settled=SettledSeen(**one.settled._asdict()) if one.settled else None
            )
            for one in found
        ],
        next=following,
    )


@router.put("/alarms/{seq}", status_code=status.HTTP_204_NO_CONTENT)
async def settle_alarm(log: Overseeing, seq: Place, body: Verdict) -> None:
    """Conclude an alarm, with a note that says why."""
    await log.settle(seq, body.verdict, body.note)


@router.get("/log")
async def read_log_state(log: Overseeing) -> LogState:
    """How far the log is signed, anchored and archived."""
    return LogState(**(await log.state())._asdict())


@router.get("/log/check")
async def check_log(log: Overseeing, after: Annotated[int, Query(ge=0, lt=1 << 53)] = 0) -> LogChecked:
    """Verify a piece of the log, from entry *after* on; ask again from `checked` until that is `size`."""
    return LogChecked(**(await log.checked(after))._asdict())


@router.get("/export", response_class=StreamingResponse)
async def export_entries(log: Overseeing, by: By) -> StreamingResponse:
    """What fits, each entry with its proof, as a ZIP that anybody can verify."""
    pieces = await log.export(by)
    name = f"audit-{datetime.now(UTC):%Y-%m-%d}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _settled(one: Settled | None) -> SettledSeen | None:
    return None if one is None else SettledSeen(**one._asdict())


def _seen(seq: int, entry: Entry) -> EntrySeen:
    names = [name for name in EntrySeen.model_fields if name not in {"seq", "seen"}]
    return EntrySeen(seq=seq, seen=list(entry.seen), **{name: getattr(entry, name) for name in names})
