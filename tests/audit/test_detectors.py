from hypothesis import given
from hypothesis import strategies as st

from meridian.audit import detectors
from meridian.audit.entry import Entry


def failure(time: int, address: str = "10.0.0.1") -> Entry:
    return Entry(org=0, time=time, action="sign-in-failed", outcome="failed", address=address)


def alerts(*entries: Entry) -> list[Entry]:
    raised: list[Entry] = []
    detector = detectors.SignInFailures(raised.append)
    for entry in entries:
        detector(entry)
    return raised


def test_five_failures_from_one_address_are_no_alert_and_the_sixth_is() -> None:
    assert alerts(*map(failure, range(5))) == []
    [alert] = alerts(*map(failure, range(6)))
    assert (alert.org, alert.action, alert.address) == (0, detectors.ALERT, "10.0.0.1")


def test_failures_spread_over_more_than_ten_minutes_are_no_alert() -> None:
    assert alerts(*(failure(at * 130_000) for at in range(20))) == []


def test_failures_from_many_addresses_are_no_alert() -> None:
    assert alerts(*(failure(at, f"10.0.0.{at}") for at in range(50))) == []


def test_an_attack_that_goes_on_is_told_once_in_ten_minutes() -> None:
    assert len(alerts(*(failure(at * 1000) for at in range(1200)))) == 2


def test_sign_ins_that_succeed_are_not_counted() -> None:
    assert alerts(*(Entry(org=0, time=at, action="sign-in", address="10.0.0.1") for at in range(50))) == []


@given(st.lists(st.integers(0, 40_000).map(str), max_size=300))
def test_the_memory_of_addresses_is_bounded(addresses: list[str]) -> None:
    detector = detectors.SignInFailures(lambda _: None)

    for at, address in enumerate(addresses):
        detector(failure(at, address))

    assert len(detector._failures) <= detectors.ADDRESSES
    assert all(len(times) <= detectors.MOST_FAILURES + 1 for times in detector._failures.values())
