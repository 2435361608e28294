"""An organisation's note templates: written as the note begins, used by it, and refused to who may not write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charting.conftest import Team

from meridian.charting.notes import own_templates
from meridian.charting.notes.templates import OURS, template
from meridian.faults import Invalid

pytestmark = pytest.mark.anyio
PATH = "/api/charting/note-templates"
BODY: dict[str, Any] = {"title": "Ear visit", "kind": "11506-3", "text": "## Ears\n\nLeft:\nRight:\n\n## Plan\n"}

words = st.text(alphabet="abc äß:-*", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(st.tuples(words, st.lists(words, max_size=3)), min_size=1, max_size=5))
def test_a_text_of_headings_stays_what_it_was(sections: list[tuple[str, list[str]]]) -> None:
    text = "\n".join(f"## {heading}\n" + "".join(f"\n{line}" for line in lines) for heading, lines in sections)
    form = {"resourceType": "Questionnaire", "id": "t", "item": own_templates.items(text)}
    again = template(form).text

    assert [line for line in again.splitlines() if line] == [line for line in text.splitlines() if line]
    assert own_templates.items(again) == form["item"]


def test_headings_within_headings_stay_within_them() -> None:
    text = "## Examination\n\n### Ears\n\nLeft\n\n### Nose\n\n## Plan\n"

    [examination, plan] = own_templates.items(text)

    assert [one["text"] for one in examination["item"]] == ["Ears", "Nose"]
    assert "item" not in plan
    again = template({"resourceType": "Questionnaire", "id": "t", "item": [examination, plan]}).text
    assert own_templates.items(again) == [examination, plan]


@pytest.mark.parametrize("text", ["No heading", "Before\n## Plan", " ", "##", "## x\n" * 61])
def test_a_text_without_headings_or_with_too_many_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        own_templates.items(text)


def test_ours_can_be_written_as_they_are() -> None:
    for one in OURS:
        own_templates.items(one.text)


@pytest.mark.parametrize("who", ["admin", "doctor"])
async def test_a_template_is_added_used_changed_and_put_out_of_use(team: Team, who: str) -> None:
    client = getattr(team, who)
    made = await client.post(PATH, json=BODY)
    assert made.status_code == 201, made.text
    one = made.json()

    offered = (await team.doctor.get("/api/charting/templates")).json()["templates"]
    [ears] = [each for each in offered if each["title"] == "Ear visit"]
    assert ears["text"].startswith("## Ears\n\nLeft:\nRight:\n")

    path = f"{PATH}/{one['form']}"
    kept = await client.put(path, json=BODY | {"cosign": True, "base": one["version"]})
    stale = await client.put(path, json=BODY | {"base": one["version"]})
    retired = await client.put(path, json=BODY | {"active": False, "base": kept.json()["version"]})

    assert (kept.json()["cosign"], stale.status_code, retired.json()["active"]) == (True, 412, False)
    offered = (await team.doctor.get("/api/charting/templates")).json()["templates"]
    assert "Ear visit" not in {each["title"] for each in offered}
    listed = (await client.get(PATH)).json()["templates"]
    assert [each["active"] for each in listed if each["title"] == "Ear visit"] == [False]


async def test_ours_is_changed_once_and_stays_away_when_it_is_put_out_of_use(team: Team) -> None:
    made = (await team.admin.post(PATH, json=BODY | {"replaces": "soap"})).json()
    twice = await team.admin.post(PATH, json=BODY | {"replaces": "soap"})
    none = await team.admin.post(PATH, json=BODY | {"replaces": "nothing"})
    offered = (await team.doctor.get("/api/charting/templates")).json()["templates"]
    assert [one["title"] for one in offered if one["id"] == "soap"] == ["Ear visit"]
    assert [twice.status_code, none.status_code] == [409, 404]

    await team.admin.put(f"{PATH}/{made['form']}", json=BODY | {"active": False, "base": made["version"]})

    offered = (await team.doctor.get("/api/charting/templates")).json()["templates"]
    assert "soap" not in {one["id"] for one in offered}


@pytest.mark.parametrize("who", ["nurse", "desk", "lab", "patient"])
async def test_nobody_else_writes_templates(team: Team, who: str) -> None:
    made = (await team.admin.post(PATH, json=BODY)).json()
    client = getattr(team, who)

    adding = await client.post(PATH, json=BODY)
    changing = await client.put(f"{PATH}/{made['form']}", json=BODY | {"base": made["version"]})

    assert [adding.status_code, changing.status_code] == [403, 403]


async def test_a_clinician_changes_no_form_by_way_of_templates(team: Team) -> None:
    await team.keep({
        "resourceType": "Questionnaire", "id": "form", "status": "active", "title": "Before your visit",
        "item": [{"linkId": "1", "type": "string", "text": "Why?"}],
    })  # fmt: skip

    by_template = await team.doctor.put(f"{PATH}/form", json=BODY | {"base": 1})
    plain = await team.doctor.put("/fhir/R4/Questionnaire/form", json=await team.fhir("Questionnaire/form"))
    by_forms = await team.doctor.post(
        "/api/forms/questionnaires", json={"resource": await team.fhir("Questionnaire/form")}
    )

    assert [by_template.status_code, plain.status_code, by_forms.status_code] == [404, 403, 403]


async def test_a_template_of_no_kind_that_notes_are_is_refused(team: Team) -> None:
    assert (await team.admin.post(PATH, json=BODY | {"kind": "1-1"})).status_code == 422


async def test_writing_a_template_is_one_entry_in_the_log(team: Team) -> None:
    await team.admin.post(PATH, json=BODY)

    [entry] = [one for one in await team.clinic.log() if one.action == own_templates.KEEP]
    assert (entry.role, entry.outcome) == ("administrator", "ok")
