"""
Filling a form in: kept as often as one likes, handed in once.

What is being filled in is a QuestionnaireResponse in progress, found by the Task that asks for it. Handing it in checks
every answer again by the form as it is, works out the score, locks the response (`access.locks`), ends the Task and
makes one for somebody to look at it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.charting.forms import evaluate
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue
from meridian.fhir import ours
from meridian.fhir.codec import encode

SAVE: Final = "forms/$save"
SUBMIT: Final = "forms/$submit"
MINE: Final = "forms/$mine"
TAKE_DOWN: Final = "forms/$take-down"

LARGEST: Final = 200_000
"""Bytes of the answers to one form, house policy."""
FORMS: Final = f"{ours.BASE}/Questionnaire/"
SUPPORTED_MESSAGES: Final = {
    "required": "has no answer",
    "tooSmall": "is too small",
    "tooLarge": "is too large",
    "tooLong": "is too long",
    "notWhole": "is to be a whole number",
    "notANumber": "is to be a number",
    "notADate": "is to be a date",
    "notAChoice": "is none of the choices",
    "wrongType": "has an answer of another kind",
    "tooMany": "has more answers than one",
    "unknown": "is not asked",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that somebody is asked to fill in: the Task, the form, and what is filled in so far."""

    task: Resource
    form: Resource
    response: Resource | None


def mine() -> Callable[[Work], Plan[list[Asked]]]:
    """The forms that one's own or entrusted patients are asked to fill in, soonest first."""

    def plan(work: Work) -> Plan[list[Asked]]:
        if work.subject.role not in {Role.PATIENT, Role.PROXY}:
            return []
        tasks = yield from work.search(
            "Task", [("code", f"{ours.TASK}|complete-form"), ("status", ",".join(ours.OPEN_TASKS))]
        )
        tasks.sort(key=lambda one: (due(one) or "9", one.get("authoredOn", "")))
        found: list[Asked] = []
        for task in tasks:
            found += [(yield from _asked(work, task))]
        return found

    return plan


def asked(task: str) -> Callable[[Work], Plan[Asked]]:
    """The form that a Task asks for."""

    def plan(work: Work) -> Plan[Asked]:
        return (yield from _asked(work, (yield from _task(work, task))))

    return plan


def saved(task: str, items: Sequence[Resource], *, base: int | None = None) -> Callable[[Work], Plan[Resource]]:
    """
    The answers so far; they may lack what is required.

    Raises (when driven):
        Conflict: If it has been handed in.
        Invalid: If an answer is of another kind than asked for, or nobody asked for it.
        VersionConflict: If it is not at *base*.
    """

    def plan(work: Work) -> Plan[Resource]:
        present = yield from _asked(work, (yield from _open(work, task)))
        _check(present.form, items, frozenset({"wrongType", "unknown", "tooMany"}))
        return (yield from _keep(work, present, items, "in-progress", base))

    return plan


def submitted(task: str, items: Sequence[Resource], *, base: int | None = None) -> Callable[[Work], Plan[Resource]]:
    """
    The response, handed in.

    Raises (when driven):
        Conflict: If it was handed in before.
        Invalid: Naming each question that stops it.
        VersionConflict: If it is not at *base*.
    """

    def plan(work: Work) -> Plan[Resource]:
        present = yield from _asked(work, (yield from _open(work, task)))
        _check(present.form, items, frozenset(SUPPORTED_MESSAGES))
        response = yield from _keep(work, present, items, "completed", base)
        done = {"status": "completed", "lastModified": instant(work.now)}
        yield from work.change("Task", task, lambda one: one | done)
        yield from work.create("Task", _to_review(response, work))
        return response

    return plan


def taken_down(patient: str, form: str, items: Sequence[Resource], encounter: str) -> Callable[[Work], Plan[Resource]]:
    """A form that staff fill in with the patient at a visit (*encounter* may be empty), handed in at once."""

    def plan(work: Work) -> Plan[Resource]:
        yield from work.read("Patient", patient)
        sheet = yield from work.read("Questionnaire", form)
        _check(sheet, items, frozenset(SUPPORTED_MESSAGES))
        made = _response(sheet, items, f"Patient/{patient}", "completed", work)
        if encounter:
            visit = yield from work.read("Encounter", encounter)
            if visit.get("subject", {}).get("reference") != f"Patient/{patient}":
                raise Invalid("The visit is another patient's")
            made["encounter"] = {"reference": f"Encounter/{encounter}"}
        return (yield from work.create("QuestionnaireResponse", made))

    return plan


def due(task: Resource) -> str:
    """By when; empty for no time."""
    return str(task.get("restriction", {}).get("period", {}).get("end", ""))


def form_of(response: Resource) -> tuple[str, int]:
    """Logical id and version of the form that *response* answers; empty for one that is not ours."""
    canonical, _, version = str(response.get("questionnaire", "")).partition("|")
    if not canonical.startswith(FORMS):
        return "", 0
    return canonical.removeprefix(FORMS), int(version) if version.isdigit() else 0


