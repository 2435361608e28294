"""Detectors at work on both databases: what they count together, and whom they tell."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from meridian.audit.entry import Entry
from meridian.faults import Fault
from meridian.identity.alarms import Alarms
from meridian.identity.ringing import ring
from meridian.store import watched
from meridian.telemetry import figures, signals
from meridian.testing.identity import HERE, PASSWORD, Clinic

pytestmark = pytest.mark.anyio
OFFICER = "olga@clinic.example"
ELSEWHERE = replace(HERE, address="198.51.100.4")


@pytest.fixture
async def watching(harbour: Clinic) -> AsyncIterator[Alarms]:
    """The clinic with its detectors on, and a security officer."""
    await harbour.person()
    await harbour.person(OFFICER, "security-officer", who="Practitioner/olga")
    alarms = Alarms(harbour.engine, harbour.watch)
    harbour.engine.recorded = alarms.recorded
    yield alarms
    harbour.engine.recorded = None


async def fail(clinic: Clinic, times: int, email: str = "nobody@clinic.example") -> None:
    for each in range(times):
        with pytest.raises(Fault):
            await clinic.service.sign_in.password(f"{each}{email}", "wrong", HERE)
        clinic.watch.pass_(seconds=1)


async def test_five_failures_from_an_address_are_no_alert_and_the_sixth_is(harbour: Clinic, watching: Alarms) -> None:
    await fail(harbour, 5)
    await watching.settle()
    assert harbour.recorded("alert-sign-in-failures") == []

    await fail(harbour, 1)
    await watching.settle()

    [alert] = harbour.recorded("alert-sign-in-failures")
    assert (alert.org, alert.address, alert.account) == (0, HERE.address, "")


async def test_failures_spread_over_more_than_ten_minutes_are_no_alert(harbour: Clinic, watching: Alarms) -> None:
    for _ in range(10):
        await fail(harbour, 1)
        harbour.watch.pass_(minutes=2.5)
    await watching.settle()

    assert harbour.recorded("alert-sign-in-failures") == []


async def test_processes_count_together_and_one_of_them_tells(harbour: Clinic, watching: Alarms) -> None:
    other = Alarms(harbour.engine, harbour.watch)
    failures = [
        Entry(org=0, time=harbour.watch() + at, action="sign-in-failed", address="203.0.113.9") for at in range(12)
    ]

    watching.recorded(failures[::2])
    other.recorded(failures[1::2])
    await watching.settle()
    await other.settle()

    assert len(harbour.recorded("alert-sign-in-failures")) == 1


async def test_an_attack_that_goes_on_is_told_once_in_ten_minutes_and_mailed_once_in_an_hour(
    harbour: Clinic, watching: Alarms
) -> None:
    start = harbour.watch()
    for minute in range(25):
        watching.recorded([
            Entry(org=0, time=start + minute * 60_000 + at, action="sign-in-failed", address="203.0.113.9")
            for at in range(6)
        ])  # fmt: skip
        await watching.settle()

    harbour.watch.pass_(minutes=25)
    assert len(harbour.recorded("alert-sign-in-failures")) == 3
    assert len([mail for mail in await harbour.mails() if "failed sign-ins" in mail]) == 1


async def test_officers_get_a_mail_that_says_nothing_of_anybody(harbour: Clinic, watching: Alarms) -> None:
    await fail(harbour, 6)
    await watching.settle()

    [mail] = await harbour.mails()
    assert mail.startswith(OFFICER)
    assert "More than five sign-ins" in mail
    assert HERE.address not in mail
    assert "nobody" not in mail


async def test_the_first_region_of_an_account_is_no_news(harbour: Clinic, watching: Alarms) -> None:
    await harbour.sign_in()
    await watching.settle()

    assert harbour.recorded("alert-new-region") == []


async def test_a_sign_in_from_another_region_is_told_to_the_person_and_the_officers(
    harbour: Clinic, watching: Alarms
) -> None:
    await harbour.sign_in()
    await harbour.sign_in(caller=ELSEWHERE)
    await watching.settle()

    [alert] = harbour.recorded("alert-new-region")
    mails = [mail for mail in await harbour.mails() if "new place" in mail]
    assert (alert.org, alert.address) == (harbour.org, ELSEWHERE.address)
    assert sorted(mail.partition("\n")[0] for mail in mails) == ["anne@clinic.example", OFFICER]
    [own] = [mail for mail in mails if mail.startswith("anne")]
    assert ELSEWHERE.address in own


async def test_another_address_of_a_known_region_is_no_news(harbour: Clinic, watching: Alarms) -> None:
    await harbour.sign_in()
    await harbour.sign_in(caller=replace(HERE, address="192.0.200.9"))
    await watching.settle()

    assert harbour.recorded("alert-new-region") == []


async def test_regions_come_from_whatever_knows_them(harbour: Clinic) -> None:
    await harbour.person()
    alarms = Alarms(harbour.engine, harbour.watch, lambda _: "CH")
    harbour.engine.recorded = alarms.recorded

    await harbour.sign_in()
    await harbour.sign_in(caller=ELSEWHERE)
    await alarms.settle()

    assert harbour.recorded("alert-new-region") == []


async def test_a_token_with_an_algorithm_that_is_not_ours_is_an_alert(harbour: Clinic, watching: Alarms) -> None:
    watching.signalled(signals.TOKEN_ALGORITHM, "203.0.113.9")
    watching.signalled(signals.TOKEN_ALGORITHM, "203.0.113.9")
    await watching.settle()

    [alert] = harbour.recorded("alert-token-algorithm")
    assert (alert.org, alert.address) == (0, "203.0.113.9")


async def test_what_cannot_be_counted_stops_nobody(harbour: Clinic, watching: Alarms) -> None:
    await harbour.engine.close()

    watching.recorded([Entry(org=0, time=harbour.watch(), action="sign-in-failed", address="203.0.113.9")])
    await watching.settle()

    await harbour.engine.open()


async def test_alerts_are_counted_once_they_are_durable(harbour: Clinic, watching: Alarms) -> None:
    before = figures.RAISED.lines["sign-in-failures",]

    await fail(harbour, 6)
    await watching.settle()

    assert figures.RAISED.lines["sign-in-failures",] == before + 1


async def test_what_is_remembered_is_forgotten_after_a_week(harbour: Clinic, watching: Alarms) -> None:
    await fail(harbour, 6)
    await watching.settle()
    assert await harbour.engine.read(lambda: watched.alarms(0)) != []

    harbour.watch.pass_(days=8)
    await watching.tidy()

    assert await harbour.engine.read(lambda: watched.alarms(0)) == []


async def test_the_password_alone_is_no_sign_in(harbour: Clinic, watching: Alarms) -> None:
    await harbour.sign_in()

    await harbour.service.sign_in.password("anne@clinic.example", PASSWORD, ELSEWHERE)
    await watching.settle()

    assert harbour.recorded("alert-new-region") == []


@pytest.mark.parametrize(("kind", "mailed"), [("break-glass", 3), ("incident", 3), ("break-glass-unreviewed", 1)])
async def test_what_is_raised_by_hand_is_kept_each_time_and_mailed_as_soon_as_it_needs(
    harbour: Clinic, kind: str, mailed: int
) -> None:
    await harbour.person(OFFICER, "security-officer", who="Practitioner/olga")
    for _ in range(3):
        alert = Entry(org=harbour.org, time=harbour.watch(), action=f"alert-{kind}", account="anne")
        await harbour.engine.write(partial(ring, alert))
        harbour.watch.pass_(seconds=1)

    assert len(harbour.recorded(f"alert-{kind}")) == 3
    assert len(await harbour.mails()) == mailed
    assert [one.kind for one in await harbour.engine.read(lambda: watched.alarms(0))] == [kind]
