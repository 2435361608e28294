"""The demo clinic's notes and forms are such as the clinic itself would have made."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from meridian.access.locks import is_locked
from meridian.charting.forms import evaluate, shape
from meridian.charting.notes.reading import lines
from meridian.fhir import validation
from meridian.ops.demo import forms, notes
from meridian.ops.demo.organisations import ORGANISATIONS
from meridian.ops.demo.roster import roster
from meridian.ops.demo.visits import timeline

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=-5)))


def written() -> Iterator[dict[str, Any]]:
    for life in roster(NOW.date()):
        assert NOW.tzinfo is not None
        yield from notes.of(life, timeline(life, NOW.tzinfo))


@pytest.mark.parametrize("organisation", ORGANISATIONS, ids=lambda one: one.key)
def test_the_forms_can_be_asked(organisation: Any) -> None:
    for form in forms.resources(organisation):
        validation.check(form, expect="Questionnaire")
        shape.check(form)


def test_what_was_handed_in_is_what_the_form_takes() -> None:
    [life] = [one for one in roster(NOW.date()) if one.key in forms.HANDED_IN and one.organisation is ORGANISATIONS[0]]
    [response] = [one for one in forms.of(life, NOW) if one["resourceType"] == "QuestionnaireResponse"]
    [phq9] = [one for one in forms.resources(life.organisation) if one["name"] == "phq-9"]

    assert evaluate.wrongs(phq9, response["item"]) == []
    assert evaluate.score(phq9, response["item"]) == response["extension"][0]["valueDecimal"]
    assert evaluate.band(phq9, evaluate.score(phq9, response["item"])) is not None


def test_notes_are_signed_and_one_of_them_has_an_addendum() -> None:
    found = [one for one in written() if one["resourceType"] == "DocumentReference"]
    for one in found:
        one["meta"] = {"versionId": "1"}

    assert all(is_locked(one) for one in found)
    assert [len(one["addenda"]) for one in lines(found) if one["state"] == "amended"] == [1]


def test_the_same_day_makes_the_same_notes() -> None:
    assert list(written()) == list(written())