def score_of(response: Resource) -> Any:
    """The score that was worked out when it was handed in; `None` for none."""
    said = ours.extended(response, evaluate.SCORE)
    return None if said is None else said.get("valueDecimal")


# --- parts


def _task(work: Work, task: str) -> Plan[Resource]:
    found = yield from work.read("Task", task)
    if not any(one.get("code") == "complete-form" for one in found.get("code", {}).get("coding", ())):
        raise Conflict("This task asks for no form")
    return found


def _open(work: Work, task: str) -> Plan[Resource]:
    """The Task, locked so that a form is not handed in twice."""
    yield from _task(work, task)
    found = yield from work.change("Task", task, _started)
    return found


def _started(task: Resource) -> Resource:
    if task["status"] not in ours.OPEN_TASKS:
        raise Conflict("This form has been handed in or is wanted no more")
    return task | {"status": "in-progress"}


def _asked(work: Work, task: Resource) -> Plan[Asked]:
    form = yield from work.read("Questionnaire", task["focus"]["reference"].removeprefix("Questionnaire/"))
    known = next((one["valueReference"]["reference"] for one in task.get("output", ())), "")
    response = yield from work.find("QuestionnaireResponse", known.partition("/")[2]) if known else _none()
    return Asked(task, form, response)


def _none() -> Plan[Resource | None]:
    return None
    yield  # a plan, though it needs no step


def _keep(work: Work, present: Asked, items: Sequence[Resource], status: str, base: int | None) -> Plan[Resource]:
    patient = present.task["for"]["reference"]
    made = _response(present.form, items, patient, status, work)
    if present.response is None:
        kept = yield from work.create("QuestionnaireResponse", made)
        result = {
            "type": {"text": "Answers"},
            "valueReference": {"reference": f"QuestionnaireResponse/{kept['id']}"},
        }
        yield from work.change("Task", present.task["id"], lambda one: one | {"output": [result]})
        return kept
    logical_id = present.response["id"]
    return (
        yield from work.change("QuestionnaireResponse", logical_id, lambda _: made | {"id": logical_id}, if_match=base)
    )


def _response(form: Resource, items: Sequence[Resource], patient: str, status: str, work: Work) -> Resource:
    standing = evaluate.settled(form, items)
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{FORMS}{form['id']}|{form['meta']['versionId']}",
        "status": status,
        "subject": {"reference": patient},
        "authored": instant(work.now),
    }
    if work.subject.who:
        made["author"] = {"reference": work.subject.who}
    if work.subject.role in {Role.PATIENT, Role.PROXY}:
        made["source"] = {"reference": work.subject.who}
    points = evaluate.score(form, standing)
    if points is not None and status == "completed":
        made["extension"] = [ours.extension(evaluate.SCORE, valueDecimal=points)]
        standing = _with_score(form.get("item", []), standing, points)
    kept = _emptied(standing)
    return made | ({"item": kept} if kept else {})


def _with_score(asked: Sequence[Resource], held: list[Resource], points: Any) -> list[Resource]:
    """The answers with the score where the form shows it."""
    answers = {one["linkId"]: one for one in held}
    found = []
    for item in asked:
        link = item["linkId"]
        if evaluate.is_score(item):
            kind = "valueInteger" if item["type"] == "integer" else "valueDecimal"
            value = int(points) if kind == "valueInteger" else points
            found.append({"linkId": link, "text": item.get("text", ""), "answer": [{kind: value}]})
        else:
            found += [one for one in held if one["linkId"] == link]
    return [*found, *(one for link, one in answers.items() if not any(link == item["linkId"] for item in asked))]


def _emptied(items: Sequence[Resource]) -> list[Resource]:
    """The items without empty lists, which FHIR does not allow, and without items that say nothing."""
    found = []
    for one in items:
        answers = [_bare(answer) for answer in one.get("answer", ()) if evaluate.value_of(answer) not in (None, "")]
        below = _emptied(one.get("item", ()))
        if answers or below:
            rest = {name: value for name, value in one.items() if name not in {"answer", "item"}}
            found.append(rest | ({"answer": answers} if answers else {}) | ({"item": below} if below else {}))
    return found


def _bare(answer: Resource) -> Resource:
    below = _emptied(answer.get("item", ()))
    rest = {name: value for name, value in answer.items() if name != "item"}
    return rest | ({"item": below} if below else {})


def _check(form: Resource, items: Sequence[Resource], faults: frozenset[str]) -> None:
    if len(encode({"item": list(items)})) > LARGEST:
        raise Invalid(f"The answers have more than {LARGEST:,} bytes")
    found = [one for one in evaluate.wrongs(form, items) if one.fault in faults]
    if found:
        issues = tuple(Issue("value", SUPPORTED_MESSAGES[one.fault], one.key) for one in found)
        raise Invalid("Some answers are missing or wrong", issues=issues)


def _to_review(response: Resource, work: Work) -> Resource:
    return ours.task(
        "form-review",
        patient=response["subject"]["reference"],
        focus=f"QuestionnaireResponse/{response['id']}",
        requester=work.subject.who,
        now=instant(work.now),
        role="nurse",
    )
