"""
Carrying out what two people approved: the ledger, the key, the rows, the bytes, the sessions.

It can be cut off anywhere and is taken up again: what stands in the ledger is destroyed when a server starts, and the
rest by the job, which is done when all of it is. Before it begins it looks once more: a hold, or anything that the
second person did not see and override, stops it.
"""

from meridian.access.door import Door, shared
from meridian.access.shredding.desk import Shredding
from meridian.access.shredding.looking import LOOK, look
from meridian.access.shredding.terms import unseen
from meridian.access.subject import Role, Subject
from meridian.access.telling import of_record
from meridian.access.work import Plan, Work
from meridian.audit.entry import Entry
from meridian.audit.shredded import shred
from meridian.faults import Conflict, NotFound
from meridian.identity import memberships, merged, sessions
from meridian.store import destruction, filing
from meridian.store.destruction import Request, State
from meridian.store.plan import Query, Record
from meridian.store.records.moving import merged_into

RULE = "two-person"
"""Why it was allowed, in the log."""


async def carry_out(desk: Shredding, org: int, request: str) -> Request:
    """
    Destroy what was approved; the request as it is then, which is unchanged while there is time to think again.

    Raises:
        NotFound: If there is no such request.
        Conflict: If two people have not approved it, or it was taken back.
    """
    organisation = await desk.engine.read(lambda: _organisation(org))
    begun = await desk.engine.write(lambda: _begin(desk, org, organisation, request))
    if begun.state is not State.BEGUN:
        return begun
    everyone, wrapped = await desk.engine.read(lambda: _keys(org, begun.patient))
    count = begun.resources
    if wrapped:
        count = await shred(desk.engine, desk.ledger, desk.signer, _entry(begun, desk.identity.tools.clock(), "shred"))
        desk.keyring.forget(wrapped)
    _, objects = await desk.engine.read(lambda: destruction.files_of(org, everyone))
    for name in objects:
        await desk.shelf.remove(name)
    done, ended = await desk.engine.write(lambda: _finished(desk, begun, everyone, count))
    desk.identity.tools.ended(*ended)
    desk.identity.tools.nudge()
    return done


def _begin(desk: Shredding, org: int, organisation: str, request: str) -> Plan[Request]:
    """Look a last time and begin; a request that something stopped is given as it is then."""
    present = yield from destruction.one(org, request, lock=True)
    if present is None:
        raise NotFound("There is no such request")
    now = desk.identity.tools.clock()
    if present.state is State.BEGUN:
        return present
    if present.state is not State.APPROVED:
        raise Conflict(f"It is {present.state.value}; it takes two people to approve it")
    if present.due > now:
        return present
    work = Work(_servant(desk, org, organisation))
    yield from work.hold(present.patient)
    picture = yield from look(work, present.patient, desk.terms(organisation))
    if unseen(picture.findings, present.allowed):
        yield Record(_entry(present, now, "destruction-stopped"))
        return (yield from desk.ended(present, State.STOPPED, "", now))
    begun = present._replace(state=State.BEGUN, resources=sum(picture.counts.values()))
    yield from destruction.change(begun)
    return begun


def _servant(desk: Shredding, org: int, organisation: str) -> Door:
    """The platform itself, which looks once more."""
    common = shared(desk.engine, desk.keyring, desk.identity.tools.clock)
    subject = Subject(
        account="meridian", org=org, organisation=organisation, role=Role.SERVICE, purpose="HOPERAT", within=LOOK
    )
    return Door(subject, common)


def _keys(org: int, patient: str) -> Plan[tuple[list[str], list[bytes]]]:
    everyone = [patient, *(yield from merged_into(org, [patient]))]
    return everyone, (yield from destruction.wrapped_keys(org, everyone))


def _finished(desk: Shredding, begun: Request, everyone: list[str], count: int) -> Plan[tuple[Request, list[str]]]:
    """What refers to the record is let go of: files, those entrusted, their sessions, what others show of it."""
    now, ended = desk.identity.tools.clock(), []
    files, _ = yield from destruction.files_of(begun.org, everyone)
    for file in files:
        yield from filing.forget(file)
    for patient in everyone:
        for bearer in (yield from merged.bearers(begun.org, patient)):
            yield from memberships.end_trust(bearer.membership, patient, now)
            ended += yield from sessions.end_of_membership(bearer.membership, now)
    yield from of_record(begun.org, everyone)
    done = begun._replace(state=State.DONE, done=now, resources=count)
    yield from destruction.change(done)
    yield from desk.tell(done, State.DONE.value)
    yield Record(_entry(done, now, "destruction-done"))
    return done, ended


def _entry(request: Request, now: int, action: str) -> Entry:
    return Entry(
        request.org,
        now,
        action,
        account=request.decider,
        what=f"Patient/{request.patient}",
        patient=request.patient,
        rule=RULE,
        request=request.id,
    )


def _organisation(org: int) -> Plan[str]:
    rows = yield Query("SELECT id FROM organisation WHERE no = ?", (org,))
    return str(rows[0][0]) if rows else ""
