from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meridian.scheduling.spans import Span, covers, joined, within, without

moments = st.integers(0, 60)
spans = st.lists(st.tuples(moments, moments), max_size=8)


def minutes(some: list[Span]) -> set[int]:
    return {minute for start, end in some for minute in range(start, end)}


@given(spans)
def test_joined_spans_cover_the_same_in_order_and_apart(some: list[Span]) -> None:
    found = joined(some)

    assert minutes(found) == minutes(some)
    assert all(one[1] < two[0] for one, two in pairwise(found))


@given(spans, spans)
def test_what_is_cut_out_is_gone_and_the_rest_stays(some: list[Span], taken: list[Span]) -> None:
    assert minutes(without(joined(some), taken)) == minutes(some) - minutes(taken)


@given(spans, moments, moments)
def test_within_bounds_only_what_lies_there_stays(some: list[Span], start: int, end: int) -> None:
    assert minutes(within(joined(some), start, end)) == minutes(some) & set(range(start, end))


@given(spans, moments, moments)
def test_a_stretch_is_covered_when_all_of_it_is(some: list[Span], start: int, end: int) -> None:
    if start < end:
        assert covers(joined(some), start, end) == (set(range(start, end)) <= minutes(some))
