"""Following feeds: one's own and no other, what was missed, and what is no longer to be seen."""

import pytest

from meridian.access import feeds
from meridian.access.chart import Chart
from meridian.access.feeds import Happening
from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden, Gone, Invalid, NotFound, Unavailable
from meridian.fhir.ours import NOPAT
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

MATRIX = """
clinician           board person:Practitioner/p team:clinician
nurse               board person:Practitioner/p team:nurse
front-desk          board person:Practitioner/p team:front-desk
lab                 person:Practitioner/p team:lab
pharmacist          person:Practitioner/p team:pharmacist
administrator       person:Practitioner/p team:administrator
security-officer    person:Practitioner/p team:security-officer
platform-operator   person:Practitioner/p
patient             person:Patient/ann patient:ann
proxy               person:Patient/ann patient:ann
helper              person:Patient/ann
"""
"""Of the feeds in `EVERY`, those that each role may follow."""
OTHERS = ("person:Practitioner/q", "person:Patient/ben", "patient:ben", "thread:x", "visit:x", "", "x", "person:")
EVERY = (
    "board", "person:Practitioner/p", "person:Patient/ann", "patient:ann",
    *(f"team:{role.value}" for role in Role), *OTHERS,
)  # fmt: skip
PERSONAL = {"patient", "proxy", "helper"}


def someone(clinic: Clinic, role: str) -> Chart:
    if role in PERSONAL:
        return clinic.chart_of(clinic.sign_in(role, "Patient/ann", patients=["ann"]))
    return clinic.chart_of(clinic.sign_in(role, "Practitioner/p"))


async def follows(chart: Chart, feed: str) -> bool:
    try:
        return list(await chart.feeds({feed: -1})) == [feed]
    except NotFound:
        return False


@pytest.mark.parametrize("line", MATRIX.strip().splitlines(), ids=lambda line: line.split()[0])
async def test_each_role_follows_its_own_feeds_and_no_other(clinic: Clinic, line: str) -> None:
    role, *own = line.split()
    chart = someone(clinic, role)

    assert {feed for feed in EVERY if await follows(chart, feed)} == set(own)


async def test_what_is_not_ones_own_looks_like_what_is_not_there(clinic: Clinic) -> None:
    ann = someone(clinic, "patient")

    async def refused(_chart: Chart, _rest: str) -> None:
        raise Forbidden("not you")

    said = []
    for feed in ("patient:ben", "patient:nobody", "board", "visit:1", "no such thing"):
        with pytest.raises(NotFound) as fault:
            await ann.feeds({"patient:ann": 0, feed: 0}, {"visit": refused})
        said.append((type(fault.value), fault.value.detail, [(one.code, one.text) for one in fault.value.issues]))
        assert [one.place for one in fault.value.issues] == [feed]

    assert len({str(one) for one in said}) == 1
    assert [one.outcome for one in await clinic.log() if one.action == "feeds/$sync"] == ["refused"] * 5


async def test_a_feature_says_who_may_follow_its_feeds(clinic: Clinic) -> None:
    asked: list[tuple[str, str]] = []

    async def passes(chart: Chart, rest: str) -> None:
        asked.append((chart.subject.who, rest))

    found = await someone(clinic, "nurse").feeds({"visit:17": 0}, {"visit": passes})

    assert list(found) == ["visit:17"]
    assert asked == [("Practitioner/p", "17")]


async def test_a_check_that_cannot_be_made_is_not_a_no(clinic: Clinic) -> None:
    async def fails(_chart: Chart, _rest: str) -> None:
        raise Unavailable("as asked")

    with pytest.raises(Unavailable):
        await someone(clinic, "nurse").feeds({"visit:17": 0}, {"visit": fails})


async def test_ones_own_go_by_short_names(clinic: Clinic) -> None:
    nurse, helper = someone(clinic, "nurse"), someone(clinic, "helper")
    proxy = clinic.chart_of(clinic.sign_in("proxy", "RelatedPerson/ria", patients=["ann", "ben"]))

    assert set(await nurse.feeds({"me": -1, "team": -1, "mine": -1})) == {"person:Practitioner/p", "team:nurse"}
    assert set(await proxy.feeds({"me": -1, "mine": -1})) == {"person:RelatedPerson/ria", "patient:ann", "patient:ben"}
    assert set(await helper.feeds({"mine": -1})) == set()
    with pytest.raises(NotFound):
        await proxy.feeds({"team": -1})


