from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from meridian.identity.facts import Identity
from meridian.identity.verified import ALIVE_MS, VERIFIED_MS, Verified

ANNE = Identity("a", 1, "o", "nurse", session="s", expires=15 * 60 * 1000)
LATER = 10**9


def test_a_token_is_known_for_ten_seconds_and_its_signature_for_a_minute() -> None:
    cache = Verified()
    cache.put("t", ANNE, 0, fresh=True, note_at=LATER)

    assert cache.get("t", ALIVE_MS - 1) == ANNE
    assert cache.get("t", ALIVE_MS) is None
    assert cache.signature("t", VERIFIED_MS - 1) == ANNE
    assert cache.signature("t", VERIFIED_MS) is None


def test_looking_at_the_session_again_does_not_lengthen_the_signature() -> None:
    cache = Verified()
    cache.put("t", ANNE, 0, fresh=True, note_at=LATER)
    cache.put("t", ANNE, 50_000, fresh=False, note_at=LATER)

    assert cache.get("t", VERIFIED_MS - 1) == ANNE
    assert cache.get("t", VERIFIED_MS) is None


def test_a_token_is_not_known_longer_than_it_lives() -> None:
    cache = Verified()
    cache.put("t", replace(ANNE, expires=500), 0, fresh=True, note_at=LATER)

    assert cache.get("t", 499)
    assert cache.get("t", 500) is None
    assert cache.signature("t", 500) is None


def test_a_use_that_must_be_noted_is_not_passed_over() -> None:
    cache = Verified()
    cache.put("t", ANNE, 0, fresh=True, note_at=300)

    assert cache.get("t", 300) is None
    assert cache.alive("t", 300) == ANNE


def test_all_tokens_of_a_session_are_forgotten_at_once() -> None:
    cache = Verified()
    for token in ("t1", "t2"):
        cache.put(token, ANNE, 0, fresh=True, note_at=LATER)
    cache.put("other", replace(ANNE, session="s2"), 0, fresh=True, note_at=LATER)

    cache.forget("s")

    assert [cache.get(token, 1) for token in ("t1", "t2")] == [None, None]
    assert cache.get("other", 1)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=60))
def test_the_cache_stays_within_its_bounds(puts: list[tuple[int, int]]) -> None:
    cache = Verified(most=5)

    for token, session in puts:
        cache.put(str(token), replace(ANNE, session=f"s{token}-{session}"), 0, fresh=True, note_at=LATER)

    assert len(cache) <= 5
    assert sum(len(tokens) for tokens in cache._of_session.values()) <= 5 + len(puts)
