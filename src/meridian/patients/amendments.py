"""
Amendments: a patient says that something in the record is wrong, and the organisation answers within sixty days.

A request is a Task about the item. It is granted (whoever grants it amends the item, and the Task names the version
that does) or denied on one of the four grounds the rule knows; a denial may be answered by a statement of disagreement,
which then stands beside the item for good. Nothing of this is ever deleted.

The request is its patient's to read, so what staff say to each other of it stands in another Task, which waits in their
inbox for as long as the request does.

Source: 45 CFR 164.526.
"""

from typing import Final, TypeAlias

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir.compartments import patients_of
from meridian.fhir.ours import BASE, NOPAT, OPEN_TASKS, TASK, task
from meridian.patients.words import title

ASK, DECIDE, EXTEND, DISAGREE = (f"Task/${name}" for name in ("amend", "decide-amendment", "extend", "disagree"))
CODE: Final = "amendment-request"
REVIEW: Final = "amendment-review"
"""The Task of staff to decide on a request, which is its focus."""

DAY_MS: Final = 86_400_000
DAYS: Final = 60
"""Days to act in. Source: 45 CFR 164.526(b)(2)(i)."""
MORE_DAYS: Final = 30
"""Days that one extension adds. Source: 45 CFR 164.526(b)(2)(ii)."""

GROUNDS: Final = {
    "not-ours": "It was not created by this organisation",
    "not-in-set": "It is not part of the designated record set",
    "not-inspectable": "It would not be available for inspection",
    "accurate": "It is accurate and complete",
}
"""Why a request may be denied. Source: 45 CFR 164.526(a)(2)(i) to (iv)."""

_SYSTEM = BASE + "/CodeSystem/amendment"
_OUTPUTS = {
    "granted": "Granted",
    "ground": "Ground of the denial",
    "amended": "What amends it",
    "disagreement": "Statement of disagreement",
}
Outputs: TypeAlias = list[dict[str, object]]


async def ask(chart: Chart, patient: str, item: str, wrong: str, right: str) -> Resource:
    """
    A request about *item*, as `Condition/17`; gives the Task.

    Raises:
        NotFound: If the item is not in one's own record, or not to be seen yet.
        Invalid: If it is another patient's.
        Conflict: If staff ask for the patient, who is not to see the item yet.
    """
    kind, _, logical_id = item.partition("/")

    def plan(work: Work) -> Plan[Resource]:
        subject = work.subject
        found = yield from work.read(kind, logical_id)
        _only_of(found, patient)
        if NOPAT in found.get("meta", {}).get("security", ()):
            raise Conflict("The patient does not see this yet, and would by the request")
        now = work.now
        made = task(
            CODE,
            patient=f"Patient/{patient}",
            focus=item,
            requester=subject.who,
            now=instant(now),
            due=instant(now + DAYS * DAY_MS),
        )
        made["focus"] |= {"display": title(found) or kind}
        made["note"] = [_said(subject.who, now, f"Wrong: {wrong}"), _said(subject.who, now, f"Right: {right}")]
        request = yield from work.create("Task", made)
        yield from work.create("Task", _review(request))
        return request

    return await chart.work(ASK, plan, what=item)


async def review_open(chart: Chart) -> None:
    """Give each open request the Task of staff that it has, if it was made before there were such; twice is once."""
    asked = [("code", f"{TASK}|{CODE}"), ("status", ",".join(OPEN_TASKS))]

    def plan(work: Work) -> Plan[None]:
        for request in (yield from work.search("Task", asked)):
            known = [("focus", f"Task/{request['id']}"), ("code", f"{TASK}|{REVIEW}")]
            yield from work.create("Task", _review(request), if_none_exist=known)

    await chart.work(ASK, plan, what="Task")


def _review(request: Resource) -> Resource:
    """The Task of deciding on *request*, for the clinicians."""
    return task(
        REVIEW,
        patient=request["for"]["reference"],
        focus=f"Task/{request['id']}",
        requester=request.get("requester", {}).get("reference", ""),
        now=request["authoredOn"],
        due=request["restriction"]["period"]["end"],
        role="clinician",
    )


async def grant(chart: Chart, request: str, amended: str, text: str) -> Resource:
    """
    Grant a request: *amended* names what amends the item, as `Condition/17/_history/4`.

    Raises:
        Conflict: If it is decided already.
        Invalid: If what amends it is another patient's.
    """

    def plan(work: Work) -> Plan[Resource]:
        kind, logical_id = amended.split("/")[:2]
        found = yield from work.read(kind, logical_id)
        reference = {"reference": amended}
        output: Outputs = [_output("granted", valueBoolean=True), _output("amended", valueReference=reference)]
        made = yield from _decided(work, request, "completed", output, text)
        _only_of(found, made["for"]["reference"].removeprefix("Patient/"))
        return made

    return await chart.work(DECIDE, plan, what=f"Task/{request}")


async def deny(chart: Chart, request: str, ground: str, text: str) -> Resource:
    """
    Deny a request on one of `GROUNDS`, with the words for the patient.

    Raises:
        Invalid: If there is no such ground, or no words.
        Conflict: If it is decided already.
    """
    if ground not in GROUNDS:
        raise Invalid("That is no ground for a denial", issues=(Issue("code-invalid", "is no ground", "ground"),))
    if not text.strip():
        raise Invalid("A denial says why", issues=(Issue("required", "is needed", "text"),))
    coding = {"system": _SYSTEM, "code": ground, "display": GROUNDS[ground]}
    output: Outputs = [
        _output("granted", valueBoolean=False),
        _output("ground", valueCodeableConcept={"coding": [coding]}),
    ]
    return await chart.work(
        DECIDE, lambda work: _decided(work, request, "rejected", output, text), what=f"Task/{request}"
    )


