"""Shares that people type: what is mistyped, forged, too few or of another set gives a refusal and never a key."""

from itertools import combinations

import pytest

from meridian.faults import Invalid
from meridian.vault import escrow
from meridian.vault.escrow import Share

KEY = bytes(range(32))


def test_any_three_of_five_give_the_key() -> None:
    shares = escrow.split(7, KEY, 5, 3)

    assert {escrow.join(some) for some in combinations(shares, 3)} == {(7, KEY)}
    assert escrow.join(shares) == (7, KEY)


def test_a_line_is_read_as_people_write_it() -> None:
    share = escrow.split(1, KEY, 2, 2)[0]

    assert escrow.read(share.words) == share
    assert escrow.read(share.words.lower().replace(" ", "-")) == share
    assert escrow.read(share.words.replace("0", "O").replace("1", "l")) == share
    assert len(share.words.split()) == 21
    assert "Share(1 of set" in repr(share)


def test_each_letter_that_is_mistyped_is_noticed() -> None:
    words = escrow.split(1, KEY, 2, 2)[0].words

    for at, letter in enumerate(words):
        if letter != " ":
            other = escrow.ALPHABET[(escrow.ALPHABET.index(letter) + 1) % 32]
            with pytest.raises(Invalid, match="mistyped"):
                escrow.read(words[:at] + other + words[at + 1 :])
    for line in ("", "not a share!", words[:-1], words + "0" * 40):
        with pytest.raises(Invalid, match="mistyped"):
            escrow.read(line)


def test_too_few_are_refused_and_the_same_twice_is_one() -> None:
    first, second, *_ = escrow.split(1, KEY, 5, 3)

    for some in ([first, second], [first, second, second], []):
        with pytest.raises(Invalid):
            escrow.join(some)


def test_shares_of_two_sets_are_refused() -> None:
    with pytest.raises(Invalid, match="one set"):
        escrow.join([escrow.split(1, KEY, 2, 2)[0], escrow.split(1, KEY, 2, 2)[1]])


def test_a_forged_share_gives_no_key() -> None:
    first, second, third, *_ = escrow.split(1, KEY, 5, 3)
    forged = Share(*second[:4], bytes([second.part[0] ^ 1]) + second.part[1:])

    assert escrow.read(forged.words) == forged, "its own hash is right"
    with pytest.raises(Invalid, match="forged"):
        escrow.join([first, forged, third])


def test_a_share_that_says_fewer_are_needed_gives_no_key() -> None:
    shares = [Share(one.generation, 2, *one[2:]) for one in escrow.split(1, KEY, 5, 3)]

    with pytest.raises(Invalid, match="forged"):
        escrow.join(shares[:2])
