"""
How a member of staff stands to a patient, as the database knows it: names are compared in it and never leave it.

Only detectors of unusual access ask; what anybody may see is `visible`'s to say.
"""

from typing import NamedTuple

from meridian.fhir.search.parameters import parameters
from meridian.store import care
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Plan, Query
from meridian.store.visible import RESTRICTED, places

PROTECTED = ("cel", "emp")
"""Labels of celebrities and employees, whom others are curious about, as they are indexed. Source: v3-ActCode."""
MOVING = (
    "Appointment",
    "Encounter",
    "Task",
    "ServiceRequest",
    "MedicationRequest",
    "DiagnosticReport",
    "Communication",
)
"""What is written when something is done for a patient."""


class Standing(NamedTuple):
    """
    How *account* stands to the patient as the member *who*.

    Args:
        own: The patient is the person, or somebody entrusted to them.
        kin: Both have a family name in common.
        cares: The care team, encounters or general practitioner of the patient name the member.
        protected: The patient's record is labelled as one that others are curious about, or restricted.
        moved: When something was last done for the patient; 0 for never.
    """

    own: bool
    kin: bool
    cares: bool
    protected: bool
    moved: int


def of(org: int, account: str, who: str, patient: str) -> Plan[Standing | None]:
    """How they stand to each other; `None` if there is no such patient."""
    rows = yield Query(
        "SELECT p.no, r.rid, r.restricted FROM patient p"
        " JOIN resource r ON r.org = p.org AND r.type = ? AND r.id = p.id WHERE p.org = ? AND p.id = ?",
        (NUMBERS["Patient"], org, patient),
    )
    if not rows:
        return None
    no, rid, restricted = rows[0]
    return Standing(
        own=(yield from _own(org, account, patient)),
        kin=(yield from _kin(org, who, rid)),
        cares=(yield from care.cares(org, who, (no,))),
        protected=bool(restricted & RESTRICTED) or (yield from _labelled(rid)),
        moved=(yield from _moved(org, no)),
    )


def _own(org: int, account: str, patient: str) -> Plan[bool]:
    rows = yield Query(
        "SELECT 1 FROM membership m JOIN entrusted e ON e.membership = m.id"
        " WHERE m.account = ? AND e.org = ? AND e.patient = ? LIMIT 1",
        (account, org, patient),
    )
    return bool(rows)


def _kin(org: int, who: str, rid: int) -> Plan[bool]:
    kind, _, logical_id = who.partition("/")
    if kind != "Practitioner":
        return False
    rows = yield Query(
        "SELECT 1 FROM resource r JOIN index_text theirs ON theirs.rid = r.rid AND theirs.param = ?"
        " JOIN index_text patients ON patients.rid = ? AND patients.param = ? AND patients.value = theirs.value"
        " WHERE r.org = ? AND r.type = ? AND r.id = ? LIMIT 1",
        (_family(kind), rid, _family("Patient"), org, NUMBERS[kind], logical_id),
    )
    return bool(rows)


def _family(resource_type: str) -> int:
    return parameters(resource_type)["family"].number


def _labelled(rid: int) -> Plan[bool]:
    rows = yield Query(
        f"SELECT 1 FROM index_token WHERE rid = ? AND param = ? AND code IN ({places(PROTECTED)}) LIMIT 1",
        (rid, parameters("Patient")["_security"].number, *PROTECTED),
    )
    return bool(rows)


def _moved(org: int, no: int) -> Plan[int]:
    kinds = [NUMBERS[one] for one in MOVING]
    rows = yield Query(
        f"SELECT MAX(updated) FROM resource WHERE org = ? AND pat = ? AND type IN ({places(kinds)})", (org, no, *kinds)
    )
    return int(rows[0][0] or 0)
