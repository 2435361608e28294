"""Credentials for the relay: short, nameless, and none where there is no relay."""

import logging
from pathlib import Path

import pytest

from meridian.settings import Turn
from meridian.telehealth.turn import Ice, Relays, credentials
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

NOW = 1_800_000_000
TURN = Turn(hosts=("a.example", "b.example"))


@pytest.fixture
def vault(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets.sealed", create_master(tmp_path / "master.key"))


def relays(vault: Secrets, turn: Turn | None = TURN) -> Relays:
    return Relays(turn, vault, clock=lambda: NOW * 1000 + 999)


def test_a_user_name_says_when_it_ends_and_for_whom(vault: Secrets) -> None:
    vault.put("turn/secret", "north")

    ice = relays(vault).ice("p-1")

    assert {server["username"] for server in ice.servers} == {f"{NOW + 600}:p-1"}
    assert ice.expires == NOW + 600


def test_a_password_is_the_user_names_hmac_in_base64() -> None:
    # printf 1600:p1 | openssl dgst -sha1 -hmac north -binary | base64
    assert credentials("north", "p1", now=1000, ttl=600).password == "ty+NylS6SxHQ/3lUaonryCc+19E="


def test_each_relay_is_offered_by_udp_then_tcp_then_tls(vault: Secrets) -> None:
    vault.put("turn/secret", "north")

    ice = relays(vault).ice("p-1")

    assert [server["urls"] for server in ice.servers] == [
        ["turn:a.example:3478?transport=udp"],
        ["turn:b.example:3478?transport=udp"],
        ["turn:a.example:3478?transport=tcp"],
        ["turn:b.example:3478?transport=tcp"],
        ["turns:a.example:443?transport=tcp"],
        ["turns:b.example:443?transport=tcp"],
    ]
    assert ice.relayed


def test_an_ipv6_address_stands_in_brackets(vault: Secrets) -> None:
    vault.put("turn/secret", "north")

    ice = relays(vault, Turn(hosts=("2001:db8::1",))).ice("p-1")

    assert ice.servers[0]["urls"] == ["turn:[2001:db8::1]:3478?transport=udp"]


@pytest.mark.parametrize("ttl", [0, -1, 3601, 86400])
def test_nothing_lives_for_longer_than_an_hour(ttl: int) -> None:
    with pytest.raises(ValueError, match="3600"):
        credentials("north", "p-1", now=NOW, ttl=ttl)


@pytest.mark.parametrize("name", ["", "9999999999:p-1", "anna müller", "a" * 65, "a\nb"])
def test_an_id_is_plain(name: str) -> None:
    with pytest.raises(ValueError, match="id"):
        credentials("north", name, now=NOW, ttl=600)


def test_without_relays_there_are_none(vault: Secrets) -> None:
    assert relays(vault, None).ice("p-1") == Ice()
    assert relays(vault, Turn(hosts=())).ice("p-1") == Ice()
    assert not Ice().relayed


def test_a_relay_without_its_secret_is_none_and_the_log_names_what_is_lacking(
    vault: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "meridian.telehealth"):
        ice = relays(vault).ice("p-1")

    assert ice == Ice()
    assert "turn/secret" in caplog.text


def test_a_changed_secret_serves_at_once(vault: Secrets) -> None:
    vault.put("turn/secret", "north")
    before = relays(vault).ice("p-1")
    vault.put("turn/secret", "south")

    after = relays(vault).ice("p-1")

    assert before.servers[0]["credential"] != after.servers[0]["credential"]


def test_a_password_is_not_shown_by_accident() -> None:
    made = credentials("north", "p-1", now=NOW, ttl=600)

    assert made.password not in repr(made)
    assert made.username not in repr(made)
