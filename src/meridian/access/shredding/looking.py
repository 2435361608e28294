"""What would be lost, and what stands against it: who the patient is, counts, dates, open matters; nothing clinical."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from meridian.access.shredding.terms import Finding, Terms, kept_until
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.faults import Conflict, NotFound
from meridian.store import destruction
from meridian.store.records import moving

LOOK = "Patient/$destruction"
"""The operation within which the policy lets those who decide see so much."""
_TASKS = "draft,requested,received,accepted,ready,in-progress,on-hold"
_APPOINTMENTS = "proposed,pending,booked,arrived,checked-in,waitlist"
_ENCOUNTERS = "arrived,triaged,in-progress,onleave"


class Picture(NamedTuple):
    """
    What the second person sees before it is destroyed.

    Args:
        patient: Logical id.
        name: FAMILY, Given; it is typed to confirm.
        born: FHIR `date`; empty where nobody knows.
        counts: How many resources of each type, the Patient included.
        files: How many sealed files.
        last: When the patient was seen last, ms since the epoch; 0 when never.
        until: The day on which the record need be kept no longer.
        findings: What stands against it.
    """

    patient: str
    name: str
    born: str
    counts: dict[str, int]
    files: int
    last: int
    until: str
    findings: Sequence[Finding]

    @property
    def mark(self) -> str:
        """Stands for all of it: who approves says what they saw, and it is to be so still."""
        said = [self.patient, self.name, self.born, sorted(self.counts.items()), self.files, self.until]
        return hashlib.sha256(json.dumps([said, self.findings]).encode()).hexdigest()[:32]


def look(work: Work, wanted: str, terms: Terms) -> Plan[Picture]:
    """
    What there is of a patient, by logical id or identifier.

    Raises:
        NotFound: If there is no such patient, or several have that identifier.
        Conflict: If the record was merged into another, which is the one to destroy.
    """
    patient = yield from _patient(work, wanted)
    if any(one.get("type") == "replaced-by" for one in patient.get("link", ())):
        raise Conflict("This record was merged into another; ask for that one")
    org, logical_id = work.subject.org, str(patient["id"])
    everyone = [logical_id, *(yield from moving.merged_into(org, [logical_id]))]
    counts = Counter(kind for kind, _ in (yield from moving.holdings(org, logical_id)))
    counts["Patient"] += 1
    files, _ = yield from destruction.files_of(org, everyone)
    last = yield from destruction.last_encounter(org, logical_id, work.now)
    counted_from = last or (yield from destruction.last_written(org, logical_id))
    until = kept_until(patient.get("birthDate", ""), counted_from, terms)
    findings = [Finding("hold", "", one.reason) for one in (yield from destruction.holds(org, everyone))]
    if until > datetime.fromtimestamp(work.now / 1000, UTC).date():
        findings.append(Finding("retention", "", until.isoformat()))
    findings += yield from _open_matters(work, logical_id)
    return Picture(
        logical_id,
        name_of(patient),
        patient.get("birthDate", ""),
        dict(sorted(counts.items())),
        len(files),
        last,
        until.isoformat(),
        findings,
    )


def _patient(work: Work, wanted: str) -> Plan[dict[str, Any]]:
    found = yield from work.find("Patient", wanted)
    if found is not None:
        return found
    matches = yield from work.search("Patient", [("identifier", wanted)])
    if len(matches) != 1:
        raise NotFound("No Patient with that id or identifier")
    return matches[0]


def _open_matters(work: Work, patient: str) -> Plan[list[Finding]]:
    mine = ("patient", f"Patient/{patient}")
    tasks = yield from work.search("Task", [mine, ("status", _TASKS)])
    coming = [mine, ("status", _APPOINTMENTS), ("date", f"ge{instant(work.now)}")]
    appointments = yield from work.search("Appointment", coming)
    encounters = yield from work.search("Encounter", [mine, ("status", _ENCOUNTERS)])
    return [
        *(Finding("open-task", f"Task/{one['id']}", _about(one)) for one in tasks),
        *(Finding("coming-appointment", f"Appointment/{one['id']}", one.get("start", "")) for one in appointments),
        *(
            Finding("open-encounter", f"Encounter/{one['id']}", one.get("period", {}).get("start", ""))
            for one in encounters
        ),
    ]


def _about(task: dict[str, Any]) -> str:
    """The code of what a Task asks for; its words may be about the patient's health."""
    codings = task.get("code", {}).get("coding", ())
    return next((str(one["code"]) for one in codings if "code" in one), "")


def name_of(patient: dict[str, Any]) -> str:
    """
    FAMILY, Given of the official or first name; the logical id of somebody without one.

    >>> name_of({"id": "17", "name": [{"family": "Okafor", "given": ["Ada", "B"]}]})
    'OKAFOR, Ada B'
    """
    names = patient.get("name") or [{}]
    best: dict[str, Any] = next((one for one in names if one.get("use") == "official"), names[0])
    parts = (best.get("family", "").upper(), " ".join(best.get("given", ())))
    return ", ".join(part for part in parts if part) or best.get("text", "") or str(patient["id"])


def same_name(typed: str, name: str) -> bool:
    """
    Whether somebody typed that name, whatever its case and blanks.

    >>> same_name(" okafor,  ada b", "OKAFOR, Ada B")
    True
    """
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()
