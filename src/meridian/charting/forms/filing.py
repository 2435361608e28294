"""
What a form says, filed into the chart by somebody who has looked at it.

Each item with a code proposes an Observation; an item may say (extension `files-as`) that its words propose an allergy
or a problem instead. Nothing is filed unseen: a proposal becomes a resource when it is accepted, derived from the
response, and what a patient said of allergies and problems stays unconfirmed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import HL7, UCUM
from meridian.charting.forms import evaluate
from meridian.charting.people import myself
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue
from meridian.fhir import ours

REVIEW: Final = "QuestionnaireResponse/$review"
FILES_AS: Final = "files-as"
"""Our extension of an item: `observation`, `allergy`, `problem` or `nothing`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    Something that an answer proposes.

    Args:
        key: Of the line; names it.
        kind: `observation`, `allergy` or `problem`.
        title: What was asked.
        value: What was answered, for a person.
        resource: What it would become, without id.
    """

    key: str
    kind: str
    title: str
    value: str
    resource: Resource


def candidates(form: Resource, response: Resource) -> list[Candidate]:
    """What *response* proposes, in the order of the form."""
    found = evaluate.flat(evaluate.lines(form, response.get("item", ())))
    return [one for line in found for one in _of(line, response)]


def reviewed(
    logical_id: str, form: Resource, accept: frozenset[str], note: str = ""
) -> Callable[[Work], Plan[list[Resource]]]:
    """
    The resources of what is accepted; the Task of the review is done.

    Args:
        logical_id: Of the response.
        form: As it was when it was answered.
        accept: Keys of candidates.
        note: What the reviewer remarks; empty for nothing.

    Raises (when driven):
        Conflict: If it has not been handed in, or was reviewed already.
        Invalid: If a key proposes nothing.
    """

    def plan(work: Work) -> Plan[list[Resource]]:
        me = yield from myself(work)

        def looked_at(response: Resource) -> Resource:
            if response["status"] not in {"completed", "amended"}:
                raise Conflict("This form has not been handed in")
            if ours.extended(response, "reviewed") is not None:
                raise Conflict("This form has been reviewed already")
            said = ours.extension("reviewed", valueReference=me)
            remark = [ours.extension("review-note", valueString=note)] if note else []
            return response | {"extension": [*response.get("extension", ()), said, *remark]}

        response = yield from work.change("QuestionnaireResponse", logical_id, looked_at)
        known = {one.key: one for one in candidates(form, response)}
        if not accept <= known.keys():
            raise Invalid("That proposes nothing", issues=(Issue("value", "proposes nothing", "accept"),))
        made = []
        for key in sorted(accept):
            one = known[key].resource
            who = {"performer": [me]} if one["resourceType"] == "Observation" else {"recorder": me}
            made.append((yield from work.create(one["resourceType"], one | who)))  # steps of a plan
        yield from _done(work, logical_id)
        return made

    return plan


def _done(work: Work, response: str) -> Plan[None]:
    focus = [("focus", f"QuestionnaireResponse/{response}"), ("code", f"{ours.TASK}|form-review")]
    for task in (yield from work.search("Task", focus)):
        if task["status"] in ours.OPEN_TASKS:
            said = {"status": "completed", "lastModified": instant(work.now)}
            yield from work.change("Task", task["id"], lambda one, said=said: one | said)  # type: ignore[misc]  # binds


def _of(line: evaluate.Line, response: Resource) -> Iterator[Candidate]:
    item = line.item
    said = ours.extended(item, FILES_AS)
    kind = said.get("valueCode", "") if said else ("observation" if item.get("code") else "nothing")
    answers = [one for one in line.answers if evaluate.value_of(one) not in (None, "")]
    for at, answer in enumerate(answers):
        made = _MADE.get(kind, _nothing)(item, answer, response)
        if made is not None:
            key = line.key if at == 0 else f"{line.key}:{at}"
            yield Candidate(key, kind, str(item.get("text", "")), shown(answer), made)


def shown(answer: Resource) -> str:
    """An answer as people read it."""
    value = evaluate.value_of(answer)
    if isinstance(value, dict):
        return str(value.get("display") or value.get("code") or " ".join(_quantity(value)))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def _quantity(value: Resource) -> Sequence[str]:
    return [str(value.get("value", "")), str(value.get("unit", ""))]


def _base(response: Resource) -> Resource:
    return {"subject": response["subject"]} | (
        {"encounter": response["encounter"]} if response.get("encounter") else {}
    )


def _observation(item: Resource, answer: Resource, response: Resource) -> Resource | None:
    value = _value(answer)
    if value is None or not item.get("code"):
        return None
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": f"{HL7}/observation-category", "code": "survey", "display": "Survey"}]}],
        "code": {"coding": item["code"], "text": item.get("text", "")},
        "effectiveDateTime": response["authored"],
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{response['id']}"}],
        **_base(response),
        **value,
    }


def _value(answer: Resource) -> Resource | None:
    value = evaluate.value_of(answer)
    if isinstance(value, dict):
        return {"valueQuantity": value} if "value" in value else {"valueCodeableConcept": {"coding": [_plain(value)]}}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | Decimal):
        return {"valueQuantity": {"value": value, "system": UCUM, "code": "{score}", "unit": "points"}}
    return {"valueString": value} if isinstance(value, str) else None


def _plain(coding: Resource) -> Resource:
    return {name: value for name, value in coding.items() if name != "extension"}


def _allergy(item: Resource, answer: Resource, response: Resource) -> Resource | None:
    del item
    if evaluate.value_of(answer) is False:
        return None
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "unconfirmed"),
        "code": _concept(answer),
        "patient": response["subject"],
        "recordedDate": response["authored"],
        "note": [{"text": "Said by the patient in a form"}],
    }


def _problem(item: Resource, answer: Resource, response: Resource) -> Resource | None:
    del item
    if evaluate.value_of(answer) is False:
        return None
    return {
        "resourceType": "Condition",
        "clinicalStatus": _status("condition-clinical", "active"),
        "verificationStatus": _status("condition-ver-status", "unconfirmed"),
        "category": [_status("condition-category", "problem-list-item")],
        "code": _concept(answer),
        "recordedDate": response["authored"],
        **_base(response),
        "note": [{"text": "Said by the patient in a form"}],
    }


def _nothing(item: Resource, answer: Resource, response: Resource) -> Resource | None:
    del item, answer, response
    return None


def _concept(answer: Resource) -> Resource:
    value: Any = evaluate.value_of(answer)
    return {"coding": [_plain(value)], "text": shown(answer)} if isinstance(value, dict) else {"text": shown(answer)}


def _status(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{HL7}/{system}", "code": code}]}


_MADE: Final[dict[str, Callable[[Resource, Resource, Resource], Resource | None]]] = {
    "observation": _observation,
    "allergy": _allergy,
    "problem": _problem,
}
