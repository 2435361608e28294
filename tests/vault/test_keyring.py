import pytest

from meridian.testing import keys
from meridian.vault.keyring import DataKey, Keyring, OrganisationKey, fresh, rewrapped
from meridian.vault.master import FileMaster
from meridian.vault.unreadable import Unreadable


def owner(ring: Keyring, org: int = 1) -> OrganisationKey:
    return ring.organisation(org, [(1, ring.fresh_organisation(org, 1))])


def same(one: DataKey, other: DataKey) -> bool:
    return one.first == other.first


def test_a_data_key_comes_back_as_it_was() -> None:
    ring = keys.keyring()
    by = owner(ring)
    wrapped = fresh(by)

    again = Keyring(ring.master)
    assert same(again.data_key(by, wrapped), ring.data_key(by, wrapped))


def test_what_is_known_is_found_by_its_wrapped_bytes_alone() -> None:
    ring = keys.keyring()
    by = owner(ring)
    wrapped = fresh(by)
    assert ring.known(wrapped) is None

    key = ring.data_key(by, wrapped)

    assert ring.known(wrapped) is key
    assert ring.known(rewrapped(by, wrapped)) is None


def test_only_so_many_keys_are_remembered() -> None:
    ring = Keyring(FileMaster({1: bytes(32)}), remembered=3)
    by = owner(ring)
    wrapped = [fresh(by) for _ in range(5)]

    for one in wrapped:
        ring.data_key(by, one)

    assert [ring.known(one) is not None for one in wrapped] == [False, False, True, True, True]


def test_an_organisations_key_belongs_to_it_and_to_its_generation() -> None:
    ring = keys.keyring()
    wrapped = ring.fresh_organisation(1, 1)

    for org, generation in ((2, 1), (1, 2)):
        with pytest.raises(Unreadable):
            ring.organisation(org, [(generation, wrapped)])
    with pytest.raises(Unreadable, match="lost"):
        ring.organisation(1, [])


def test_a_data_key_belongs_to_its_organisation() -> None:
    ring = keys.keyring()

    with pytest.raises(Unreadable):
        ring.data_key(owner(ring, 2), fresh(owner(ring, 1)))


def test_another_master_key_unwraps_nothing() -> None:
    wrapped = keys.keyring().fresh_organisation(1, 1)

    with pytest.raises(Unreadable):
        Keyring(FileMaster({1: b"x" * 32})).organisation(1, [(1, wrapped)])
    with pytest.raises(Unreadable, match="not here"):
        Keyring(FileMaster({2: bytes(range(32))})).organisation(1, [(1, wrapped)])


def test_a_destroyed_or_cut_key_is_a_clear_fault() -> None:
    ring = keys.keyring()
    by = owner(ring)
    wrapped = fresh(by)

    for broken in (b"", wrapped[:-1], wrapped[:5], wrapped + b"x"):
        with pytest.raises(Unreadable):
            ring.data_key(by, broken)


def test_an_organisations_key_moves_to_a_new_master_key() -> None:
    old, new = bytes(range(32)), b"n" * 32
    wrapped = Keyring(FileMaster({1: old})).fresh_organisation(1, 1)
    by = Keyring(FileMaster({1: old})).organisation(1, [(1, wrapped)])
    data = fresh(by)

    moved = Keyring(FileMaster({1: old, 2: new})).organisation_rewrapped(1, 1, wrapped)

    ring = Keyring(FileMaster({2: new}))
    assert ring.data_key(ring.organisation(1, [(1, moved)]), data)


def test_a_rotated_organisation_key_still_unwraps_what_the_old_one_wrapped() -> None:
    ring = keys.keyring()
    first, second = ring.fresh_organisation(1, 1), ring.fresh_organisation(1, 2)
    data = fresh(ring.organisation(1, [(1, first)]))
    both = ring.organisation(1, [(1, first), (2, second)])

    moved = rewrapped(both, data)

    assert same(ring.data_key(both, data), ring.data_key(ring.organisation(1, [(2, second)]), moved))


def test_keys_derived_for_different_purposes_differ() -> None:
    ring = keys.keyring()
    by = owner(ring)
    key = ring.data_key(by, fresh(by))

    assert len(key.derived(b"a")) == 32
    assert key.derived(b"a") != key.derived(b"b")


def test_no_key_is_printed() -> None:
    ring = keys.keyring()
    by = owner(ring)
    key = ring.data_key(by, fresh(by))

    assert "0x" not in repr(key) + repr(by)
    assert repr(key.first) not in repr(key)
