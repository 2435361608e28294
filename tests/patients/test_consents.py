"""Patients agree, refuse and withdraw by themselves, and what held when stays readable."""

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.faults import Conflict, Forbidden, NotFound
from meridian.patients import consents
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio


async def states(chart: Chart) -> dict[str, str]:
    return {one.paper.key: one.state for one in await consents.standing(chart, "ann")}


async def test_a_paper_is_open_until_it_is_answered(ann: Chart) -> None:
    assert set((await states(ann)).values()) == {"open"}

    await consents.answer(ann, "ann", "treatment", agreed=True)
    await consents.answer(ann, "ann", "telehealth", agreed=False)

    assert await states(ann) == {
        "treatment": "agreed", "privacy-notice": "open", "telehealth": "refused", "messages": "open",
    }  # fmt: skip


async def test_an_agreement_is_withdrawn_and_given_anew(clinic: Clinic, ann: Chart) -> None:
    first = await consents.answer(ann, "ann", "telehealth", agreed=True)
    with pytest.raises(Conflict):
        await consents.answer(ann, "ann", "telehealth", agreed=True)

    assert (await consents.answer(ann, "ann", "telehealth", agreed=False)).state == "withdrawn"
    assert (await consents.answer(ann, "ann", "telehealth", agreed=True)).state == "agreed"
    assert (await states(ann))["telehealth"] == "agreed"
    history = await clinic.servant().history("Consent", first.consent)
    assert len(history.matches) == 2


async def test_whose_words_have_changed_are_asked_again(ann: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    await consents.answer(ann, "ann", "treatment", agreed=True)
    newer = tuple(one._replace(version=one.version + 1) for one in consents.PAPERS)
    monkeypatch.setattr(consents, "PAPERS", newer)

    assert (await states(ann))["treatment"] == "outdated"


async def test_nobody_agrees_for_another(clinic: Clinic, ann: Chart) -> None:
    with pytest.raises(NotFound):
        await consents.answer(ann, "ben", "treatment", agreed=True)
    with pytest.raises(NotFound):
        await consents.answer(ann, "ann", "no-such-paper", agreed=True)
    helper = clinic.chart_of(clinic.sign_in("helper", "RelatedPerson/hal", patients=["ann"]))
    with pytest.raises(Forbidden):
        await consents.answer(helper, "ann", "treatment", agreed=True)


async def test_by_http_a_paper_is_answered(browser: httpx.AsyncClient) -> None:
    said = await browser.post("/api/papers/treatment", json={"patient": "ann", "agreed": True})

    assert said.json()["state"] == "agreed", said.text
    listed = (await browser.get("/api/papers", params={"patient": "ann"})).json()
    assert [one["state"] for one in listed] == ["agreed", "open", "open", "open"]
