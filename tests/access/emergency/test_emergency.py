"""Emergency access: who gets it, what it opens, when it ends, what it leaves behind, and who judges it."""

import asyncio
from typing import Any

import pytest
from tests.access.emergency.conftest import SECRET, WHY, Ward

from meridian.access.emergency.sweeping import Sweeper
from meridian.faults import Conflict, NotFound
from meridian.identity.emergencies import DUE_MS, LASTING_MS, MOST
from meridian.testing.identity import PASSWORD

pytestmark = pytest.mark.anyio

HIV = f"Observation/{SECRET}-hiv"


async def test_it_opens_one_record_to_a_look_and_every_look_says_so(either: Ward) -> None:
    ward = either
    assert not await ward.sees(HIV)

    answer = await ward.ask()

    assert (answer.status_code, answer.json()["patient"]) == (200, SECRET)
    assert answer.json()["ends"] == ward.desk.clinic.watch.now + LASTING_MS
    assert [await ward.sees(what) for what in (HIV, f"Patient/{SECRET}", "Observation/open-hiv")] == [True, True, False]
    chart = await ward.chart_of("anne")
    found = await chart.search("Observation", [("_count", "50")])
    assert {one.id for one in found.matches} == {f"{SECRET}-hiv", "open-pulse"}
    with pytest.raises(NotFound):
        await chart.delete("Observation", f"{SECRET}-hiv")
    done = [one for one in ward.desk.clinic.entries if one.session == chart.subject.session and one.purpose == "BTG"]
    assert {one.patient for one in done} == {SECRET}
    assert all(one.rule.split("|")[0] == "emergency" for one in done if not one.action.startswith("alert-"))
    searches = [one for one in ward.entries("search-type") if one.who == "Practitioner/anne"]
    assert [(one.purpose, one.patient, one.seen) for one in searches] == [
        ("BTG", SECRET, (HIV,)),
        ("TREAT", "", ("Observation/open-pulse",)),
    ]


async def test_it_is_alerted_at_once_and_is_to_be_reviewed(ward: Ward) -> None:
    await ward.ask()

    [begun], [alert] = ward.entries("break-glass-start"), ward.entries("alert-break-glass")
    assert (begun.patient, begun.purpose, begun.rule) == (SECRET, "BTG", "emergency|cannot-say|family-name")
    assert (alert.org, alert.who, alert.patient) == (ward.desk.clinic.org, "Practitioner/anne", SECRET)
    [mail] = [text for text in await ward.desk.clinic.mails() if text.startswith("otto@")]
    assert "emergency" in mail
    assert "Hush" not in mail
    [task] = (await ward.chart().search("Task")).matches
    assert b"unconscious" in task.body
    assert not any(WHY in text for text in map(repr, ward.desk.clinic.entries))


async def test_a_second_server_process_obeys_at_once(ward: Ward) -> None:
    other = ward.another_process()
    ward.desk.clinic.watch.pass_(seconds=30)
    assert not await ward.sees(HIV, service=other)  # which remembers the token for ten seconds

    await ward.ask(later=0)

    assert await ward.sees(HIV, service=other)
    chart = await ward.chart_of("anne", other)
    assert (await ward.browsers["anne"].post("/api/emergency/end")).status_code == 204
    with pytest.raises(NotFound):
        await chart.read(*HIV.split("/"))
    assert not await ward.sees(HIV, service=other)
    [stopped] = ward.entries("break-glass-stop")
    assert (stopped.rule, stopped.patient) == ("hand", SECRET)


async def test_it_ends_at_its_very_moment(ward: Ward) -> None:
    await ward.ask()
    chart = await ward.chart_of("anne")
    watch = ward.desk.clinic.watch
    watch.now += LASTING_MS - 1
    await chart.read(*HIV.split("/"))

    watch.now += 1

    with pytest.raises(NotFound):
        await chart.read(*HIV.split("/"))
    await Sweeper(ward.desk.clinic.engine, watch).sweep()
    await Sweeper(ward.desk.clinic.engine, watch).sweep()
    [stopped] = ward.entries("break-glass-stop")
    assert (stopped.rule, stopped.time) == ("time", watch.now)


