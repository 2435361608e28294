"""A browser that is not there is not taken for one in which nothing was run; hostile texts are in every field."""

import asyncio
import json

import pytest

from meridian.threats import hostile
from meridian.threats.attack import ARSENAL, Attack, Result
from meridian.threats.attacker import Attacker
from meridian.threats.attacks import auth_03_browser, web_01
from meridian.threats.campaign import one
from meridian.threats.hostile import MARK
from meridian.threats.material import Material


def test_without_a_browser_an_attack_in_one_was_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meridian.threats.browsing.PROGRAMS", ())
    attack = Attack("AUTH-03", "auth-03/reflected", "In a browser", auth_03_browser.reflected)

    outcome = asyncio.run(one(Attacker("http://localhost:1", Material({}, {})), attack))

    assert (outcome.result, outcome.said) == (Result.NOT_RUN, "Chromium is not on this machine")


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("AllergyIntolerance", ("code", "note", "reaction", "onsetString")),
        ("Observation", ("valueCodeableConcept", "note", "component", "referenceRange")),
        ("Appointment", ("comment", "description", "patientInstruction")),
        ("Task", ("description", "note", "input")),
        ("DocumentReference", ("description", "content")),
        ("QuestionnaireResponse", ("item",)),
        ("MedicationRequest", ("note", "reasonCode")),
    ],
)
def test_texts_stand_in_every_field_that_the_standard_has_for_words(kind: str, where: tuple[str, ...]) -> None:
    [resource] = [each for each in hostile.resources("p1") if each["resourceType"] == kind]

    assert [name for name in where if MARK not in json.dumps(resource.get(name))] == []


def test_a_name_is_planted_in_every_object_of_an_answer() -> None:
    planted = web_01.planted('{"a":[{"b":1}],"c":{"d":{}}}')

    assert planted.count("__proto__") == 3
    assert json.loads(planted)["c"]["d"] == {}


def test_attacks_in_a_browser_are_among_those_that_are_run() -> None:
    names = {attack.name for attack in ARSENAL.all(("AUTH-03", "WEB-01"))}

    assert {f"auth-03/{name}" for name in ("stored", "reflected", "token-in-script", "document")} <= names
    assert {"web-01/stored", "web-01/portal"} <= names
