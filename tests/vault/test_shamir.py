"""The field is AES's; so many shares give the secret back, and one fewer fits every secret equally well."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.vault import shamir

# FIPS 197 sections 4.2 and 4.2.1
PRODUCTS = [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE), (0x57, 0x04, 0x47), (0x57, 0x08, 0x8E),
            (0x57, 0x10, 0x07)]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "product"), PRODUCTS)
def test_products_are_the_standards(left: int, right: int, product: int) -> None:
    assert shamir.times(left, right) == shamir.times(right, left) == product


def test_each_element_but_zero_has_its_inverse() -> None:
    assert all(shamir.times(one, shamir.inverse(one)) == 1 for one in range(1, 256))


def test_shares_of_a_known_line_give_its_value_at_zero() -> None:
    line = {x: bytes([0x2A ^ shamir.times(0x11, x) ^ shamir.times(0x07, shamir.times(x, x))]) for x in (1, 2, 9, 255)}

    assert {shamir.join(dict(three)) for three in combinations(line.items(), 3)} == {b"\x2a"}


@given(st.binary(min_size=1, max_size=40), st.integers(2, 5), st.permutations(range(1, 7)))
def test_any_that_are_enough_give_it_back(secret: bytes, needed: int, order: list[int]) -> None:
    shares = shamir.split(secret, 6, needed)
    some = {place: shares[place] for place in order[:needed]}

    assert shamir.join(some) == secret


def test_one_too_few_fits_every_secret() -> None:
    two = {1: b"\x10", 2: b"\x20"}

    fitting = {shamir.join(two | {3: bytes([third])}) for third in range(256)}

    assert len(fitting) == 256, "each third share makes another secret: two say nothing"


@pytest.mark.parametrize(("shares", "needed"), [(5, 1), (2, 3), (256, 3), (0, 0)])
def test_what_cannot_be_is_refused(shares: int, needed: int) -> None:
    with pytest.raises(ValueError, match="shares are needed"):
        shamir.split(b"x", shares, needed)
