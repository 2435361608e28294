"""Patients trust others with their record: invited, with a scope and an end, and not beyond a child's coming of age."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.access.chart import Chart
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role, Subject
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.fhir.codec import decode
from meridian.identity.facts import Identity
from meridian.jobs.worker import Job, Worker
from meridian.patients import family
from meridian.patients.family import Request
from meridian.store.engine import Engine
from meridian.testing import identity
from meridian.testing.identity import HERE, NOON, PASSWORD, granted
from meridian.testing.resources import minimal
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster

pytestmark = pytest.mark.anyio
DAY = 86_400_000
MINA = Request("mina", "Paul Example", "paul@home.example", "PRN", "proxy")


@dataclass
class Home:
    """A clinic with an adult, Ann, and a child, Mina; their records and their accounts."""

    clinic: identity.Clinic
    keyring: Keyring

    def chart(self, who: Identity) -> Chart:
        return Chart(subject_of(who, HERE), self.clinic.engine, self.keyring, self.clinic.watch)

    @property
    def servant(self) -> Chart:
        subject = Subject("meridian", self.clinic.org, "org-1", Role.SERVICE, purpose="HOPERAT")
        return Chart(subject, self.clinic.engine, self.keyring, self.clinic.watch)

    def who(self, role: str, *patients: str) -> Identity:
        person = f"Patient/{patients[0]}" if patients else "Practitioner/dan"
        return Identity(f"a-{role}", self.clinic.org, "org-1", role, person, patients)

    async def entrust(self, by: Identity, request: Request) -> str:
        return await family.entrust(self.chart(by), self.clinic.service.family, by, HERE, request)

    async def accept(self) -> Identity:
        """Open the invitation that was mailed, and sign in."""
        secret = await self.clinic.link()
        stage = await self.clinic.service.invitations.accept(secret, "Paul Example", PASSWORD, HERE)
        return granted(stage).identity

    async def reaches(self, email: str) -> tuple[str, ...]:
        stage = await self.clinic.service.sign_in.password(email, PASSWORD, HERE)
        return granted(stage).identity.patients


@pytest.fixture
async def home(engine: Engine, tmp_path: Path) -> AsyncIterator[Home]:
    made = Home(await identity.clinic(engine, tmp_path), Keyring(FileMaster({1: bytes(range(32))})))
    born = datetime.fromtimestamp(NOON / 1000, UTC).date()
    soon = date(born.year - 18, born.month, born.day).toordinal() + 30
    for name, birth in (("ann", date(1958, 3, 12)), ("mina", date.fromordinal(soon))):
        await made.servant.update("Patient", name, {**minimal("Patient", name), "birthDate": birth.isoformat()})
    yield made
    made.clinic.service.close()


async def test_an_adult_entrusts_the_record_and_ends_it(home: Home) -> None:
    ann = home.who("patient", "ann")

    membership = await home.entrust(ann, MINA._replace(patient="ann", relationship="SPS"))

    paul = await home.accept()
    assert (paul.role, paul.patients) == ("proxy", ("ann",))
    assert decode((await home.chart(paul).read("Patient", "ann")).body)["id"] == "ann"
    [listed] = await home.clinic.service.family.of(ann, "ann", HERE)
    assert (listed.email, listed.status, listed.ends) == ("paul@home.example", "active", 0)

    await family.end(home.chart(ann), home.clinic.service.family, ann, HERE, patient="ann", membership=membership)

    with pytest.raises(Forbidden):
        await home.reaches("paul@home.example")
    kept = decode((await home.servant.read(*listed.who.split("/"))).body)
    assert (kept["active"], kept["period"]["end"]) == (False, instant(home.clinic.watch.now))


async def test_a_parents_trust_ends_when_the_child_comes_of_age(home: Home) -> None:
    await home.entrust(home.who("front-desk"), MINA)
    paul = await home.accept()
    [listed] = await home.clinic.service.family.of(home.who("front-desk"), "mina", HERE)
    assert 29 * DAY < listed.ends - NOON <= 30 * DAY

    home.clinic.watch.now = listed.ends - 1
    assert await home.reaches("paul@home.example") == ("mina",)
    home.clinic.watch.now = listed.ends
    assert await home.reaches("paul@home.example") == ()

    async def close(job: Job) -> None:
        await family.ended(home.servant, job.what)

    await Worker(home.clinic.engine, {family.TOPIC: close}, clock=home.clinic.watch).until_idle()
    assert decode((await home.servant.read(*paul.who.split("/"))).body)["active"] is False


async def test_a_helper_looks_after_appointments_and_sees_no_chart(home: Home) -> None:
    await home.servant.update("Condition", "c", minimal("Condition", "c", patient="ann"))
    await home.entrust(home.who("patient", "ann"), MINA._replace(patient="ann", relationship="FRND", role="helper"))
    helper = home.chart(await home.accept())

    assert (await helper.search("Appointment")).matches == []
    assert (await helper.read("Patient", "ann")).id == "ann"
    with pytest.raises(Forbidden):
        await helper.read("Condition", "c")


async def test_the_desk_invites_a_patient_to_their_own_record(home: Home) -> None:
    desk, keeper = home.who("front-desk"), home.clinic.service.family

    await keeper.invite(desk, "ann", "ann@home.example", "Ann Example", HERE)
    ann = await home.accept()

    assert (ann.role, ann.who, ann.patients) == ("patient", "Patient/ann", ("ann",))
    with pytest.raises(Conflict):
        await keeper.invite(desk, "ann", "ann@home.example", "Ann Example", HERE)
    for role in ("patient", "nurse", "proxy"):
        with pytest.raises(Forbidden):
            await keeper.invite(home.who(role, "ann"), "ann", "eve@home.example", "Eve", HERE)


async def test_nobody_entrusts_what_is_not_theirs(home: Home) -> None:
    ann, proxy = home.who("patient", "ann"), home.who("proxy", "ann")

    with pytest.raises(NotFound):
        await home.entrust(ann, MINA)
    with pytest.raises(Forbidden):
        await home.entrust(proxy, MINA._replace(patient="ann", relationship="SPS"))
    with pytest.raises(Forbidden):
        await home.entrust(home.who("lab"), MINA)
    with pytest.raises(Forbidden):
        await home.clinic.service.family.of(ann, "mina", HERE)
    with pytest.raises(NotFound):
        await home.clinic.service.family.end(ann, "ann", "no-such-membership", HERE)


async def test_a_parent_of_an_adult_is_refused_and_a_bad_day_too(home: Home) -> None:
    desk = home.who("front-desk")

    for wrong in (MINA._replace(patient="ann"), MINA._replace(until="2020-01-01"), MINA._replace(until="soon")):
        with pytest.raises(Invalid):
            await home.entrust(desk, wrong)
    with pytest.raises(Invalid):
        await home.entrust(desk, MINA._replace(relationship="???"))


async def test_an_invitation_that_fails_leaves_nobody_trusted(home: Home) -> None:
    with pytest.raises(Invalid):
        await home.entrust(home.who("front-desk"), MINA._replace(role="clinician"))
    with pytest.raises((Invalid, Conflict)):
        await home.entrust(home.who("front-desk"), MINA._replace(email="not an address"))

    found = [decode(one.body) for one in (await home.servant.search("RelatedPerson")).matches]
    assert [one["active"] for one in found] == [False, False]


@given(st.dates(date(1950, 1, 1), date(2020, 12, 31)))
def test_one_is_of_age_on_the_eighteenth_birthday_and_not_a_day_before(born: date) -> None:
    day = datetime.fromtimestamp(family.of_age(born) / 1000, UTC).date()

    assert day.year - born.year == 18
    assert (day.month, day.day) == ((born.month, born.day) if (born.month, born.day) != (2, 29) else (3, 1)) or (
        day.month, day.day) == (2, 29)  # fmt: skip