async def test_a_name_says_more_than_a_short_one(clinic: Clinic) -> None:
    nurse = someone(clinic, "nurse")
    await told(clinic, "team:nurse", "team:nurse")

    found = await nurse.feeds({"team:nurse": 1, "team": -1})

    assert [one.seq for one in found["team:nurse"].events] == [2]


async def told(clinic: Clinic, *names: str, what: str = "") -> None:
    def plan(work: Work) -> Plan[None]:
        for name in names:
            yield from work.tell(name, "told", what, {"did": "created"})

    await clinic.servant().work("x/$tell", plan)


async def test_who_asks_gets_what_they_missed_and_it_is_recorded(clinic: Clinic) -> None:
    service, nurse = clinic.servant(), someone(clinic, "nurse")
    for name in "ab":
        await service.update("Encounter", name, minimal("Encounter", name, patient="ann"))

    board = (await nurse.feeds({"board": 1}))["board"]

    assert (board.seq, board.reset) == (2, False)
    assert [(one.seq, one.kind, one.what, one.said) for one in board.events] == [
        (2, "encounter", "Encounter/b", {"did": "created"})
    ]
    entry = (await clinic.log())[-1]
    assert (entry.action, entry.outcome, entry.seen) == ("feeds/$sync", "ok", ("Encounter/b",))


async def test_feeds_of_another_organisation_are_another(clinic: Clinic) -> None:
    await clinic.servant(2).update("Encounter", "a", minimal("Encounter", "a", patient="ann"))

    assert (await someone(clinic, "nurse").feeds({"board": 0}))["board"].seq == 0


async def test_what_was_withheld_since_is_not_named_any_more(clinic: Clinic) -> None:
    service, ann = clinic.servant(), someone(clinic, "patient")
    report = minimal("DiagnosticReport", "r", patient="ann")
    await service.update("DiagnosticReport", "r", report)
    assert [one.what for one in (await ann.feeds({"mine": 0}))["patient:ann"].events] == ["DiagnosticReport/r"]

    await service.update("DiagnosticReport", "r", {**report, "meta": {"security": [NOPAT]}})

    assert [(one.what, one.said) for one in (await ann.feeds({"mine": 0}))["patient:ann"].events] == [("", {})]


async def test_what_is_deleted_is_told_as_deleted(clinic: Clinic) -> None:
    service, ann = clinic.servant(), someone(clinic, "patient")
    await service.update("DiagnosticReport", "r", minimal("DiagnosticReport", "r", patient="ann"))
    await service.delete("DiagnosticReport", "r")

    events = (await ann.feeds({"mine": 1}))["patient:ann"].events

    assert [(one.what, one.said) for one in events] == [("DiagnosticReport/r", {"did": "deleted"})]
    with pytest.raises(Gone):
        await ann.read("DiagnosticReport", "r")


async def test_a_reference_to_nothing_we_keep_is_not_handed_out(clinic: Clinic) -> None:
    await told(clinic, "team:nurse", what="Martian/1")

    assert [one.what for one in (await someone(clinic, "nurse").feeds({"team": 0}))["team:nurse"].events] == [""]


async def test_at_most_so_many_feeds_are_asked_for(clinic: Clinic) -> None:
    with pytest.raises(Invalid):
        await someone(clinic, "nurse").feeds({f"thread:{n}": 0 for n in range(feeds.MOST + 1)})


TYPES: dict[str, tuple[set[str], set[str]]] = {
    "clinician": ({"Appointment", "Task", "Communication", "Encounter", "DiagnosticReport"}, {"AuditEvent"}),
    "front-desk": ({"Appointment", "Task", "Communication", "Encounter"}, {"DiagnosticReport"}),
    "pharmacist": ({"Task", "MedicationRequest"}, {"Appointment", "Encounter", "Communication"}),
    "helper": ({"Appointment"}, {"Task", "DiagnosticReport", "Communication"}),
    "platform-operator": (set(), {"Appointment", "Task"}),
}


@pytest.mark.parametrize("role", TYPES)
def test_a_new_line_names_what_the_role_reads_at_all(role: str) -> None:
    subject = Subject("a", 1, "org1", Role(role), purpose=PURPOSE_OF[Role(role)])
    names, hides = TYPES[role]

    for kind in names | hides:
        line = Happening(1, "person:x", 1, 0, "told", f"{kind}/1", {"did": "created"})
        assert feeds.shown(subject, line) == (line if kind in names else line._replace(what="", said={}))
