"""The platform's own keys: made once, bound to their place, and never garbage."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.vault.master import create_master
from meridian.vault.platform import PlatformKey, made_once
from meridian.vault.secrets import Secrets
from meridian.vault.unreadable import Unreadable

KEY = PlatformKey(bytes(32))


@given(st.binary(), st.binary())
def test_what_was_sealed_is_opened(plain: bytes, aad: bytes) -> None:
    assert KEY.open(KEY.seal(plain, aad), aad) == plain


@given(st.binary(min_size=1), st.data())
def test_an_altered_byte_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal(plain, b"place"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1

    with pytest.raises(Unreadable):
        KEY.open(bytes(sealed), b"place")


def test_a_value_moved_to_another_place_does_not_open() -> None:
    with pytest.raises(Unreadable):
        KEY.open(KEY.seal(b"seed", b"totp|a"), b"totp|b")


def test_a_digest_is_the_same_again_and_another_for_another_purpose_or_key() -> None:
    assert KEY.digest("email", b"a@b") == PlatformKey(bytes(32)).digest("email", b"a@b")
    assert KEY.digest("email", b"a@b") != KEY.digest("token", b"a@b")
    assert KEY.digest("email", b"a@b") != PlatformKey(b"\x01" * 32).digest("email", b"a@b")


def test_a_key_is_made_once(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets", create_master(tmp_path / "master.key"))

    assert made_once(secrets, "platform/key") == made_once(secrets, "platform/key")
    assert made_once(secrets, "platform/key") != made_once(secrets, "audit/key")
