import unicodedata
from statistics import median
from time import perf_counter

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from meridian.faults import Invalid, Unavailable
from meridian.identity.passwords import ALONE, LONGEST, WAITING, WITH_SECOND_FACTOR, Passwords, check_new
from meridian.testing.identity import PASSWORD, cheap_passwords


@pytest.mark.parametrize(("second_factor", "least"), [(True, WITH_SECOND_FACTOR), (False, ALONE)])
def test_a_password_one_character_short_is_refused(*, second_factor: bool, least: int) -> None:
    long_enough = "kx7 qvw dnz 9fm 2ht"[:least]
    check_new(long_enough, second_factor=second_factor)

    with pytest.raises(Invalid, match=f"at least {least}"):
        check_new(long_enough[:-1], second_factor=second_factor)


def test_at_least_64_characters_are_allowed() -> None:
    check_new(("violet teapot under nine stairs, " * 4)[:LONGEST], second_factor=False)

    with pytest.raises(Invalid, match="at most"):
        check_new("violet teapot " * 20, second_factor=False)


def test_no_digit_sign_or_capital_is_asked_for() -> None:
    check_new("gentle owls file taxes", second_factor=False)


def test_a_refusal_names_the_field_and_never_the_password() -> None:
    with pytest.raises(Invalid) as refused:
        check_new("passwordpassword", second_factor=False, place="new")

    assert refused.value.issues[0].place == "new"
    assert "passwordpassword" not in refused.value.detail + refused.value.issues[0].text


@pytest.mark.anyio
async def test_a_password_matches_itself_however_its_letters_are_composed() -> None:
    passwords = cheap_passwords()
    composed = unicodedata.normalize("NFC", "köstliche Äpfel im Körbchen")

    kept = await passwords.hash(composed)

    assert await passwords.verify(unicodedata.normalize("NFD", composed), kept)
    assert not await passwords.verify(composed + " ", kept)
    assert not await passwords.verify(composed, None)
    assert not await passwords.verify(composed, "no hash at all")


def test_the_settings_are_owasps() -> None:
    passwords = Passwords(threads=1)
    found = extract_parameters(passwords._nobodys)

    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)


@pytest.mark.anyio
async def test_a_hash_with_other_settings_is_outdated() -> None:
    old = await cheap_passwords().hash(PASSWORD)

    assert Passwords(memory_kib=16, rounds=1, threads=1).outdated(old)
    assert not cheap_passwords().outdated(old)


@pytest.mark.anyio
async def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords(memory_kib=4096, rounds=2, threads=1)
    kept = await passwords.hash(PASSWORD)
    times: dict[bool, list[float]] = {True: [], False: []}

    for turn in range(40):
        begun = perf_counter()
        await passwords.verify("not the password", kept if turn % 2 else None)
        times[bool(turn % 2)].append(perf_counter() - begun)

    assert 0.6 < median(times[True]) / median(times[False]) < 1.7


@pytest.mark.anyio
async def test_more_checks_than_may_wait_are_refused() -> None:
    passwords = cheap_passwords()
    passwords._waiting = WAITING

    with pytest.raises(Unavailable):
        await passwords.hash(PASSWORD)
