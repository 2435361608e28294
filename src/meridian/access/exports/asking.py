"""What is wanted of an export, and whether its asker may have it."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from meridian.access.interaction import Interaction
from meridian.access.kinds import COHORTS, EVERY
from meridian.access.recording import rule_names
from meridian.access.subject import Role, Subject
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden, Invalid, Throttled
from meridian.fhir.definitions import compartment_parameters
from meridian.fhir.types import TYPES
from meridian.store import exports
from meridian.store.exports import Export, State

TOPIC: Final = "bulk-export"
"""The job that works on an export."""
BEGIN: Final = "bulk/$export"
ASKERS: Final = frozenset({Role.SERVICE, Role.SECURITY_OFFICER})
"""Who may have many records at once; a row of the policy must open each type to them besides."""
AT_ONCE: Final = 2
"""Exports under way in an organisation, house policy: each reads all there is."""
LASTING: Final = 24 * 3600 * 1000
"""Milliseconds that the files of a finished export are kept, and that an unfinished one is worked on."""
AGAIN: Final = 300
"""Seconds after which an export may be asked for anew where there are too many."""


class Level(StrEnum):
    """Whose records."""

    SYSTEM = "system"
    """All of the organisation's."""
    PATIENT = "patient"
    """What lies in the compartment of any patient."""
    GROUP = "group"
    """Likewise of the members of one Group."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is wanted.

    Args:
        level: Whose records.
        url: As it was asked for; the manifest repeats it.
        types: Of which types; empty: of all that there may be.
        since: Only what was changed at this time or later, ms since the epoch; `None` for all.
        group: Logical id of the Group.
    """

    level: Level
    url: str
    types: tuple[str, ...] = ()
    since: int | None = None
    group: str = ""


def begin(work: Work, asked: Asked) -> Plan[str]:
    """
    Have an export made; its name.

    Raises:
        Forbidden: If the subject's role includes no exports, or not of a type that is asked for.
        Invalid: If a type cannot be had at that level.
        NotFound: If the Group is not there, or not the subject's.
        Throttled: If too many are under way.
    """
    subject = work.subject
    if subject.role not in ASKERS:
        raise Forbidden("Your role does not include exports of many records")
    types = _types(subject, asked)
    members = (yield from _members(work, asked.group)) if asked.level is Level.GROUP else []
    if (yield from exports.running(subject.org)) >= AT_ONCE:
        raise Throttled("Other exports are under way; try again when they have ended", retry_after=AGAIN)
    identity = os.urandom(16).hex()
    said = {"asker": _said(subject), "level": asked.level, "url": asked.url, "since": asked.since,
            "types": types, "members": members}  # fmt: skip
    yield from exports.begin(
        Export(identity, subject.org, subject.account, said, State.RUNNING, 0, {}, 0, work.now, work.now + LASTING)
    )
    yield from work.emit(TOPIC, f"Export/{identity}", said={"turn": 0})
    return identity


def asker(said: dict[str, Any]) -> Subject:
    """On whose behalf an export is made."""
    return Subject(**{**said, "role": Role(said["role"]), "patients": ()})


def _said(subject: Subject) -> dict[str, Any]:
    """What of a subject outlives its request; the session and its address do not."""
    kept = asdict(subject) | {"role": subject.role.value, "within": "", "session": "", "address": "", "agent": ""}
    return {name: value for name, value in kept.items() if name != "patients"}


def _types(subject: Subject, asked: Asked) -> list[str]:
    offered = [kind for kind in TYPES if kind in EVERY and (asked.level is Level.SYSTEM or _can_be_a_patients(kind))]
    open_to = [kind for kind in offered if may(subject, kind)]
    for kind in asked.types:
        if kind not in offered:
            raise Invalid(f"{kind} is not part of an export at this level")
        if kind not in open_to:
            raise Forbidden(f"Your role does not include exports of {kind}")
    return [kind for kind in open_to if kind in asked.types] if asked.types else open_to


def may(subject: Subject, resource_type: str) -> bool:
    """Whether a row of the policy opens a type to the subject's exports."""
    return bool(rule_names(subject.role, subject.purpose, Interaction.SEARCH, resource_type, BEGIN))


def _can_be_a_patients(kind: str) -> bool:
    return kind in {"Patient", "Binary"} or (kind not in COHORTS and bool(compartment_parameters().get(kind)))


def _members(work: Work, group: str) -> Plan[Sequence[str]]:
    """Logical ids of the patients in a Group, each once, without those who have left it."""
    found = yield from work.read("Group", group)
    named = [
        one["entity"].get("reference", "").removeprefix("Patient/")
        for one in found.get("member", ())
        if not one.get("inactive") and one["entity"].get("reference", "").startswith("Patient/")
    ]
    return list(dict.fromkeys(named))
