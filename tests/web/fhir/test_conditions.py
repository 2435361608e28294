import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Malformed
from meridian.web.fhir.conditions import Prefer, etag, http_date, if_match, if_none_match, modified_since, prefer


@given(st.integers(1, 10**8))
def test_a_version_survives_its_etag(version: int) -> None:
    tag = etag(version).decode()

    assert if_match(tag) == version
    assert if_none_match(f'"x", {tag}') >= {version}


@pytest.mark.parametrize("header", ['W/"1", W/"2"', ",", 'W/"1'[:2] + "," * 3])
def test_a_header_that_is_not_one_tag_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        if_match(header)


@pytest.mark.parametrize("header", ["", "*"])
def test_no_version_is_wanted_by_a_star(header: str) -> None:
    assert if_match(header) is None


@given(st.integers(0, 4_000_000_000))
def test_a_date_survives_its_header(seconds: int) -> None:
    assert modified_since(http_date(seconds * 1000).decode()) == seconds * 1000


@pytest.mark.parametrize("header", ["", "yesterday", "Mon, 99 Foo 2020"])
def test_what_is_no_date_is_ignored(header: str) -> None:
    assert modified_since(header) is None


@pytest.mark.parametrize(
    ("header", "preference"),
    [
        ("", Prefer()),
        ("return=minimal", Prefer("minimal")),
        ("return=OperationOutcome, handling=strict", Prefer("OperationOutcome")),
        ('handling="lenient"', Prefer(lenient=True)),
        ("return=everything; respond-async", Prefer()),
    ],
)
def test_known_preferences_are_heard_and_others_ignored(header: str, preference: Prefer) -> None:
    assert prefer(header) == preference
