"""
The access review: who has which role, what of it looks wrong, and what was changed since the last one.

It is made of an organisation's memberships and of its log, and kept as evidence once somebody says that they have gone
through it. It names the workforce by the address they sign in with, and no patient.

Source: 45 CFR 164.308(a)(3)(ii)(B), (C) and (a)(4)(ii)(C); how often: docs/policies/workforce.md.
"""

from collections.abc import Sequence
from functools import partial

import msgspec

from meridian.access.signing_in import rights
from meridian.audit.entry import Entry
from meridian.clock import instant
from meridian.identity import reviewing
from meridian.identity.facts import MANAGER, PROGRAM, Identity, is_staff
from meridian.identity.reviewing import Worker
from meridian.identity.tools import Tools

DORMANT = 90
"""Days without a sign-in after which an account is dormant, house policy."""
OPEN = 7
"""Days after which an invitation that nobody accepted is old; its link no longer works then."""
OFFICER = "security-officer"
PLATFORM = 0
"""The number of no organisation."""
DAY = 86_400_000


class Person(msgspec.Struct, frozen=True):
    """Somebody of the workforce in one role; times as ISO 8601, empty for never."""

    email: str
    account: str
    role: str
    status: str
    since: str
    last_sign_in: str
    second_factor: bool
    dormant: bool


class Machine(msgspec.Struct, frozen=True):
    """A program, and what it may do as `Type.interaction`."""

    client: str
    name: str
    since: str
    last_token: str


class Noted(msgspec.Struct, frozen=True):
    """An entry of the log: its AuditEvent's id, when, what was done, by which account, to what, and how."""

    event: str
    at: str
    action: str
    outcome: str
    by: str
    role: str
    what: str
    rule: str


class Reviewed(msgspec.Struct, frozen=True):
    """One organisation; `findings` is what somebody is to think about."""

    id: str
    name: str
    people: list[Person]
    programs: list[Machine]
    patients_and_proxies: int
    changes: list[Noted]
    emergencies: list[Noted]
    findings: list[str]


class Review(msgspec.Struct, frozen=True):
    """
    A review.

    Args:
        by: Who has gone through it; empty when nobody has.
        note: What they decided.
        since: From when on changes are listed.
        programs_may: What a program may do, as `Type.interaction`.
        organisations: One by one.
        platform: What was changed at the command line, for no organisation in particular.
    """

    by: str
    note: str
    since: str
    programs_may: list[str]
    organisations: list[Reviewed]
    platform: list[Noted]


async def review(
    tools: Tools,
    organisations: Sequence[tuple[int, str, str]],
    *,
    since: int,
    by: str = "",
    note: str = "",
    whole: bool = True,
) -> Review:
    """
    How access stands now.

    Args:
        tools: The house's.
        organisations: Number, logical id and name of each.
        since: From when on changes are listed, ms since the epoch; 0 for all that the log has.
        by: Who has gone through it.
        note: What they decided.
        whole: Whether the platform's own log belongs to it.
    """
    now = tools.clock()
    found = [await _organisation(tools, one, since, now) for one in organisations]
    _, may = rights(Identity(account="", org=0, organisation="", role=PROGRAM))
    platform = await _changes(tools, PLATFORM, since) if whole else []
    return Review(by, note, instant(since) if since else "", sorted(may), found, platform)


async def _organisation(tools: Tools, one: tuple[int, str, str], since: int, now: int) -> Reviewed:
    no, logical_id, name = one
    read = tools.engine.read
    workers = await read(partial(reviewing.workforce, tools.sealer, no))
    machines = await read(partial(reviewing.programs, tools.sealer, no))
    emergencies = await read(partial(reviewing.noted, no, reviewing.EMERGENCIES, since))
    return Reviewed(
        logical_id,
        name,
        [_person(worker, now) for worker in workers],
        [Machine(it.client, it.name, instant(it.since), _at(it.last)) for it in machines],
        await read(partial(reviewing.personal, no)),
        await _changes(tools, no, since),
        [_noted(no, seq, it, what="") for seq, it in emergencies],
        findings(workers, now),
    )


async def _changes(tools: Tools, no: int, since: int) -> list[Noted]:
    found = await tools.engine.read(partial(reviewing.noted, no, reviewing.CHANGES, since))
    return [_noted(no, seq, one) for seq, one in found]


def _person(worker: Worker, now: int) -> Person:
    return Person(
        worker.email,
        worker.account,
        worker.role,
        worker.status,
        instant(worker.since),
        _at(worker.last),
        worker.second_factor,
        dormant(worker, now),
    )


def dormant(worker: Worker, now: int) -> bool:
    """Whether somebody who may sign in has not, for `DORMANT` days."""
    return worker.status == "active" and now - max(worker.last, worker.since) > DORMANT * DAY


def findings(workers: Sequence[Worker], now: int) -> list[str]:
    """What of an organisation's roles somebody is to think about; nobody is named here."""
    active = [one for one in workers if one.status == "active"]
    bare = [one for one in active if is_staff(one.role) and not one.second_factor]
    old = [one for one in workers if one.status == "invited" and now - one.since > OPEN * DAY]
    asleep = [one for one in workers if dormant(one, now)]
    officers = {one.account for one in active if one.role == OFFICER}
    said = {
        "nobody is security officer": not officers,
        "somebody is administrator and security officer": officers
        & {one.account for one in active if one.role == MANAGER},
        f"{len(bare)} without a second factor": bare,
        f"{len(asleep)} dormant for {DORMANT} days": asleep,
        f"{len(old)} invited more than {OPEN} days ago and not come": old,
    }
    return [text for text, so in said.items() if so]


def _noted(org: int, seq: int, entry: Entry, what: str | None = None) -> Noted:
    shown = entry.what if what is None else what
    return Noted(
        f"{org}-{seq}", instant(entry.time), entry.action, entry.outcome, entry.account, entry.role, shown, entry.rule
    )


def _at(time: int) -> str:
    return instant(time) if time else ""
