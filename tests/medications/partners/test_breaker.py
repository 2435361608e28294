"""Who keeps failing is left alone, then tried once."""

from hypothesis import given
from hypothesis import strategies as st

from meridian.medications.partners.breaker import FAILURES, REST, Breaker


class Watch:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def broken() -> tuple[Breaker, Watch]:
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.failed()
    return breaker, watch


def test_it_opens_after_failures_in_a_row() -> None:
    breaker, _ = broken()

    assert not breaker.admits()


def test_a_success_in_between_keeps_it_closed() -> None:
    breaker = Breaker(Watch())
    for _ in range(3 * FAILURES):
        breaker.failed()
        breaker.succeeded()

    assert breaker.admits()


def test_after_its_rest_one_probe_goes_through_and_its_success_closes_it() -> None:
    breaker, watch = broken()
    watch.now += REST

    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.succeeded()
    assert [breaker.admits(), breaker.admits()] == [True, True]


def test_a_probe_that_fails_opens_it_anew() -> None:
    breaker, watch = broken()
    watch.now += REST
    assert breaker.admits()

    breaker.failed()

    assert not breaker.admits()
    watch.now += REST
    assert breaker.admits()


def test_a_probe_that_was_given_up_lets_another_through() -> None:
    breaker, watch = broken()
    watch.now += REST
    assert breaker.admits()

    breaker.abandoned()

    assert breaker.admits()


@given(st.lists(st.sampled_from(["ok", "bad", "wait", "gave-up"])))
def test_it_never_stays_shut_for_ever(story: list[str]) -> None:
    watch = Watch()
    breaker = Breaker(watch)
    for event in story:
        if event == "wait":
            watch.now += REST / 2
        elif breaker.admits():
            {"ok": breaker.succeeded, "bad": breaker.failed, "gave-up": breaker.abandoned}[event]()

    watch.now += REST
    assert breaker.admits()