@pytest.mark.parametrize("leave", ["sign-out", "revoked", "role"])
async def test_it_ends_with_the_session_and_with_its_role(ward: Ward, leave: str) -> None:
    clinic = ward.desk.clinic
    [member] = [one for one in await clinic.service.administration.members() if one.email == "anne@clinic.example"]
    second = await clinic.service.administration.add_membership(
        member.account, clinic.org, "nurse", who="Practitioner/anne"
    )
    await ward.ask()
    chart, browser = await ward.chart_of("anne"), ward.browsers["anne"]

    match leave:
        case "sign-out":
            await browser.delete("/api/session")
        case "revoked":
            await browser.delete(f"/api/account/sessions/{chart.subject.session}")
        case _:
            await browser.post("/api/session/membership", json={"id": second})

    with pytest.raises(NotFound):
        await chart.read(*HIV.split("/"))
    await Sweeper(clinic.engine, clinic.watch).sweep()
    assert [one.rule for one in ward.entries("break-glass-stop")] == ["session"]


async def test_another_one_takes_its_place(ward: Ward) -> None:
    await ward.ask()
    await ward.ask(patient="open")

    assert [await ward.sees(what) for what in (HIV, "Observation/open-hiv")] == [False, True]
    assert [one.rule for one in ward.entries("break-glass-stop")] == ["other"]


# --- who asks, and for whom


@pytest.mark.parametrize(
    "proof", [{}, {"code": "000000"}, {"password": PASSWORD}, {"code": None}], ids=["none", "wrong", "password", "null"]
)
async def test_nobody_has_it_without_a_second_factor(ward: Ward, proof: dict[str, Any]) -> None:
    body = {"reason": "other", "explanation": WHY, "patient": SECRET} | proof

    answer = await ward.browsers["anne"].post("/api/emergency", json=body)

    assert answer.status_code == 422
    assert not await ward.sees(HIV)
    assert not ward.entries("break-glass-start")


@pytest.mark.parametrize("role", ["front-desk", "lab", "security-officer", "administrator"])
async def test_it_is_for_those_who_treat(ward: Ward, role: str) -> None:
    await ward.join("fred", role, "Practitioner/fred")

    answer = await ward.ask("fred")

    assert answer.status_code == 403
    assert [len(ward.entries(action)) for action in ("step-up", "break-glass-start")] == [0, 0]


async def test_a_hidden_patient_is_found_exactly_or_not_at_all_and_each_question_counts(ward: Ward) -> None:
    names: dict[str, Any] = {"family": "hush", "given": "Mary", "birthDate": "1950-05-05"}

    asked = [
        await ward.ask(number="MRN-7"),
        await ward.ask(**names),  # two are called so
        await ward.ask(**names | {"given": "Mar"}),
        await ward.ask(patient="nobody"),
    ]
    found = await ward.ask(number="MRN-77")
    over = await ward.ask(number="MRN-77")

    assert MOST == 5
    assert {one.status_code for one in asked} == {404}
    assert len({one.json()["detail"] for one in asked}) == 1
    assert (found.status_code, found.json()["patient"]) == (200, SECRET)
    assert over.status_code == 429
    assert [one.outcome for one in ward.entries("break-glass-start")] == ["refused"] * 4 + ["ok"]
    assert len(ward.entries("alert-break-glass")) == 5
    uses = (await ward.browsers["otto"].get("/api/emergency/reviews")).json()["uses"]
    assert sorted(one["how"] for one in uses) == ["", *["not-found"] * 4]


