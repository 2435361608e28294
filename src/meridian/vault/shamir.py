"""
Shamir's secret sharing: a secret as shares of which so many give it back, and fewer say nothing.

Each octet is the value at 0 of a random polynomial over GF(2^8); a share holds the values at its own place. The field
is that of AES (FIPS 197 section 4). Multiplication takes the same steps whatever the operands are.

We keep these sixty lines ourselves because the packages that there are either warn against use with secrets or are not
looked after; `tests/vault/test_shamir.py` holds them to the standard's products and to exhaustive properties.

Source: A. Shamir, How to share a secret, Communications of the ACM 22 (1979) 612.
"""

import os
from collections.abc import Mapping
from functools import reduce

MOST = 255
"""Shares there may be: the places of the field but 0."""


def times(left: int, right: int) -> int:
    """
    The product of two elements of the field.

    >>> hex(times(0x57, 0x83))
    '0xc1'
    """
    product = 0
    for _ in range(8):
        product ^= -(right & 1) & left
        left = (left << 1) ^ (-(left >> 7) & 0x11B)
        right >>= 1
    return product


def inverse(element: int) -> int:
    """
    What *element* is to be multiplied by to give 1: its 254th power.

    >>> times(0x53, inverse(0x53))
    1
    """
    square, power = element, 1
    for _ in range(7):
        square = times(square, square)
        power = times(power, square)
    return power


def split(secret: bytes, shares: int, needed: int) -> dict[int, bytes]:
    """
    *shares* shares by their places, of which *needed* give the secret back.

    Raises:
        ValueError: If that cannot be.
    """
    if not 1 < needed <= shares <= MOST:
        raise ValueError("At least two shares are needed, and no more than there are")
    lines = [(octet, *os.urandom(needed - 1)) for octet in secret]
    return {place: bytes(_at(line, place) for line in lines) for place in range(1, shares + 1)}


def _at(polynomial: tuple[int, ...], place: int) -> int:
    return reduce(lambda value, coefficient: times(value, place) ^ coefficient, reversed(polynomial), 0)


def join(shares: Mapping[int, bytes]) -> bytes:
    """
    What shares give together; if they are too few or of different secrets, something else of the same length.

    Args:
        shares: By their places.
    """
    weights = {place: _weight(place, shares) for place in shares}
    size = min(len(one) for one in shares.values())
    return bytes(
        reduce(lambda sum_, place: sum_ ^ times(shares[place][n], weights[place]), shares, 0) for n in range(size)
    )


def _weight(place: int, shares: Mapping[int, bytes]) -> int:
    """Lagrange's coefficient at 0."""
    weight = 1
    for other in shares:
        if other != place:
            weight = times(weight, times(other, inverse(other ^ place)))
    return weight
