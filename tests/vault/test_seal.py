import json
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.testing import keys
from meridian.vault.keyring import DataKey, fresh, renewed
from meridian.vault.seal import LARGEST, place, seal, unseal
from meridian.vault.unreadable import Unreadable


def data_key() -> DataKey:
    ring = keys.keyring()
    owner = ring.organisation(1, [(1, ring.fresh_organisation(1, 1))])
    return ring.data_key(owner, fresh(owner))


KEY, OTHER = data_key(), data_key()
HERE = place(1, "Patient", "p", 1)
BODY = json.dumps({"resourceType": "Patient", "name": [{"family": "Featherstonehaugh"}]}).encode()


@given(st.binary(max_size=5000))
def test_what_is_sealed_is_opened(body: bytes) -> None:
    assert unseal(KEY, HERE, seal(KEY, HERE, body)) == body


@given(st.data())
def test_an_altered_byte_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, HERE, BODY))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Unreadable):
        unseal(KEY, HERE, bytes(sealed))


@given(st.integers(0, len(seal(KEY, HERE, BODY)) - 1))
def test_a_cut_body_is_noticed(length: int) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, HERE, seal(KEY, HERE, BODY)[:length])


@pytest.mark.parametrize(
    "elsewhere",
    [place(2, "Patient", "p", 1), place(1, "Person", "p", 1), place(1, "Patient", "q", 1), place(1, "Patient", "p", 2)],
)
def test_a_body_opens_only_in_its_place(elsewhere: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, elsewhere, seal(KEY, HERE, BODY))


def test_another_key_is_a_clear_fault_that_says_nothing_of_the_body() -> None:
    with pytest.raises(Unreadable) as refused:
        unseal(OTHER, HERE, seal(KEY, HERE, BODY))

    assert "Feather" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_same_body_is_never_sealed_the_same() -> None:
    assert seal(KEY, HERE, BODY) != seal(KEY, HERE, BODY)


def test_a_body_is_smaller_sealed_than_open() -> None:
    assert len(seal(KEY, HERE, BODY * 3)) < len(BODY * 3) / 2


def test_a_renewed_key_opens_what_the_old_one_sealed() -> None:
    ring = keys.keyring()
    owner = ring.organisation(1, [(1, ring.fresh_organisation(1, 1))])
    wrapped = fresh(owner)
    old, new = ring.data_key(owner, wrapped), ring.data_key(owner, renewed(owner, wrapped))

    assert unseal(new, HERE, seal(old, HERE, BODY)) == BODY
    with pytest.raises(Unreadable):
        unseal(old, HERE, seal(new, HERE, BODY))
    assert new.derived(b"x") == old.derived(b"x")


def test_an_immense_body_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        seal(KEY, HERE, bytes(LARGEST + 1))


def test_threads_may_seal_at_the_same_time() -> None:
    wrong: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for length in range(300):
                body = bytes([n]) * length * 20
                assert unseal(KEY, HERE, seal(KEY, HERE, body)) == body
        except BaseException as error:  # noqa: BLE001  # carried to the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_sealing_and_opening_take_microseconds() -> None:
    body = json.dumps(
        {"resourceType": "Patient", "id": "p", "text": [f"line {n} of a record" for n in range(110)]}
    ).encode()
    sealed = seal(KEY, HERE, body)

    def best(work: object) -> float:
        assert callable(work)
        times = []
        for _ in range(20):
            began = time.perf_counter()
            for _ in range(50):
                work()
            times.append((time.perf_counter() - began) / 50)
        return min(times)

    assert 2_500 < len(body) < 3_500
    assert best(lambda: seal(KEY, HERE, body)) < 60e-6, "15 µs on a quiet machine"
    assert best(lambda: unseal(KEY, HERE, sealed)) < 60e-6, "as above"
