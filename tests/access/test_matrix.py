"""
The matrix, generated: every role, every type, every relation, by every path, answered as `decide()` says.

Four records of each type stand for the relations: Ann's, Ann's labelled R, Ben's, and Cleo's labelled R, for whom the
subject cares. One more subject has emergency access to Ann's, and
one of another organisation looks at hers through a share. Paths: read, vread, history, search, `_include`,
`_revinclude`, `_has`, chains, `$everything`, batch, transaction, create, update, patch and delete; and the feeds, asked
for and pushed.
"""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import httpx
import pytest

from meridian.access import feeds
from meridian.access.chart import Chart
from meridian.access.feeds import Happening
from meridian.access.interaction import Interaction
from meridian.access.kinds import EVERY
from meridian.access.policy import Allowed, Decision, Denied, Facts, decide
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role, Subject
from meridian.access.work import Work
from meridian.faults import NotFound
from meridian.fhir.definitions import compartment_parameters
from meridian.identity.facts import Caller
from meridian.store.plan import Plan, Query
from meridian.testing.clinic import Clinic
from meridian.testing.resources import can_be_a_patients, minimal
from meridian.testing.sharing import SHARE, Neighbourhood

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

BASE = "/fhir/R4"
LABELLED = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
CARER = "Practitioner/carer"


class Case(NamedTuple):
    """A record, and what is true of it."""

    type: str
    id: str
    resource: dict[str, Any]
    facts: Facts

    @property
    def url(self) -> str:
        return f"{self.type}/{self.id}"


def cases() -> Iterable[Case]:
    for kind in sorted(EVERY):
        for patient, labelled in (("ann", False), ("ann", True), ("ben", False), ("cleo", True)):
            whose = frozenset({patient} if can_be_a_patients(kind) else ())
            name = f"{patient}-{'r' if labelled else 'n'}"
            if kind == "Patient":
                name = patient if not labelled else f"{patient}-r"
                whose = frozenset({name})
            more: dict[str, Any] = {"meta": LABELLED} if labelled else {}
            if kind == "Patient" and patient == "cleo":
                more["generalPractitioner"] = [{"reference": CARER}]
            resource = minimal(kind, name, patient=patient, **more)
            cared = "cleo" in whose or whose == {"cleo-r"}
            yield Case(kind, name, resource, Facts(1, whose, restricted=labelled, cared_for=cared))


WITH_PATIENTS = {Role.PATIENT, Role.PROXY, Role.OUTSIDE_CLINICIAN}
"""Those whose rows open patients of whom the search may find none."""
CASES = [case for case in cases() if case.url != "Patient/cleo"]
CLEO = {"resourceType": "Patient", "id": "cleo", "generalPractitioner": [{"reference": CARER}]}


class Seat(NamedTuple):
    """Somebody at the door: as policy sees them, and as HTTP does."""

    subject: Subject
    client: httpx.AsyncClient

    def decision(self, interaction: Interaction, case: Case) -> Decision:
        return decide(self.subject, interaction, case.type, case.facts)

    def allowed(self, interaction: Interaction, among: Iterable[Case]) -> set[str]:
        return {case.url for case in among if isinstance(self.decision(interaction, case), Allowed)}

    async def batch(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        for start in range(0, len(entries), 500):
            bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries[start : start + 500]}
            answer = await self.client.post(BASE, json=bundle)
            assert answer.status_code == 200
            answers += answer.json()["entry"]
        return answers


def status(decision: Decision, *, hidden: str = "404") -> str:
    """What HTTP says of a decision; *hidden* where the role may do so to other records."""
    match decision:
        case Allowed():
            return "200"
        case Denied(reason="relation"):
            return hidden
        case Denied():
            return "403"


EMERGENCY = "clinician, in an emergency"


