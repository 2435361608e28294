"""Four outcomes, and what each promises."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.medications.findings import (
    Alert,
    Gap,
    Kind,
    Outcome,
    Severity,
    Source,
    State,
    Unchecked,
    Why,
    judge,
)

LOCAL = Source("local", "Own rules", State.LOCAL)
PARTNERS = [
    Source("scriptguard", "ScriptGuard", State.ANSWERED),
    Source("scriptguard", "ScriptGuard", State.FAILED, why=Why.TIMEOUT),
    Source("scriptguard", "ScriptGuard", State.NOT_ASKED),
]
ALERT = Alert("local", Kind.INTERACTION, Severity.MINOR, "x", "y")
GAP = Gap(Unchecked.FREE_TEXT, "x")

sources = st.lists(st.sampled_from([*PARTNERS, LOCAL]), max_size=4)
alerts = st.lists(
    st.builds(Alert, st.just("local"), st.sampled_from(Kind), st.sampled_from(Severity), st.text(), st.text())
)
gaps = st.lists(st.builds(Gap, st.sampled_from(Unchecked), st.text()), max_size=3)


@given(sources, alerts, gaps)
def test_clear_is_only_said_when_a_partner_answered_and_nothing_is_found_or_open(
    asked: list[Source], found: list[Alert], left: list[Gap]
) -> None:
    result = judge(asked, found, left)

    answered = any(one.state is State.ANSWERED for one in asked)
    assert (result.outcome is Outcome.CLEAR) == (answered and not found and not left)


@given(sources, alerts, gaps)
def test_unavailable_is_said_whenever_partners_failed_and_none_answered(
    asked: list[Source], found: list[Alert], left: list[Gap]
) -> None:
    result = judge(asked, found, left)

    states = {one.state for one in asked}
    failed = State.FAILED in states or not states - {State.LOCAL}
    assert (result.outcome is Outcome.UNAVAILABLE) == (failed and State.ANSWERED not in states)


@given(sources, alerts, gaps)
def test_nothing_that_was_found_is_lost_and_everything_short_of_clear_says_why(
    asked: list[Source], found: list[Alert], left: list[Gap]
) -> None:
    result = judge(asked, found, left)

    assert sorted(map(repr, result.alerts)) == sorted(map(repr, found))
    assert set(left) <= set(result.gaps)
    assert result.outcome is Outcome.CLEAR or result.alerts or result.gaps


@given(alerts)
def test_the_worst_comes_first(found: list[Alert]) -> None:
    ranks = [one.severity.rank for one in judge([PARTNERS[0]], found, []).alerts]

    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("partners", "found", "left", "outcome"),
    [
        (["answered"], False, False, Outcome.CLEAR),
        (["answered"], True, False, Outcome.ALERTS),
        (["answered"], True, True, Outcome.ALERTS),
        (["answered"], False, True, Outcome.INCOMPLETE),
        (["failed", "answered"], False, False, Outcome.CLEAR),
        (["failed", "failed"], False, False, Outcome.UNAVAILABLE),
        (["failed", "failed"], True, False, Outcome.UNAVAILABLE),
        (["failed", "failed"], True, True, Outcome.UNAVAILABLE),
        (["failed", "not-asked"], False, False, Outcome.UNAVAILABLE),
        (["not-asked", "not-asked"], False, True, Outcome.INCOMPLETE),
        (["not-asked", "not-asked"], False, False, Outcome.INCOMPLETE),
        (["not-asked", "not-asked"], True, True, Outcome.ALERTS),
        ([], False, False, Outcome.UNAVAILABLE),
    ],
)
def test_the_outcomes_are_this_table(
    partners: list[str],
    found: bool,  # noqa: FBT001  # a column of the table
    left: bool,  # noqa: FBT001  # likewise
    outcome: Outcome,
) -> None:
    asked = [Source(str(number), "", State(state)) for number, state in enumerate(partners)]

    result = judge([*asked, LOCAL], [ALERT] if found else [], [GAP] if left else [])

    assert result.outcome is outcome


def test_what_the_local_rules_find_stands_beside_unavailable() -> None:
    result = judge([PARTNERS[1], LOCAL], [ALERT], [])

    assert (result.outcome, result.alerts) == (Outcome.UNAVAILABLE, (ALERT,))
    assert result.gaps[0].kind is Unchecked.NO_PARTNER


def test_only_what_matters_interrupts() -> None:
    assert [one for one in Severity if one.interrupts] == [Severity.CONTRAINDICATED, Severity.MAJOR]


def test_the_same_finding_has_the_same_key_and_others_do_not() -> None:
    ways = itertools.product(Kind, Severity, ("a", "b"), ((), ("MedicationRequest/1",)))
    made = [Alert("local", kind, severity, title, "t", about=about) for kind, severity, title, about in ways]

    assert len({one.key for one in made}) == len(made)
    assert made[0].key == Alert("local", made[0].kind, made[0].severity, "a", "other words").key