def _only_of(item: Resource, patient: str) -> None:
    if patient not in patients_of(item):
        raise Invalid("The item is another patient's")


def _decided(work: Work, request: str, status: str, output: Outputs, text: str) -> Plan[Resource]:
    now, who = work.now, work.subject.who
    _refuse_others_than_clinicians(work)

    def decided(present: Resource) -> Resource:
        _refuse_other(present)
        if present["status"] not in OPEN_TASKS:
            raise Conflict("The request has been decided")
        present |= {"status": status, "output": output, "lastModified": instant(now)}
        if who:
            present["owner"] = {"reference": who}
        return _noted(present, who, now, text)

    made = yield from work.change("Task", request, decided)
    yield from _reviewed(work, request, {"status": "completed"})
    patient = made["for"]["reference"]
    yield from work.emit("notify", f"Task/{request}", said={"kind": "amendment-decided", "recipient": patient})
    return made


def _reviewed(work: Work, request: str, said: Resource) -> Plan[None]:
    """What is *said* of a request, in the Task that staff have of it."""
    asked = [("focus", f"Task/{request}"), ("code", f"{TASK}|{REVIEW}"), ("status", ",".join(OPEN_TASKS))]
    changed = said | {"lastModified": instant(work.now)}
    for one in (yield from work.search("Task", asked)):
        yield from work.change("Task", one["id"], lambda present: present | changed)


async def extend(chart: Chart, request: str, why: str) -> Resource:
    """
    Take thirty days more, once, and say why.

    Raises:
        Conflict: If it is decided, was extended already, or the sixty days are over.
        Invalid: If no reason is given.
    """
    if not why.strip():
        raise Invalid("An extension says why", issues=(Issue("required", "is needed", "why"),))

    def plan(work: Work) -> Plan[Resource]:
        now, who = work.now, work.subject.who
        _refuse_others_than_clinicians(work)

        def extended(present: Resource) -> Resource:
            _refuse_other(present)
            asked = present["authoredOn"]
            if present["status"] not in OPEN_TASKS or "businessStatus" in present:
                raise Conflict("The request has been decided or extended already")
            if instant(now) > present["restriction"]["period"]["end"]:
                raise Conflict(f"The {DAYS} days since {asked[:10]} are over")
            end = _milliseconds(asked) + (DAYS + MORE_DAYS) * DAY_MS
            present["restriction"] = {"period": {"end": instant(end)}}
            present["businessStatus"] = {"text": "extended"}
            return _noted(present, who, now, why)

        made = yield from work.change("Task", request, extended)
        yield from _reviewed(work, request, {"restriction": made["restriction"]})
        patient = made["for"]["reference"]
        yield from work.emit("notify", f"Task/{request}", said={"kind": "amendment-decided", "recipient": patient})
        return made

    return await chart.work(EXTEND, plan, what=f"Task/{request}")


async def disagree(chart: Chart, request: str, text: str) -> Resource:
    """
    The patient's statement of disagreement with a denial.

    Raises:
        Conflict: If the request was not denied, or there is a statement already.
        Invalid: If it is empty.
    """
    if not text.strip():
        raise Invalid("The statement is empty", issues=(Issue("required", "is needed", "text"),))

    def stated(present: Resource) -> Resource:
        _refuse_other(present)
        if present["status"] != "rejected" or _said_before(present):
            raise Conflict("There is no denial to disagree with, or you did already")
        present["output"] = [*present["output"], _output("disagreement", valueMarkdown=text)]
        return present

    return await chart.work(DISAGREE, lambda work: work.change("Task", request, stated), what=f"Task/{request}")


def _refuse_others_than_clinicians(work: Work) -> None:
    if work.subject.role is not Role.CLINICIAN:
        raise Forbidden("Only a clinician decides on an amendment")


def _refuse_other(present: Resource) -> None:
    codes = {coding.get("code") for coding in present.get("code", {}).get("coding", ())}
    if CODE not in codes:
        raise Conflict("That task is no request for an amendment")


def _said_before(present: Resource) -> bool:
    codings = (one["type"]["coding"][0]["code"] for one in present.get("output", ()))
    return "disagreement" in codings


def _output(code: str, **value: object) -> dict[str, object]:
    coding = {"system": _SYSTEM, "code": code, "display": _OUTPUTS[code]}
    return {"type": {"coding": [coding]}, **value}


def _said(who: str, now: int, text: str) -> dict[str, object]:
    said: dict[str, object] = {"time": instant(now), "text": text}
    return {"authorReference": {"reference": who}, **said} if who else said


def _noted(present: Resource, who: str, now: int, text: str) -> Resource:
    if text.strip():
        present["note"] = [*present.get("note", ()), _said(who, now, text)]
    return present


def _milliseconds(moment: str) -> int:
    from meridian.fhir.search.moments import interval  # noqa: PLC0415  # only an extension asks

    found = interval(moment)
    assert found is not None  # noqa: S101  # the Task was validated
    return found[0]