@pytest.fixture(params=[*Role, EMERGENCY])
async def seat(request: pytest.FixtureRequest, clinic: Clinic, importer: httpx.AsyncClient) -> AsyncIterator[Seat]:
    role = Role.CLINICIAN if request.param == EMERGENCY else request.param
    puts = [{"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
            for one in (CLEO, *(case.resource for case in CASES))]  # fmt: skip
    answer = await importer.post(BASE, json={"resourceType": "Bundle", "type": "transaction", "entry": puts})
    assert answer.status_code == 200, answer.text
    own = ["ann"] if role in {Role.PATIENT, Role.PROXY, Role.HELPER} else []
    token = clinic.sign_in(role.value, "Patient/ann" if own else CARER, patients=own)
    if request.param == EMERGENCY:
        await clinic.break_glass(token, "ann")
    if role is Role.OUTSIDE_CLINICIAN:
        share = (await Neighbourhood(clinic).open()).share.id
        token = clinic.sign_in("clinician", CARER, org=2)
        subject = (await clinic.chart_of(token).through(share)).subject
        async with clinic.client(token, **{SHARE: share}) as client:
            yield Seat(subject, client)
        return
    async with clinic.client(token) as client:
        yield Seat(subject_of(clinic.people[token], Caller()), client)
    # Whatever was asked: no entry of it lacks the purpose (45 CFR 164.502(b), 164.514(d)).
    assert all(one.purpose for one in await clinic.log())


@pytest.mark.parametrize(
    ("interaction", "path"),
    [(Interaction.READ, ""), (Interaction.VREAD, "/_history/1"), (Interaction.HISTORY, "/_history")],
)
async def test_each_record_is_shown_or_not(seat: Seat, interaction: Interaction, path: str) -> None:
    answers = await seat.batch([{"request": {"method": "GET", "url": case.url + path}} for case in CASES])

    said = {case.url: answer["response"]["status"][:3] for case, answer in zip(CASES, answers, strict=True)}
    assert said == {case.url: status(seat.decision(interaction, case)) for case in CASES}


@pytest.mark.parametrize(
    ("interaction", "query"),
    [
        (Interaction.SEARCH, "{type}?_count=100"),
        (Interaction.SEARCH, "{type}?_id=" + ",".join(sorted({case.id for case in CASES}))),
        (Interaction.SEARCH, "{type}?_lastUpdated=gt2000&_sort=_lastUpdated&_total=accurate"),
        (Interaction.HISTORY_TYPE, "{type}/_history?_count=100"),
    ],
)
async def test_a_search_finds_what_may_be_seen_and_no_more(seat: Seat, interaction: Interaction, query: str) -> None:
    answers = await seat.batch(
        [{"request": {"method": "GET", "url": query.format(type=kind)}} for kind in sorted(EVERY)]
    )

    for kind, answer in zip(sorted(EVERY), answers, strict=True):
        of_kind = [case for case in CASES if case.type == kind]
        decisions = [seat.decision(interaction, case) for case in of_kind]
        if any(isinstance(one, Denied) and one.reason in {"role", "purpose"} for one in decisions):
            assert answer["response"]["status"].startswith("403"), kind
            continue
        bundle = answer["resource"]
        assert found(bundle, kind) - {"Patient/cleo"} == seat.allowed(interaction, of_kind), kind
        assert bundle.get("total", 0) == len(bundle.get("entry", ())), kind


async def test_includes_bring_what_may_be_seen_and_no_more(seat: Seat) -> None:
    people = [case for case in CASES if case.type == "Patient"]
    finds_patients = bool(seat.allowed(Interaction.SEARCH, people)) or seat.subject.role in WITH_PATIENTS
    kinds = [kind for kind in sorted(EVERY) if compartment_parameters().get(kind) and kind != "Patient"]
    urls = [f"Patient?_count=100&_revinclude={kind}:{compartment_parameters()[kind][0]}" for kind in kinds]
    answers = await seat.batch([{"request": {"method": "GET", "url": url}} for url in urls])

    for kind, answer in zip(kinds, answers, strict=True):
        visible = seat.allowed(Interaction.SEARCH, [case for case in CASES if case.type == kind])
        assert found(answer.get("resource", {}), kind) <= visible, kind
        assert ("resource" in answer) is finds_patients, kind


async def test_a_chain_through_what_is_hidden_leads_nowhere(seat: Seat) -> None:
    people = [case for case in CASES if case.type == "Patient"]
    hidden = {case.id for case in people} - {url[8:] for url in seat.allowed(Interaction.SEARCH, people)}
    for name in sorted(hidden):
        answer = await seat.client.get(f"{BASE}/Observation?subject:Patient._id={name}")
        has = await seat.client.get(f"{BASE}/Patient?_id={name}&_has:Observation:subject:status:missing=false")

        assert answer.status_code == 403 or "entry" not in answer.json()
        assert has.status_code == 403 or "entry" not in has.json()


async def test_everything_holds_what_may_be_seen_and_no_more(seat: Seat) -> None:
    for name in ("ann", "ben"):
        answer = await seat.client.get(f"{BASE}/Patient/{name}/$everything")

        person = next(case for case in CASES if case.url == f"Patient/{name}")
        assert str(answer.status_code) == status(seat.decision(Interaction.EVERYTHING, person))
        if answer.status_code == 200:
            theirs = [case for case in CASES if name in case.facts.patients]
            assert found(answer.json()) == seat.allowed(Interaction.SEARCH, theirs)


async def test_a_transaction_reads_as_a_read_does(seat: Seat) -> None:
    for case in (case for case in CASES if case.id in {"ann-n", "ben-n", "ann-r"}):
        entry = {"request": {"method": "GET", "url": case.url}}
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}

        answer = await seat.client.post(BASE, json=bundle)

        assert str(answer.status_code) == status(seat.decision(Interaction.READ, case)), case.url


