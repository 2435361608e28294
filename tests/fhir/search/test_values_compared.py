"""Texts, dates, numbers and identifiers in the form in which they are compared."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.fhir.search import hashing, moments, numbers
from meridian.fhir.search.text import contact, fold, phonetic


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MULLER"),
        ("Strauß", "STRAUSS"),
        ("Ørsted", "orsted"),
        ("Łukasz", "lukasz"),
        ("İpek", "ipek"),
        ("Þór", "thor"),
        ("O\u2019Brien", "o'brien"),
        ("Zoë", "Zoe\u0308"),
        ("  van   der Berg ", "Van der berg"),
        ("ＡＢＣ", "abc"),  # noqa: RUF001  # full-width letters are the point
    ],
)
def test_names_that_read_alike_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=300))
def test_a_folded_text_is_of_bounded_length(text: str) -> None:
    assert len(fold(text)) <= 120
    assert len(hashing.code(text)) <= 120
    assert len(hashing.address(text)) <= 120
    assert len(contact(text)) <= 120
    assert len(phonetic(text)) <= 120


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Robert", "r163"),
        ("Rupert", "r163"),
        ("Ashcraft", "a261"),
        ("Tymczak", "t522"),
        ("Pfister", "p236"),
        ("Lee", "l000"),
    ],
)
def test_soundex_is_the_american_one(name: str, code: str) -> None:
    assert phonetic(name) == code


@pytest.mark.parametrize(
    ("text", "low", "length"),
    [
        ("2013", "2013-01-01T00:00:00", timedelta(days=365)),
        ("2012-02", "2012-02-01T00:00:00", timedelta(days=29)),
        ("2013-01-14", "2013-01-14T00:00:00", timedelta(days=1)),
        ("2013-01-14T10:00", "2013-01-14T10:00:00", timedelta(minutes=1)),
        ("2013-01-14T10:00:07Z", "2013-01-14T10:00:07", timedelta(seconds=1)),
        ("2013-01-14T10:00:07.125+02:00", "2013-01-14T08:00:07.125", timedelta(milliseconds=1)),
        ("2013-01-14T10:00:07.12-05:30", "2013-01-14T15:30:07.120", timedelta(milliseconds=1)),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", timedelta(seconds=1)),
        ("9999", "9999-01-01T00:00:00", timedelta(days=365)),
        ("0001-01-01", "0001-01-01T00:00:00", timedelta(days=1)),
    ],
)
def test_a_date_means_the_whole_of_what_it_names(text: str, low: str, length: timedelta) -> None:
    start = datetime.fromisoformat(low).replace(tzinfo=UTC)
    first = (start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    assert moments.interval(text) == (first, first + length // timedelta(milliseconds=1))


@pytest.mark.parametrize(
    "text", ["", "13", "2013-13", "2013-02-30", "2013-1-1", "2013-01-01T25:00Z", "yesterday", "2013-01-01T10"]
)
def test_what_is_no_date_has_no_interval(text: str) -> None:
    assert moments.interval(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_number_lies_within_its_precision(value: Decimal) -> None:
    low, high = numbers.around(value)

    assert low <= float(value) <= high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("100", 99.5, 100.5), ("100.00", 99.995, 100.005), ("1e2", 50.0, 150.0), ("-5.4", -5.45, -5.35)],
)
def test_precision_is_that_of_the_digits_given(text: str, low: float, high: float) -> None:
    value = numbers.decimal(text)

    assert value is not None
    assert numbers.around(value) == (low, high)


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1_000", "0x10", "1e9999", "--1", "\u0661"])
def test_what_is_no_number_has_none(text: str) -> None:
    assert numbers.decimal(text) is None


def test_telephone_numbers_are_compared_by_their_digits() -> None:
    assert contact("+49 (0)30 123-45") == contact("+49 030 12345")
