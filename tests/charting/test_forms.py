"""A form asks what stands, takes what it asks for, is handed in once, and files what somebody accepts."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charting.conftest import Team, appointment

from meridian.charting.forms import evaluate, filing, keeping, shape
from meridian.faults import Invalid
from meridian.fhir.codec import decode

Json = dict[str, Any]
VECTORS = decode((Path(__file__).parent / "vectors" / "forms.json").read_bytes())["cases"]
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
OURS = "https://meridian-pms.com/fhir/StructureDefinition"


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_vectors(case: Json) -> None:
    standing = evaluate.settled(case["form"], case["answers"])

    assert standing == case["standing"]
    assert [[one.key, one.fault] for one in evaluate.wrongs(case["form"], case["answers"])] == case["wrong"]
    assert evaluate.score(case["form"], case["answers"]) == case["score"]


@given(st.data())
def test_settling_twice_is_settling_once(data: st.DataObject) -> None:
    names = ["a", "b", "c", "d"]
    form: Json = {
        "item": [
            {"linkId": name, "type": "boolean"}
            | ({"enableWhen": [{
                "question": data.draw(st.sampled_from([one for one in names if one != name])),
                "operator": "=", "answerBoolean": data.draw(st.booleans())}]} if data.draw(st.booleans()) else {})
            for name in names
        ]
    }  # fmt: skip
    answers = [
        {"linkId": name, "answer": [{"valueBoolean": data.draw(st.booleans())}]}
        for name in names
        if data.draw(st.booleans())
    ]
    standing = evaluate.settled(form, answers)

    assert all(one in answers for one in standing)
    if evaluate.settled(form, standing) != standing:  # conditions that go round in a circle may swing
        assert any("enableWhen" in item for item in form["item"])


@pytest.mark.parametrize(
    ("item", "answer", "fault"),
    [
        ({"type": "string"}, {"valueInteger": 1}, "wrongType"),
        ({"type": "boolean"}, {"valueString": "yes"}, "wrongType"),
        ({"type": "quantity"}, {"valueInteger": 1}, "notANumber"),
        ({"type": "integer"}, {"valueString": "1"}, "notANumber"),
        ({"type": "choice", "answerOption": [{"valueString": "x"}]}, {"valueString": "y"}, "notAChoice"),
        ({"type": "open-choice", "answerOption": [{"valueString": "x"}]}, {"valueString": "y"}, None),
    ],
)
def test_an_answer_is_of_the_kind_that_is_asked_for(item: Json, answer: Json, fault: str | None) -> None:
    form = {"item": [{"linkId": "a", **item}]}

    found = evaluate.wrongs(form, [{"linkId": "a", "answer": [answer]}])

    assert [one.fault for one in found] == ([fault] if fault else [])


def test_what_nobody_asked_and_what_was_answered_twice_is_wrong() -> None:
    form = {"item": [{"linkId": "a", "type": "string"}]}
    two = {"linkId": "a", "answer": [{"valueString": "x"}, {"valueString": "y"}]}

    assert [one.fault for one in evaluate.wrongs(form, [two])] == ["tooMany"]
    assert [one.fault for one in evaluate.wrongs(form, [{"linkId": "z"}])] == ["unknown"]
    once = {"linkId": "a", "answer": [{"valueString": "x"}]}
    assert [one.fault for one in evaluate.wrongs(form, [once, once])] == ["tooMany"]


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"linkId": "a", "type": "reference"}],
        [{"linkId": "a", "type": "choice"}],
        [{"linkId": "a", "type": "choice", "answerOption": [{"valueString": "x"}], "answerValueSet": "urn:x"}],
        [{"linkId": "a", "type": "string"}, {"linkId": "a", "type": "string"}],
        [{"linkId": "a", "type": "string", "enableWhen": [{"question": "z", "operator": "exists"}]}],
        [{"linkId": str(no), "type": "string"} for no in range(shape.MOST_ITEMS + 1)],
    ],
)
def test_a_form_that_we_cannot_ask_is_refused(items: list[Json]) -> None:
    with pytest.raises(Invalid):
        shape.check({"resourceType": "Questionnaire", "status": "active", "item": items})


def option(code: str, points: int) -> Json:
    return {"extension": [{"url": ORDINAL, "valueDecimal": points}], "valueCoding": {"system": "s", "code": code}}


FORM: Json = {
    "resourceType": "Questionnaire",
    "status": "active",
    "title": "Before your visit",
    "item": [
        {"linkId": "mood", "type": "choice", "text": "How is your mood?", "required": True,
         "code": [{"system": "http://loinc.org", "code": "44250-9"}],
         "answerOption": [option("ok", 0), option("low", 2)]},
        {"linkId": "allergy", "type": "string", "text": "Allergies?",
         "extension": [{"url": f"{OURS}/files-as", "valueCode": "allergy"}]},
        {"linkId": "illness", "type": "string", "text": "Illnesses?",
         "extension": [{"url": f"{OURS}/files-as", "valueCode": "problem"}]},
        {"linkId": "total", "type": "integer", "text": "Score", "readOnly": True,
         "code": [{"system": "http://loinc.org", "code": "44261-6"}],
         "extension": [{"url": f"{OURS}/score", "valueBoolean": True}, {"url": f"{OURS}/score-band", "extension": [
             {"url": "low", "valueDecimal": 2}, {"url": "text", "valueString": "Talk about it"}]}]},
    ],
}  # fmt: skip
LOW = {"linkId": "mood", "answer": [{"valueCoding": {"system": "s", "code": "low"}}]}
TASKS = "/fhir/R4/Task?patient=ann"
KIWI = {"linkId": "allergy", "answer": [{"valueString": "Kiwi"}]}


async def form(team: Team, **more: Any) -> str:
    answer = await team.admin.post("/api/forms/questionnaires", json={"resource": {**FORM, **more}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def sent(team: Team) -> str:
    body = {"patient": "ann", "questionnaire": await form(team)}
    return str((await team.desk.post("/api/forms/send", json=body)).json()["task"])


@pytest.mark.anyio
class TestOverHttp:
    async def test_administrators_keep_forms_and_others_list_them(self, team: Team) -> None:
        made = await form(team)

        [line] = (await team.desk.get("/api/forms/questionnaires")).json()["forms"]
        assert (line["id"], line["title"], line["questions"], line["scored"]) == (made, "Before your visit", 4, True)
        body = {"resource": {**FORM, "title": "Newer"}, "base": 1}
        assert (await team.admin.put(f"/api/forms/questionnaires/{made}", json=body)).json()["version"] == 2
        assert (await team.admin.put(f"/api/forms/questionnaires/{made}", json=body)).status_code == 412
        for who in (team.doctor, team.desk, team.patient):
            assert (await who.post("/api/forms/questionnaires", json={"resource": FORM})).status_code == 403

    async def test_the_same_form_is_asked_once_for_a_visit(self, team: Team) -> None:
        await team.keep(appointment())
        body = {"patient": "ann", "questionnaire": await form(team), "appointment": "visit"}

        first = (await team.desk.post("/api/forms/send", json=body)).json()
        again = (await team.doctor.post("/api/forms/send", json=body)).json()

        assert first == again
        assert first["due"] == "2026-11-23T10:00:00-05:00"

    async def test_a_patient_fills_in_keeps_and_hands_in(self, team: Team) -> None:
        task = await sent(team)
        [asked] = (await team.patient.get("/api/forms/mine")).json()["forms"]
        assert (asked["task"], asked["title"], asked["response"]) == (task, "Before your visit", None)

        kept = await team.patient.put(f"/api/forms/responses/{task}", json={"items": [KIWI]})
        assert (kept.status_code, kept.json()["status"]) == (200, "in-progress")
        early = await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [KIWI]})
        assert (early.status_code, early.json()["errors"][0]["place"]) == (422, "mood:0")
        done = await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW, KIWI]})

        assert (done.json()["status"], done.json()["score"], done.json()["id"]) == ("completed", 2, kept.json()["id"])
        assert done.json()["items"][-1]["answer"] == [{"valueInteger": 2}]
        assert (await team.patient.get("/api/forms/mine")).json()["forms"] == []
        [review] = await team.found("Task?patient=ann&code=form-review")
        assert review["focus"]["reference"] == f"QuestionnaireResponse/{kept.json()['id']}"

    async def test_what_staff_do_about_a_form_is_not_shown_to_who_handed_it_in(self, team: Team) -> None:
        task = await sent(team)
        await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW]})

        kept, shown = [
            [entry["resource"]["code"]["coding"][0]["code"] for entry in (await who.get(TASKS)).json()["entry"]]
            for who in (team.doctor, team.patient)
        ]

        assert (sorted(kept), shown) == (["complete-form", "form-review"], ["complete-form"])

    async def test_attack_what_was_handed_in_cannot_be_changed(self, team: Team) -> None:
        task = await sent(team)
        done = (await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW]})).json()
        path = f"/fhir/R4/QuestionnaireResponse/{done['id']}"
        before = (await team.doctor.get(path)).json()

        for way in ("", "/submit"):
            call = team.patient.post if way else team.patient.put
            assert (await call(f"/api/forms/responses/{task}{way}", json={"items": []})).status_code == 409
        assert (await team.doctor.put(path, json={**before, "item": []})).status_code in (409, 422)
        changed = [{"linkId": "mood", "answer": [{"valueString": "forged"}]}]
        assert (await team.doctor.put(path, json={**before, "item": changed})).status_code == 409
        assert (await team.doctor.put(path, json={**before, "status": "in-progress"})).status_code == 409
        assert (await team.doctor.delete(path)).status_code == 409
        assert (await team.patient.put(path, json=before)).status_code == 403

    async def test_nobody_fills_in_anothers_form(self, team: Team) -> None:
        task = await sent(team)
        bob = team.clinic.client(team.clinic.sign_in("patient", "Patient/bob", patients=["bob"]))

        async with bob:
            assert (await bob.get("/api/forms/mine")).json()["forms"] == []
            assert (await bob.put(f"/api/forms/responses/{task}", json={"items": [KIWI]})).status_code == 404
        assert (await team.desk.put(f"/api/forms/responses/{task}", json={"items": [KIWI]})).status_code == 403

    async def test_a_task_that_asks_for_no_form_takes_no_answers(self, team: Team) -> None:
        await team.keep({
            "resourceType": "Task", "id": "t", "status": "requested", "intent": "order",
            "for": {"reference": "Patient/ann"}})  # fmt: skip

        assert (await team.patient.put("/api/forms/responses/t", json={"items": []})).status_code == 409

    async def test_only_what_is_accepted_is_filed(self, team: Team) -> None:
        task = await sent(team)
        done = (await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW, KIWI]})).json()
        path = f"/api/forms/reviews/{done['id']}"

        found = (await team.nurse.get(path)).json()
        assert [(one["key"], one["kind"], one["value"]) for one in found["candidates"]] == [
            ("mood:0", "observation", "low"), ("allergy:0", "allergy", "Kiwi"), ("total:0", "observation", "2"),
        ]  # fmt: skip
        assert found["band"] == "Talk about it"
        answer = await team.nurse.post(path, json={"accept": ["allergy:0", "total:0"]})

        kinds = {one.partition("/")[0] for one in answer.json()["filed"]}
        assert kinds == {"AllergyIntolerance", "Observation"}
        [allergy] = await team.found("AllergyIntolerance?patient=ann")
        assert allergy["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
        [score] = await team.found("Observation?patient=ann")
        assert score["valueQuantity"]["value"] == 2
        assert score["derivedFrom"][0]["reference"] == f"QuestionnaireResponse/{done['id']}"
        assert (await team.found("Task?patient=ann&code=form-review"))[0]["status"] == "completed"
        assert (await team.nurse.post(path, json={})).status_code == 409
        assert (await team.nurse.get(path)).json()["reviewed"] is True

    async def test_a_key_that_proposes_nothing_files_nothing(self, team: Team) -> None:
        task = await sent(team)
        done = (await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW]})).json()

        answer = await team.nurse.post(f"/api/forms/reviews/{done['id']}", json={"accept": ["allergy:0"]})

        assert answer.status_code == 422
        assert await team.found("AllergyIntolerance?patient=ann") == []

    @pytest.mark.parametrize("who", ["desk", "patient", "lab", "admin"])
    async def test_who_does_not_treat_files_nothing(self, team: Team, who: str) -> None:
        task = await sent(team)
        done = (await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW]})).json()

        answer = await getattr(team, who).post(f"/api/forms/reviews/{done['id']}", json={})

        assert answer.status_code == 403

    async def test_staff_take_answers_down_at_a_visit(self, team: Team) -> None:
        body = {"patient": "ann", "questionnaire": await form(team), "items": [LOW]}

        answer = await team.nurse.post("/api/forms/taken", json=body)

        assert (answer.status_code, answer.json()["score"]) == (201, 2)
        assert (await team.desk.post("/api/forms/taken", json=body)).status_code == 403

    async def test_a_review_shows_the_form_as_it_was_answered(self, team: Team) -> None:
        task = await sent(team)
        done = (await team.patient.post(f"/api/forms/responses/{task}/submit", json={"items": [LOW]})).json()
        [line] = (await team.admin.get("/api/forms/questionnaires")).json()["forms"]
        newer = {**FORM, "title": "Newer", "item": FORM["item"][:1]}
        await team.admin.put(f"/api/forms/questionnaires/{line['id']}", json={"resource": newer})

        assert (await team.nurse.get(f"/api/forms/reviews/{done['id']}")).json()["title"] == "Before your visit"

    async def test_a_service_has_its_forms_sent_before_its_visits_once(self, team: Team) -> None:
        made = await form(team)
        service = {
            "resourceType": "HealthcareService", "id": "check",
            "extension": [{"url": f"{OURS}/pre-visit-form", "valueReference": {"reference": f"Questionnaire/{made}"}}],
        }  # fmt: skip
        booked = appointment()
        booked["participant"].append({"actor": {"reference": "HealthcareService/check"}, "status": "accepted"})
        await team.keep(service, booked)
        servant = team.clinic.servant()

        for _ in range(2):
            await servant.work(keeping.SEND, keeping.sent_for("visit"))

        assert len((await team.patient.get("/api/forms/mine")).json()["forms"]) == 1


def test_an_answer_is_shown_as_people_read_it() -> None:
    assert filing.shown({"valueBoolean": True}) == "Yes"
    assert filing.shown({"valueQuantity": {"value": 3, "unit": "cups"}}) == "3 cups"
    assert filing.shown({"valueCoding": {"code": "x", "display": "Ex"}}) == "Ex"


def test_the_vectors_are_plain_json() -> None:
    assert json.loads(json.dumps(VECTORS)) == VECTORS