async def test_questions_at_once_are_counted_one_after_the_other(either: Ward) -> None:
    from meridian.access.emergency import asking  # noqa: PLC0415  # of this test alone
    from meridian.faults import Throttled  # noqa: PLC0415  # likewise

    token = either.browsers["anne"].cookies["__Host-meridian"]
    identity = await either.desk.clinic.service.authenticate(token)
    chart = await either.chart_of("anne")
    wish = asking.Wish(asking.Reason.OTHER, WHY, number="MRN-7")

    said = await asyncio.gather(*(asking.begin(chart, identity, wish) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(one, NotFound) for one in said) == MOST
    assert sum(isinstance(one, Throttled) for one in said) == 8 - MOST


async def test_ones_own_record_is_not_opened_so(ward: Ward) -> None:
    clinic = ward.desk.clinic
    [member] = [one for one in await clinic.service.administration.members() if one.email == "anne@clinic.example"]
    await clinic.service.administration.add_membership(
        member.account, clinic.org, "patient", who=f"Patient/{SECRET}", patients=(SECRET,)
    )

    assert (await ward.ask()).status_code == 403
    assert not await ward.sees(HIV)


# --- the review


async def test_an_officer_sees_what_was_opened_and_says_what_it_came_to(either: Ward) -> None:
    ward = either
    await ward.ask()
    await ward.sees(HIV)
    otto, clinic = ward.browsers["otto"], ward.desk.clinic
    [use] = (await otto.get("/api/emergency/reviews")).json()["uses"]
    where = f"/api/emergency/reviews/{use['id']}"
    verdict = {"verdict": "not-justified", "note": "She was awake."}
    assert (await otto.post(where, json=verdict)).status_code == 409  # it has not ended
    await ward.browsers["anne"].post("/api/emergency/end")

    shown = (await otto.get(where)).json()
    said = await otto.post(where, json=verdict)

    assert (use["role"], use["reason"], use["flags"], use["due"] - use["began"]) == (
        "clinician", "cannot-say", ["family-name"], DUE_MS,
    )  # fmt: skip
    assert (shown["patientName"], shown["explanation"], shown["mine"]) == ("Mary Ann Hush", WHY, False)
    assert [(one["action"], one["what"]) for one in shown["seen"]] == [("read", HIV)]
    assert said.status_code == 204
    assert (await otto.post(where, json=verdict)).status_code == 409
    assert (await otto.get("/api/emergency/reviews")).json()["uses"] == []
    [kept] = (await otto.get("/api/emergency/reviews?waiting=false")).json()["uses"]
    assert (kept["verdict"], kept["how"]) == ("not-justified", "hand")
    assert (await otto.get(where)).json()["note"] == "She was awake."
    assert [one.rule for one in clinic.recorded("break-glass-reviewed")] == ["not-justified"]
    assert not any("awake" in repr(one) for one in clinic.entries)


async def test_nobody_else_reviews_and_nobody_their_own(ward: Ward) -> None:
    clinic, anne = ward.desk.clinic, ward.browsers["anne"]
    [member] = [one for one in await clinic.service.administration.members() if one.email == "anne@clinic.example"]
    officer = await clinic.service.administration.add_membership(
        member.account, clinic.org, "security-officer", who="Practitioner/anne"
    )
    await ward.ask()
    await anne.post("/api/emergency/end")
    [use] = (await ward.browsers["otto"].get("/api/emergency/reviews")).json()["uses"]
    where, verdict = f"/api/emergency/reviews/{use['id']}", {"verdict": "justified", "note": "It was right."}

    assert [(await anne.get("/api/emergency/reviews")).status_code, (await anne.get(where)).status_code] == [403, 403]
    await anne.post("/api/session/membership", json={"id": officer})
    assert (await anne.get(where)).json()["mine"] is True
    assert (await anne.post(where, json=verdict)).status_code == 403


async def test_what_was_said_of_it_stays_as_it_was_said(ward: Ward) -> None:
    await ward.ask()
    [task] = (await ward.chart().search("Task")).matches
    servant = ward.chart()

    with pytest.raises(Conflict):
        await servant.patch("Task", task.id, b'[{"op": "replace", "path": "/description", "value": "x"}]')
    with pytest.raises(Conflict):
        await servant.delete("Task", task.id)


async def test_what_nobody_reviews_in_time_raises_the_alarm_once(ward: Ward) -> None:
    await ward.ask()
    clinic = ward.desk.clinic
    sweeper = Sweeper(clinic.engine, clinic.watch)
    clinic.watch.now += DUE_MS - 1
    await sweeper.sweep()
    assert not ward.entries("alert-break-glass-unreviewed")

    clinic.watch.now += 1
    await sweeper.sweep()
    await sweeper.sweep()

    [alert] = ward.entries("alert-break-glass-unreviewed")
    assert (alert.patient, alert.rule) == (SECRET, "cannot-say")