async def test_writes_are_taken_or_refused(seat: Seat) -> None:
    for case in CASES:
        here, resource = f"{BASE}/{case.url}", json.dumps(case.resource)
        operations = json.dumps([{"op": "test", "path": "/id", "value": case.id}])

        updated = await seat.client.put(here, content=resource, headers=FHIR)
        patched = await seat.client.patch(here, content=operations, headers=PATCH)
        deleted = await seat.client.delete(here, headers={"if-match": 'W/"9"'})

        assert str(updated.status_code) == status(seat.decision(Interaction.UPDATE, case)), case.url
        assert str(patched.status_code) == status(seat.decision(Interaction.PATCH, case)), case.url
        gone = status(seat.decision(Interaction.DELETE, case)).replace("200", "412")
        assert str(deleted.status_code) == gone, case.url


async def test_creates_are_taken_or_refused(seat: Seat) -> None:
    for case in CASES:
        if case.type == "Patient":
            continue  # a new Patient is nobody's record yet
        answer = await seat.client.post(f"{BASE}/{case.type}", content=json.dumps(case.resource), headers=FHIR)

        wanted = status(seat.decision(Interaction.CREATE, case), hidden="403").replace("200", "201")
        assert str(answer.status_code) == wanted, case.url


async def test_only_those_who_may_choose_ids_create_by_an_update(seat: Seat) -> None:
    for case in (case for case in CASES if case.id == "ann-n"):
        fresh = case.resource | {"id": "fresh"}

        answer = await seat.client.put(f"{BASE}/{case.type}/fresh", content=json.dumps(fresh), headers=FHIR)

        update, upsert = (seat.decision(one, case) for one in (Interaction.UPDATE, Interaction.UPSERT))
        chosen = "201" if isinstance(upsert, Allowed) else "404"
        assert str(answer.status_code) == ("403" if status(update) == "403" else chosen), case.url


async def test_feeds_name_what_may_be_read_and_nothing_else(seat: Seat, clinic: Clinic) -> None:
    """
    What `feeds.sync` answers and what is pushed on a socket, against what REST shows of the same records.

    Besides what was told of itself, every record is told of in a feed that is the subject's own.
    """
    own = feeds.me(seat.subject)
    await clinic.servant().work("test/$tell", partial(_tell_all, own))
    told = await clinic.engine.read(_told)
    mine = [feed for feed in sorted({one.feed for one in told}) if await follows(clinic.chart(seat.subject), feed)]
    caught = [await clinic.chart(seat.subject).feeds({feed: 0}) for feed in mine]
    asked = {(one.feed, one.seq): one.what for each in caught for [found] in [each.values()] for one in found.events}
    readable = {case.url for case in CASES if await reads(seat, case)}

    for one in told:
        if one.feed in mine:
            assert asked[one.feed, one.seq] == (one.what if one.what in readable else ""), one
            pushed = feeds.shown(seat.subject, one).what
            assert pushed in (readable | {""} if one.feed != own else by_role(seat, one.what)), one
    staff = {"clinician", "nurse", "front-desk"}
    assert own in mine
    assert ("board" in mine) is (seat.subject.role in staff | {"service"})
    assert ("patient:ann" in mine) is (seat.subject.role in {"patient", "proxy"})
    assert not {"patient:ben", "patient:cleo"} & set(mine)


def by_role(seat: Seat, url: str) -> set[str]:
    """What may be pushed of a record whose labels nobody minded: its name, if the role reads its type at all."""
    kind = url.partition("/")[0]
    of_kind = [case for case in CASES if case.type == kind]
    denied = [inside(seat, case) for case in of_kind] + [seat.decision(Interaction.READ, case) for case in of_kind]
    never = all(isinstance(one, Denied) and one.reason in {"role", "purpose"} for one in denied)
    return {"" if never else url}


def _tell_all(feed: str, work: Work) -> Plan[None]:
    for case in CASES:
        yield from work.tell(feed, "told", case.url)


async def follows(chart: Chart, feed: str) -> bool:
    try:
        return bool(await chart.feeds({feed: -1}))
    except NotFound:
        return False


async def reads(seat: Seat, case: Case) -> bool:
    """Whether REST shows it: by a plain read, or within the operation that shows the type to some roles."""
    if (await seat.client.get(f"{BASE}/{case.url}")).status_code == 200:
        return True
    return isinstance(inside(seat, case), Allowed)


def inside(seat: Seat, case: Case) -> Decision:
    operation = replace(seat.subject, within=feeds.WITHIN.get(case.type, ""))
    return decide(operation, Interaction.READ, case.type, case.facts)


def _told() -> Plan[list[Happening]]:
    rows = yield Query("SELECT org, feed, seq, at, kind, what FROM happening WHERE org = 1 ORDER BY feed, seq")
    return [Happening(org, feed, seq, at, kind, what, {}) for org, feed, seq, at, kind, what in rows]


FHIR = {"content-type": "application/fhir+json"}
PATCH = {"content-type": "application/json-patch+json"}


def found(bundle: dict[str, Any], kind: str = "") -> set[str]:
    """`Type/id` of each entry, of one *kind* if it is given."""
    resources = [entry["resource"] for entry in bundle.get("entry", ())]
    return {f"{one['resourceType']}/{one['id']}" for one in resources if kind in {"", one["resourceType"]}}
