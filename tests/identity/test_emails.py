import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Invalid
from meridian.identity.emails import clean, fold


@pytest.mark.parametrize(
    "address", ["a@b.example", "anne.o'hara+clinic@sub.domain.example", "jürgen@bücher.example", "x@localhost"]
)
def test_an_address_is_kept_as_it_is_written(address: str) -> None:
    assert clean(f" {address} ") == address


@pytest.mark.parametrize(
    "text", ["", "anne", "@clinic.example", "anne@", "a b@clinic.example", "a@b@c.example", "a@-b.example",
             "a@b..example", "anne@clinic.example\r\nBcc: x@y.example", "<a@b.example>", "a" * 65 + "@b.example",
             "a@" + "b." * 130 + "example"]
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        clean(text)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
