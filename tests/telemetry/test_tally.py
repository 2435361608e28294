from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.telemetry import tally
from meridian.telemetry.minutes import MINUTE, Minute, course, together
from meridian.telemetry.tally import SECONDS, Counter, Durations, quantile


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    before = list(tally.EVERY)
    yield
    tally.EVERY[:] = before


def test_the_lines_of_a_figure_are_bounded() -> None:
    asked = Counter("asked", "", ("who",))

    for number in range(tally.MOST + 500):
        asked.add(str(number))

    assert len(asked.lines) == tally.MOST + 1
    assert asked.lines["other",] == 500
    assert asked.total() == tally.MOST + 500


def test_known_lines_are_there_at_nought() -> None:
    assert Counter("asked", "", ("why",), ("a", "b")).lines == {("a",): 0, ("b",): 0}


@given(st.lists(st.floats(0.0001, 20), min_size=1, max_size=60), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(values: list[float], share: float) -> None:
    took = Durations("took", "")
    for value in values:
        took.took(value)

    found = quantile(share, took.together()[:-1])

    counts, wanted, below = took.together()[:-1], share * len(values), 0.0
    assert found is not None
    for place, count in enumerate(counts):
        below += count
        if below >= wanted and count:
            assert found <= ((*SECONDS, SECONDS[-1])[place]) + 1e-9
            assert found >= (SECONDS[place - 1] if place else 0) - 1e-9
            break


def test_of_nothing_there_is_no_quantile() -> None:
    assert quantile(0.5, [0.0] * 12) is None


def test_processes_add_up_and_of_minutes_the_worst_counts() -> None:
    one, two = Minute(requests=3, sockets=2, due=4, lag=0.1), Minute(requests=5, sockets=7, due=4, lag=0.3)

    at_once, later = together([one, two], at_once=True), together([one, two], at_once=False)

    assert (at_once.requests, at_once.sockets, at_once.due, at_once.lag) == (8, 9, 4, 0.3)
    assert (later.requests, later.sockets, later.due) == (8, 7, 4)


def test_what_nobody_measured_is_not_nought() -> None:
    steps = course([(3 * MINUTE, Minute(requests=60))], 0, 5 * MINUTE, MINUTE)

    assert [one.known for one in steps] == [False, False, False, True, False]
    assert steps[3].load == 1.0
    assert steps[0].p95 is None


def test_the_newest_backup_of_any_process_counts() -> None:
    assert together([Minute(), Minute(backup_ago=9.0), Minute(backup_ago=3.0)], at_once=True).backup_ago == 3.0
