"""`openings` is right by a slower telling of the same, and quick."""

import time as clock
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.access.diary import Claim
from meridian.scheduling import zones
from meridian.scheduling.availability import Wish, openings
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.services import DAY, MINUTE, Service

ZONE = "America/New_York"
ANN, BEN, ROOM, OTHER = "Practitioner/ann", "Practitioner/ben", "Location/1", "Location/2"
START = zones.at(ZONE, date(2026, 3, 7), time(0))
"""A Saturday; clocks are changed in its night."""
WEEKDAYS = Weekly(frozenset(range(7)), time(8), time(12))


def wish(*, each: bool = False, **more: int) -> Wish:
    return Wish(Service("s", **more), START, START + 2 * DAY, each=each)  # type: ignore[arg-type]  # numbers only


def claim(actor: str, start: int, minutes: int, before: int = 0, after: int = 0) -> Claim:
    begin = START + start * MINUTE
    return Claim(actor, begin, begin + minutes * MINUTE, 0, before * MINUTE, after * MINUTE)


claims = st.lists(
    st.builds(
        claim, st.sampled_from([ANN, BEN, ROOM, OTHER]), st.integers(0, 2880), st.integers(1, 200),
        st.integers(0, 20), st.integers(0, 20),
    ),
    max_size=8,
)  # fmt: skip


@given(claims, st.integers(5, 90), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=150)
def test_what_is_offered_is_open_and_free_and_nothing_free_is_left_out(
    taken: list[Claim], minutes: int, before: int, after: int
) -> None:
    asked = wish(minutes=minutes, before=before, after=after)
    timetable = dict.fromkeys((ANN, BEN, ROOM, OTHER), Hours(ZONE, (WEEKDAYS,)))

    found = openings(asked, [(ANN, BEN), (ROOM, OTHER)], timetable, taken)

    def free(actor: str, start: int, end: int) -> bool:
        return all(
            one.starts - max(after * MINUTE, one.before) >= end or one.ends + max(before * MINUTE, one.after) <= start
            for one in taken
            if one.actor == actor
        )

    expected = set()
    for day in (date(2026, 3, 7), date(2026, 3, 8)):
        begin, close = zones.at(ZONE, day, time(8)), zones.at(ZONE, day, time(12))
        for start in range(begin, close - minutes * MINUTE + 1, minutes * MINUTE):
            end = start + minutes * MINUTE
            if any(free(one, start, end) for one in (ANN, BEN)) and any(free(one, start, end) for one in (ROOM, OTHER)):
                expected.add(start)
    assert [one.start for one in found] == sorted(expected)
    assert all(free(actor, one.start, one.end) for one in found for actor in one.actors)


def test_the_least_busy_provider_stands_for_all() -> None:
    timetable = dict.fromkeys((ANN, BEN), Hours(ZONE, (WEEKDAYS,)))

    found = openings(wish(), [(ANN, BEN)], timetable, [claim(ANN, 11 * 60, 60)])
    each = openings(wish(each=True), [(ANN, BEN)], timetable, [])

    assert found[0].actors == (BEN,)
    assert [one.actors for one in each[:2]] == [(ANN,), (BEN,)]


def test_times_stand_on_the_grid_of_the_hours_whenever_one_asks() -> None:
    timetable = {ANN: Hours(ZONE, (WEEKDAYS,))}
    late = Wish(Service("s"), START + (8 * 60 + 10) * MINUTE, START + DAY)

    [first, *_] = openings(late, [(ANN,)], timetable, [])

    assert zones.stamp(ZONE, first.start) == "2026-03-07T08:30:00-05:00"


@pytest.mark.slow
def test_thirty_days_of_ten_providers_take_milliseconds() -> None:
    timetable = {f"Practitioner/{n}": Hours(ZONE, (Weekly(frozenset(range(5)), time(8), time(12)),)) for n in range(10)}
    taken = [claim(f"Practitioner/{n}", day * 1440 + 8 * 60 + 30 * (n % 5), 30) for n in range(10) for day in range(30)]
    asked = Wish(Service("s"), START, START + 30 * DAY, count=2000)
    openings(asked, [tuple(timetable)], timetable, taken)

    begun = clock.process_time()
    for _ in range(10):
        openings(asked, [tuple(timetable)], timetable, taken)

    assert (clock.process_time() - begun) / 10 < 0.05
