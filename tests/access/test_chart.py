"""What passes the door is recorded before it is handed out, and what the log cannot take is not done."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.access.subject import Subject
from meridian.audit.entry import Entry
from meridian.audit.log import sequence
from meridian.faults import Conflict, Fault, Forbidden, Gone, Invalid, NotFound, Unavailable, VersionConflict
from meridian.store.plan import Plan, Query
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


def chart(clinic: Clinic, role: str = "clinician", who: str = "Practitioner/doc", **more: Any) -> Chart:
    return clinic.chart_of(clinic.sign_in(role, who, **more))


async def last(clinic: Clinic) -> Entry:
    return (await clinic.log())[-1]


async def ann(clinic: Clinic) -> str:
    return (await chart(clinic).create("Patient", minimal("Patient"))).stored.id


async def test_an_entry_says_who_did_what_to_whose_record_and_why(clinic: Clinic) -> None:
    name = await ann(clinic)
    observation = minimal("Observation", patient=name)
    kept = (await chart(clinic).create("Observation", observation)).stored

    await chart(clinic).read("Observation", kept.id)

    entry = await last(clinic)
    assert (entry.action, entry.outcome, entry.what, entry.patient) == ("read", "ok", f"Observation/{kept.id}", name)
    assert (entry.who, entry.role, entry.purpose) == ("Practitioner/doc", "clinician", "TREAT")
    assert (entry.address, entry.agent, entry.request) == ("192.0.2.1", "tests", "request-1")
    assert "treatment" in entry.rule


async def test_a_search_names_everything_it_gave_out(clinic: Clinic) -> None:
    name = await ann(clinic)
    await chart(clinic).create("Observation", minimal("Observation", patient=name))

    page = await chart(clinic).search("Observation", [("patient", name), ("_include", "Observation:subject")])

    entry = await last(clinic)
    assert (entry.action, entry.what, entry.patient, entry.count) == ("search-type", "Observation", name, 2)
    assert set(entry.seen) == {f"Observation/{page.matches[0].id}", f"Patient/{name}"}


Refusal = tuple[str, Callable[[Chart], Awaitable[object]], type[Fault], str]
REFUSALS: list[Refusal] = [
    ("clinician", lambda c: c.read("Patient", "none"), NotFound, "refused"),
    ("front-desk", lambda c: c.read("Observation", "none"), Forbidden, "refused"),
    ("front-desk", lambda c: c.search("Condition"), Forbidden, "refused"),
    ("clinician", lambda c: c.search("AuditEvent"), Forbidden, "refused"),
    ("clinician", lambda c: c.read("AuditEvent", "1-0"), Forbidden, "refused"),
    ("clinician", lambda c: c.create("Patient", {"resourceType": "Patient", "gender": "x"}), Invalid, "failed"),
    ("clinician", lambda c: c.create("Organization", minimal("Organization")), Forbidden, "refused"),
    ("clinician", lambda c: c.update("Patient", "x", minimal("Patient", "x")), NotFound, "refused"),
    ("nurse", lambda c: c.delete("Patient", "x"), Forbidden, "refused"),
    ("nurse", lambda c: c.delete_where("Patient", [("_id", "x")]), Forbidden, "refused"),
    ("patient", lambda c: c.everything("none"), NotFound, "refused"),
    ("patient", lambda c: c.history("Patient", "none"), NotFound, "refused"),
    ("platform-operator", lambda c: c.read("Organization", "x"), Forbidden, "refused"),
    ("security-officer", lambda c: c.read("AuditEvent", "1-99"), NotFound, "refused"),
    ("security-officer", lambda c: c.vread("AuditEvent", "1-0", 2), NotFound, "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "ask", "fault", "outcome"), REFUSALS, ids=range(len(REFUSALS)))
async def test_every_refusal_leaves_an_entry(
    clinic: Clinic, role: str, ask: Callable[[Chart], Awaitable[object]], fault: type[Fault], outcome: str
) -> None:
    with pytest.raises(fault):
        await ask(chart(clinic, role))

    entry = await last(clinic)
    assert (entry.role, entry.outcome, entry.rule) == (role, outcome, fault.__name__)


async def test_an_entry_holds_no_word_of_the_record_or_the_question(clinic: Clinic) -> None:
    await chart(clinic).create("Patient", {"resourceType": "Patient", "name": [{"family": "Canaryname"}]})
    await chart(clinic).search("Patient", [("name", "Canaryname")])

    assert "canaryname" not in str(await clinic.log()).lower()


def broken(_: Any) -> Plan[None]:
    """A log that takes nothing."""
    yield Query("SELECT 1")
    raise Unavailable("The log does not answer")


async def test_what_cannot_be_recorded_is_not_done(clinic: Clinic) -> None:
    name = await ann(clinic)

    clinic.engine.sequencer = broken
    asked: list[Callable[[Chart], Awaitable[object]]] = [
        lambda c: c.read("Patient", name),
        lambda c: c.search("Patient"),
        lambda c: c.create("Patient", minimal("Patient")),
        lambda c: c.delete("Patient", name),
        lambda c: c.read("Patient", "none"),
    ]
    for ask in asked:
        with pytest.raises(Unavailable):
            await ask(chart(clinic))

    clinic.engine.sequencer = sequence
    assert (await chart(clinic).search("Patient", [("_summary", "count")])).total == 1
    assert (await chart(clinic).read("Patient", name)).version == 1


async def test_a_transaction_leaves_one_entry_that_names_all(clinic: Clinic) -> None:
    link = "urn:uuid:4f6a30d8-6a41-4a3b-8f37-000000000001"
    observation = minimal("Observation") | {"subject": {"reference": link}}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": link, "resource": minimal("Patient"), "request": {"method": "POST", "url": "Patient"}},
            {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
        ],
    }

    done = await chart(clinic).transaction(bundle)

    [entry] = await clinic.log()
    assert (entry.action, entry.count) == ("transaction", 2)
    assert {one.partition("/")[0] for one in entry.seen} == {"Patient", "Observation"}
    assert [one.request.index for one in done] == [0, 1]


async def test_joining_a_care_team_by_ones_own_hand_is_told(clinic: Clinic) -> None:
    name = await ann(clinic)
    encounter = minimal("Encounter", patient=name) | {
        "participant": [{"individual": {"reference": "Practitioner/doc"}}]
    }

    await chart(clinic).create("Encounter", encounter)
    await chart(clinic).create("Encounter", encounter)

    assert [entry.patient for entry in await clinic.log() if entry.action == "role-care-team-joined"] == [name]


async def test_a_proxy_who_has_chosen_a_patient_acts_for_that_one_alone(clinic: Clinic) -> None:
    names = [await ann(clinic), await ann(clinic)]
    token = clinic.sign_in("proxy", "RelatedPerson/r", patients=names)

    both = await clinic.chart_of(token).search("Patient")
    clinic.people["chosen"] = replace(clinic.people[token], patient=names[0])
    one = await clinic.chart_of("chosen").search("Patient")

    assert {found.id for found in both.matches} == set(names)
    assert [found.id for found in one.matches] == names[:1]


async def test_those_who_oversee_find_the_log_and_looking_is_recorded(clinic: Clinic) -> None:
    name = await ann(clinic)
    officer = chart(clinic, "security-officer", "Practitioner/officer")

    page = await officer.search("AuditEvent", [("patient", name)])

    assert [found.id for found in page.matches] == ["1-0"]
    assert (await officer.read("AuditEvent", "1-0")).body == page.matches[0].body
    assert [entry.what for entry in await clinic.log()][1:] == ["AuditEvent", "AuditEvent/1-0"]


async def test_the_patients_opened_last_come_first(clinic: Clinic) -> None:
    names = [await ann(clinic) for _ in range(3)]
    for name in (*names, names[0]):
        await chart(clinic).read("Patient", name)

    assert await chart(clinic).opened_lately(2) == [names[0], names[2]]
    assert await chart(clinic, who="Practitioner/other").opened_lately(2) == []


async def test_what_lies_in_the_records_of_two_of_ones_patients_is_found_once(clinic: Clinic) -> None:
    names = [await ann(clinic), await ann(clinic)]
    both = [{"actor": {"reference": f"Patient/{one}"}, "status": "accepted"} for one in names]
    kept = await chart(clinic).create("Appointment", minimal("Appointment") | {"participant": both})
    mother = chart(clinic, "proxy", "RelatedPerson/mother", patients=names)

    page = await mother.search("Appointment")

    assert [one.id for one in page.matches] == [kept.stored.id]


async def test_organisations_do_not_share_a_log(clinic: Clinic) -> None:
    await ann(clinic)
    await chart(clinic, org=2).create("Patient", minimal("Patient"))

    assert [len(await clinic.log(org)) for org in (1, 2)] == [1, 1]


async def test_a_chart_knows_whose_it_is(clinic: Clinic) -> None:
    assert isinstance(chart(clinic).subject, Subject)


async def test_versions_and_deletions_are_guarded(clinic: Clinic) -> None:
    name, door = await ann(clinic), chart(clinic)

    with pytest.raises(VersionConflict):
        await door.delete("Patient", name, if_match=7)
    with pytest.raises(Conflict):
        await door.patch("Patient", name, b'[{"op":"test","path":"/active","value":false}]')
    await door.delete("Patient", name)
    with pytest.raises(Gone):
        await door.read("Patient", name)
    with pytest.raises(Gone):
        await door.update("Patient", name, minimal("Patient", name))
