"""The demo clinic in a real house: made once for all of these."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest

from meridian.access.subject import Role, Subject
from meridian.app import House, opened
from meridian.documents import inbox, listing
from meridian.faults import NotFound
from meridian.identity.facts import NOBODY
from meridian.ops.demo.accounts import PASSWORD, seed
from meridian.ops.demo.calls import Joinable, joinable
from meridian.ops.demo.clinic import clinic
from meridian.ops.demo.elements import ident
from meridian.ops.demo.making import freshen, make
from meridian.ops.demo.organisations import HARBOR, LAKESIDE
from meridian.settings import load
from meridian.telehealth import visits
from meridian.telehealth.visits import Coming

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 20, 10, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[House]:
    assert anyio_backend == "asyncio"
    folder: Path = tmp_path_factory.mktemp("demo") / "data"
    async with opened(load(folder, demo=True)) as made:
        await make(made.identity.administration, made.chart, NOW, made.files)
        yield made


def clinician(org: int, organisation: str) -> Subject:
    return Subject("a", org, organisation, Role.CLINICIAN, who="Practitioner/a")


@pytest.mark.anyio
async def test_every_resource_is_in_its_organisation(house: House) -> None:
    wanted = [r for o, r in clinic(NOW) if o is LAKESIDE and r["resourceType"] == "Condition"]

    page = await house.chart(clinician(2, LAKESIDE.id)).search("Condition", [("_summary", "count")])

    assert page.total == len(wanted)


@pytest.mark.anyio
async def test_no_organisation_sees_the_others_patients(house: House) -> None:
    there = ident("patient", "lakeside", "frank-delaney")

    assert (await house.chart(clinician(2, LAKESIDE.id)).read("Patient", there)).id == there
    with pytest.raises(NotFound):
        await house.chart(clinician(1, HARBOR.id)).read("Patient", there)


@pytest.mark.anyio
async def test_the_printed_password_and_code_sign_in(house: House) -> None:
    email = "okafor@harbor.example"

    first = await house.identity.sign_in.password(email, PASSWORD, NOBODY)
    second = await house.identity.sign_in.totp(first.pending, pyotp.TOTP(seed(email)).now(), NOBODY)

    assert (first.step, second.step) == ("totp", "done")


@pytest.mark.anyio
async def test_what_was_booked_or_cancelled_meanwhile_is_left_alone(house: House) -> None:
    chart = house.chart(clinician(1, HARBOR.id))
    before = await chart.search("Appointment", [("_summary", "count")])

    count = await freshen(house.identity.administration, house.chart, NOW, NOW.date())

    after = await chart.search("Appointment", [("_summary", "count")])
    assert count == 0
    assert after.total == before.total


@pytest.mark.anyio
async def test_a_later_day_has_appointments_of_its_own(house: House) -> None:
    later = NOW + timedelta(days=30)
    that_day = [("date", later.date().isoformat()), ("_summary", "count")]
    assert (await house.chart(clinician(1, HARBOR.id)).search("Appointment", that_day)).total == 0

    await freshen(house.identity.administration, house.chart, later, NOW.date())

    assert ((await house.chart(clinician(1, HARBOR.id)).search("Appointment", that_day)).total or 0) > 15


@pytest.mark.anyio
async def test_documents_of_every_state_were_sent(house: House) -> None:
    chart = house.chart(clinician(1, HARBOR.id))
    seen: set[str] = set()
    for key in ("margaret-obrien", "jurgen-mueller"):
        lines = await listing.of_patient(chart, house.files, ident("patient", "harbor", key), replaced=True)
        seen |= {line.state for line in lines}

    assert seen == {"clean", "refused", "retracted"}
    assert len(await listing.unmatched(chart, house.files)) == 2


@pytest.mark.anyio
async def test_results_of_every_state_wait(house: House) -> None:
    chart = house.chart(clinician(1, HARBOR.id))

    waiting = await inbox.waiting(chart, everybody=True)

    assert [line.flag for line in waiting] == ["critical", "abnormal", "abnormal", "normal", "normal"]
    assert [line.said.name for line in await inbox.unmatched(chart) if line.said] == ["OBRIEN, M"]


async def offered(house: House, now: datetime) -> Joinable:
    return await joinable(house.chart, house.telehealth.calls, 1, now)


@pytest.mark.anyio
async def test_a_visit_that_was_not_held_is_offered_until_its_doors_are_about_to_close(house: House) -> None:
    now = datetime.now(UTC)

    first, again = await offered(house, now), await offered(house, now + timedelta(hours=1))
    later = await offered(house, now + timedelta(hours=3))

    assert first == again
    assert first.visit != later.visit


@pytest.mark.anyio
async def test_a_visit_that_was_held_is_offered_no_more(house: House) -> None:
    now = datetime.now(UTC)
    first, host = await offered(house, now), house.chart(clinician(1, HARBOR.id))
    await visits.enter(house.telehealth, host, first.visit, Coming())
    await visits.end(house.telehealth, host, first.visit)

    assert (await offered(house, now)).visit != first.visit
