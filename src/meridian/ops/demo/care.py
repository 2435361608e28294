"""Who looks after whom, and what they want to reach: care teams, goals, flags."""

from collections.abc import Iterator
from datetime import timedelta

from meridian.ops.demo.elements import HL7, Resource, concept, ident, reference, status
from meridian.ops.demo.organisations import Member, seat
from meridian.ops.demo.problems import PROBLEMS, onset
from meridian.ops.demo.roster import Life

FLAGS = {
    "fibrillation": "Takes a blood thinner",
    "dementia": "Risk of falling and of getting lost: do not leave alone",
    "pregnancy": "Pregnant",
    "epilepsy": "Seizures: see emergency plan",
}


def of(life: Life) -> Iterator[Resource]:
    """A team for everybody; goals and flags by problem."""
    yield _team(life)
    for key in life.problems:
        if PROBLEMS[key].goal:
            yield _goal(life, key)
        if key in FLAGS:
            yield _flag(life, key)


def _team(life: Life) -> Resource:
    members = [(life.doctor, "Primary care physician"), (seat(life.organisation, "nurse"), "Nurse")]
    return {
        "resourceType": "CareTeam",
        "id": ident("team", life.id),
        "status": "active",
        "name": "Care team",
        "subject": life.subject,
        "period": {"start": (life.today - timedelta(days=700)).isoformat()},
        "participant": [_participant(life, member, role) for member, role in members],
        "managingOrganization": [life.organisation.reference],
    }


def _participant(life: Life, member: Member, role: str) -> Resource:
    return {"role": [concept(role)], "member": member.reference, "onBehalfOf": life.organisation.reference}


def _goal(life: Life, key: str) -> Resource:
    began = onset(life, key)
    return {
        "resourceType": "Goal",
        "id": ident("goal", life.id, key),
        "lifecycleStatus": "active",
        "achievementStatus": status("goal-achievement", "in-progress"),
        "description": concept(PROBLEMS[key].goal),
        "subject": life.subject,
        "startDate": began.isoformat(),
        "addresses": [reference("Condition", ident("problem", life.id, key), PROBLEMS[key].name)],
    }


def _flag(life: Life, key: str) -> Resource:
    return {
        "resourceType": "Flag",
        "id": ident("flag", life.id, key),
        "status": "active",
        "category": [{"coding": [{"system": f"{HL7}flag-category", "code": "clinical", "display": "Clinical"}]}],
        "code": concept(FLAGS[key]),
        "subject": life.subject,
        "period": {"start": onset(life, key).isoformat()},
        "author": life.doctor.reference,
    }
