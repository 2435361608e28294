"""Hours are what the clock on the wall shows, on the days it is changed as well."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Invalid
from meridian.fhir import validation
from meridian.scheduling import hours, zones
from meridian.scheduling.hours import Change, Hours, Weekly, read, written
from meridian.testing.resources import minimal

NEW_YORK, BERLIN, LORD_HOWE = "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"
EVERY_DAY = frozenset(range(7))
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
"""The days on which clocks are changed in New York."""
HOUR = 3_600_000


def opened(timetable: Hours, day: date) -> list[tuple[str, str]]:
    """What is open on a day, as UTC clocks show it."""
    start, end = zones.day_span(timetable.zone, day)
    return [tuple(_utc(one) for one in span) for span in timetable.open(start, end)]  # type: ignore[misc]  # a pair


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%H:%M")


def nine_to_five(zone: str = NEW_YORK) -> Hours:
    return Hours(zone, (Weekly(EVERY_DAY, time(9), time(17)),))


def test_nine_to_five_stays_that_when_clocks_are_changed() -> None:
    before, after = SPRING - timedelta(days=1), SPRING

    assert opened(nine_to_five(), before) == [("14:00", "22:00")]
    assert opened(nine_to_five(), after) == [("13:00", "21:00")]
    assert opened(nine_to_five(), AUTUMN) == [("14:00", "22:00")]


def test_a_day_has_23_hours_in_spring_and_25_in_autumn() -> None:
    always = Hours(NEW_YORK, (Weekly(EVERY_DAY, time(0), time(0)),))

    lengths = [
        sum(end - start for start, end in always.open(*zones.day_span(NEW_YORK, day))) // HOUR
        for day in (SPRING, AUTUMN, date(2026, 6, 1))
    ]

    assert lengths == [23, 25, 24]


def test_an_hour_that_is_skipped_is_not_open() -> None:
    night = Hours(NEW_YORK, (Weekly(EVERY_DAY, time(1), time(4)),))

    assert opened(night, SPRING) == [("06:00", "08:00")]


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    night = Hours(NEW_YORK, (Weekly(EVERY_DAY, time(0, 30), time(3)),))

    assert opened(night, AUTUMN) == [("04:30", "08:00")]


def test_a_time_that_is_skipped_is_read_as_before_the_change_and_one_that_comes_twice_is_the_first() -> None:
    assert _utc(zones.at(NEW_YORK, SPRING, time(2, 30))) == "07:30"
    assert _utc(zones.at(NEW_YORK, AUTUMN, time(1, 30))) == "05:30"


def test_a_night_shift_ends_on_the_next_day() -> None:
    night = Hours(BERLIN, (Weekly(frozenset({4}), time(22), time(6)),))

    assert opened(night, date(2026, 3, 6)) == [("21:00", "23:00")]
    assert opened(night, date(2026, 3, 7)) == [("23:00", "05:00")]


def test_a_day_off_is_a_day_of_that_zone() -> None:
    start, end = zones.day_span(LORD_HOWE, date(2026, 4, 5))
    away = Hours(LORD_HOWE, nine_to_five().weekly, (Change("x", "time-off", start, end),))

    assert opened(away, date(2026, 4, 5)) == []
    assert len(opened(away, date(2026, 4, 4))) == len(opened(away, date(2026, 4, 6))) == 1
    assert (end - start) / HOUR == 24.5


def test_exceptions_add_and_take_away() -> None:
    day = date(2026, 3, 2)
    closed = Change("a", "closed", zones.at(NEW_YORK, day, time(12)), zones.at(NEW_YORK, day, time(13)))
    extra = Change("b", "extra", zones.at(NEW_YORK, day, time(18)), zones.at(NEW_YORK, day, time(20)))

    found = opened(Hours(NEW_YORK, nine_to_five().weekly, (closed, extra)), day)

    assert found == [("14:00", "17:00"), ("18:00", "22:00"), ("23:00", "01:00")]


def test_hours_are_kept_to_the_services_they_name() -> None:
    both = Hours(
        NEW_YORK,
        (
            Weekly(EVERY_DAY, time(9), time(10), ("HealthcareService/a",)),
            Weekly(EVERY_DAY, time(11), time(12)),
        ),
    )
    day = zones.day_span(NEW_YORK, date(2026, 3, 2))

    assert [len(both.open(*day, one)) for one in ("HealthcareService/a", "HealthcareService/b", "")] == [2, 1, 2]


def test_a_planning_horizon_bounds_hours() -> None:
    schedule = written(minimal("Schedule", "s"), nine_to_five())
    schedule["planningHorizon"] = {"start": "2026-03-02", "end": "2026-03-02"}

    found = read(schedule, "UTC")

    assert [len(opened(found, date(2026, 3, day))) for day in (1, 2, 3)] == [0, 1, 0]


def test_a_schedule_that_is_not_active_has_no_hours() -> None:
    schedule = written(minimal("Schedule", "s"), nine_to_five()) | {"active": False}

    assert read(schedule, "UTC") == Hours(NEW_YORK)


def test_a_zone_that_is_none_is_refused() -> None:
    for name in ("Nowhere/Else", "", "../etc/passwd"):
        with pytest.raises(Invalid):
            written(minimal("Schedule", "s"), Hours(name))


clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
weeklies = st.builds(
    Weekly,
    st.frozensets(st.integers(0, 6), min_size=1),
    clocks,
    clocks,
    st.lists(st.sampled_from(["HealthcareService/a", "HealthcareService/b"]), unique=True).map(tuple),
)
zone_names = st.sampled_from([NEW_YORK, BERLIN, LORD_HOWE, "Asia/Kathmandu", "UTC"])
moments = st.integers(1_700_000_000, 1_900_000_000).map(lambda second: second * 1000)
lengths = st.integers(60, 10_000_000).map(lambda second: second * 1000)
changes = st.builds(
    lambda kind, start, length: Change("x", kind, start, start + length, "why"),
    st.sampled_from(hours.KINDS),
    moments,
    lengths,
)
timetables = st.builds(
    Hours, zone_names, st.lists(weeklies, max_size=4).map(tuple), st.lists(changes, max_size=3).map(tuple)
)


@given(timetables)
def test_hours_are_read_as_they_were_written(timetable: Hours) -> None:
    schedule = written(minimal("Schedule", "s"), timetable)

    validation.check(schedule, expect="Schedule")
    assert read(schedule, "UTC") == timetable
    assert written(schedule, timetable) == schedule


@given(zone_names, weeklies, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_what_is_open_shows_the_clock_it_says(zone: str, weekly: Weekly, day: date) -> None:
    """But for beginnings and ends that fall into a skipped hour, which no clock shows."""
    start, end = zones.day_span(zone, day)

    for begin, finish in Hours(zone, (weekly,)).open(start - 3 * 24 * HOUR, end + 3 * 24 * HOUR):
        shown = zones.local(zone, begin).time()
        skipped = zones.at(zone, zones.day_of(zone, begin), weekly.start) == begin
        inside = begin == start - 3 * 24 * HOUR or finish == end + 3 * 24 * HOUR
        assert shown == weekly.start or skipped or inside or shown == time(0)


@given(timetables, moments)
def test_hours_of_two_days_are_those_of_each(timetable: Hours, moment: int) -> None:
    """However a stretch is cut, the same minutes are open."""
    cut, end = moment + 20 * HOUR, moment + 47 * HOUR

    whole = timetable.open(moment, end)
    parts = [*timetable.open(moment, cut), *timetable.open(cut, end)]

    assert sum(b - a for a, b in whole) == sum(b - a for a, b in parts)
