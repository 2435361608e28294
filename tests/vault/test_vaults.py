"""One contract for both vaults: the sealed file, and Secrets Manager as moto plays it over HTTP."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from meridian.faults import NotFound, Unavailable
from meridian.settings import SecretsManager
from meridian.testing.amazon import REGION, PrivateAmazon
from meridian.vault import amazon as services
from meridian.vault.manager import LONGEST, MISSING, SOONEST, ManagedSecrets, managed_secrets
from meridian.vault.master import FileMaster
from meridian.vault.platform import made_once
from meridian.vault.secrets import Login, Secret, Secrets, Vault

PREFIX = "careconnect360"
Another = Callable[[], Vault]


@pytest.fixture(params=["file", "secrets manager"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Another:
    """Each vault in turn, as another process would open it."""
    if request.param == "file":
        return lambda: Secrets(tmp_path / "secrets", FileMaster({1: bytes(32)}))
    place = SecretsManager(REGION, request.getfixturevalue("amazon").address)
    return lambda: managed_secrets(place, PREFIX)


def test_a_secret_is_kept_and_found_by_its_name(another: Another) -> None:
    another().put("mariadb/password", "tr0ub4dor")
    another().put("another", "x")

    assert another().get("mariadb/password").reveal() == "tr0ub4dor"
    assert another().fresh("mariadb/password").reveal() == "tr0ub4dor"
    assert another().names() == ["another", "mariadb/password"]


def test_what_is_kept_anew_stands_in_place_of_the_old(another: Another) -> None:
    vault = another()
    vault.put("mariadb/password", "old")
    assert vault.get("mariadb/password").reveal() == "old"

    vault.put("mariadb/password", "new")

    assert vault.get("mariadb/password").reveal() == "new"
    assert another().get("mariadb/password").reveal() == "new"


def test_a_secret_does_not_show_itself(another: Another) -> None:
    another().put("a", "tr0ub4dor")
    found, login = another().get("a"), another().login("a", "meridian")

    assert "tr0ub4dor" not in f"{found} {found!r} {login} {login!r}"


def test_a_secret_that_is_not_there_is_said_by_name(another: Another) -> None:
    for ask in (another().get, another().fresh):
        with pytest.raises(NotFound, match="nothing/here"):
            ask("nothing/here")


@pytest.mark.parametrize("name", ["", "Upper", "/a", "a/", "a//b", "a b", "../x", ".x"])
def test_a_name_is_a_path_in_lower_case(another: Another, name: str) -> None:
    with pytest.raises(ValueError, match="lower case"):
        another().put(name, "x")


def test_what_is_added_stays_as_it_was(another: Another) -> None:
    assert another().add("a", "first")
    assert not another().add("a", "second")

    assert another().get("a").reveal() == "first"


def test_a_platform_key_is_made_once(another: Another) -> None:
    assert made_once(another(), "platform/key") == made_once(another(), "platform/key")
    assert made_once(another(), "platform/key") != made_once(another(), "audit/signing-key")


def test_without_a_user_name_beside_it_the_settings_one_is_used(another: Another) -> None:
    another().put("mariadb/password", "tr0ub4dor")

    assert another().login("mariadb/password", "meridian") == Login("meridian", Secret("tr0ub4dor"))


# --- what only Secrets Manager has


class Clock:
    """Seconds, as a test says."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def watched(amazon: PrivateAmazon, clock: Clock) -> tuple[ManagedSecrets, list[str]]:
    """A vault, and what it asked for."""
    client, asked = amazon.client("secretsmanager"), list[str]()
    client.meta.events.register(
        "provide-client-params.secretsmanager.GetSecretValue", lambda params, **_: asked.append(params["SecretId"])
    )
    return ManagedSecrets(PREFIX, lambda: client, ttl=300, clock=clock), asked


@pytest.mark.parametrize("laid", [False, True], ids=["nothing there", "an empty entry"])
def test_several_first_starts_on_several_machines_agree_on_one_key(amazon: PrivateAmazon, *, laid: bool) -> None:
    place = SecretsManager(REGION, amazon.address)
    if laid:
        amazon.client("secretsmanager").create_secret(Name=f"{PREFIX}/platform/key")
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(made_once(managed_secrets(place, PREFIX), "platform/key")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(made), len(set(made))) == (6, 1)


def test_the_json_of_the_first_seed_is_understood(amazon: PrivateAmazon) -> None:
    login = {"username": "careconnect_app", "password": "tr0ub4dor"}
    amazon.client("secretsmanager").create_secret(Name=f"{PREFIX}/mariadb/prod", SecretString=json.dumps(login))
    vault = managed_secrets(SecretsManager(REGION, amazon.address), PREFIX)

    assert vault.get("mariadb/prod/password").reveal() == "tr0ub4dor"
    assert vault.login("mariadb/prod/password", "meridian") == Login("careconnect_app", Secret("tr0ub4dor"))
    with pytest.raises(NotFound):
        vault.get("mariadb/prod/nothing")


def test_a_secret_may_be_an_object_that_has_its_own_name_as_a_field(amazon: PrivateAmazon) -> None:
    client = amazon.client("secretsmanager")
    client.create_secret(
        Name=f"{PREFIX}/mariadb/password", SecretString=json.dumps({"username": "meridian_b", "password": "x"})
    )
    vault = managed_secrets(SecretsManager(REGION, amazon.address), PREFIX)

    assert vault.login("mariadb/password", "meridian") == Login("meridian_b", Secret("x"))
    vault.put("mariadb/password", "y")
    kept = client.get_secret_value(SecretId=f"{PREFIX}/mariadb/password")["SecretString"]
    assert json.loads(kept) == {"username": "meridian_b", "password": "y"}


def test_a_name_that_has_the_prefix_already_is_the_same_name(amazon: PrivateAmazon) -> None:
    vault = managed_secrets(SecretsManager(REGION, amazon.address), PREFIX)
    vault.put("careconnect360/medtrack/apikey", "key")

    assert vault.get("medtrack/apikey").reveal() == "key"
    assert amazon.client("secretsmanager").list_secrets()["SecretList"][0]["Name"] == "careconnect360/medtrack/apikey"


def test_another_editions_secrets_are_neither_named_nor_found(amazon: PrivateAmazon) -> None:
    place = SecretsManager(REGION, amazon.address)
    managed_secrets(place, "meridian-pms").put("mariadb/password", "theirs")

    assert managed_secrets(place, PREFIX).names() == []
    with pytest.raises(NotFound):
        managed_secrets(place, PREFIX).get("mariadb/password")


def test_what_was_read_serves_for_a_while_and_is_then_read_beside(amazon: PrivateAmazon) -> None:
    clock = Clock()
    vault, asked = watched(amazon, clock)
    vault.put("a", "old")
    asked.clear()
    assert [vault.get("a").reveal() for _ in range(50)] == ["old"] * 50
    assert len(asked) == 1
    managed_secrets(SecretsManager(REGION, amazon.address), PREFIX).put("a", "new")

    clock.now = 301
    assert vault.get("a").reveal() == "old"  # nobody waits for it
    for thread in [one for one in threading.enumerate() if one.name == "meridian-secret"]:
        thread.join()

    assert vault.get("a").reveal() == "new"
    assert len(asked) == 2


def test_what_is_asked_for_afresh_is_read_at_once_and_not_more_than_once_a_second(amazon: PrivateAmazon) -> None:
    clock = Clock()
    vault, asked = watched(amazon, clock)
    vault.put("a", "old")
    vault.get("a")
    managed_secrets(SecretsManager(REGION, amazon.address), PREFIX).put("a", "new")
    asked.clear()

    assert vault.fresh("a").reveal() == "old"  # it has just been read
    clock.now = SOONEST
    assert [vault.fresh("a").reveal() for _ in range(50)] == ["new"] * 50
    assert (vault.get("a").reveal(), len(asked)) == ("new", 1)


def test_while_it_is_away_what_is_known_serves_for_an_hour_and_what_is_not_is_refused(amazon: PrivateAmazon) -> None:
    clock = Clock()
    vault, _ = watched(amazon, clock)
    vault.put("a", "x")
    vault.get("a")

    with amazon.away():
        clock.now = LONGEST
        assert vault.get("a").reveal() == "x"
        for thread in [one for one in threading.enumerate() if one.name == "meridian-secret"]:
            thread.join()
        clock.now = LONGEST + 1
        for name in ("a", "b"):
            with pytest.raises(Unavailable, match="does not answer"):
                vault.get(name)
        with pytest.raises(Unavailable):
            vault.put("a", "y")

    assert vault.get("a").reveal() == "x"


def test_secrets_made_here_are_wrapped_by_the_key_that_the_settings_name(amazon: PrivateAmazon) -> None:
    managed_secrets(SecretsManager(REGION, amazon.address, kms_key="alias/secrets"), PREFIX).put("a", "x")

    described = amazon.client("secretsmanager").describe_secret(SecretId=f"{PREFIX}/a")
    assert described["KmsKeyId"] == "alias/secrets"


def test_no_service_is_reached_without_tls_beyond_this_machine() -> None:
    with pytest.raises(Unavailable, match="TLS"):
        services.client("secretsmanager", REGION, "http://secrets.example")


def test_what_is_not_there_is_not_asked_for_all_the_time(amazon: PrivateAmazon) -> None:
    clock = Clock()
    vault, asked = watched(amazon, clock)
    for _ in range(50):
        with pytest.raises(NotFound):
            vault.get("turn/secret")
    assert len(asked) == 2  # the name itself, and the object one level up
    managed_secrets(SecretsManager(REGION, amazon.address), PREFIX).put("turn/secret", "x")

    clock.now = MISSING
    assert vault.get("turn/secret").reveal() == "x"


def test_an_entry_that_was_laid_down_empty_is_filled_once(amazon: PrivateAmazon) -> None:
    amazon.client("secretsmanager").create_secret(Name=f"{PREFIX}/platform/key")
    place = SecretsManager(REGION, amazon.address)

    made = made_once(managed_secrets(place, PREFIX), "platform/key")

    assert made_once(managed_secrets(place, PREFIX), "platform/key") == made
    assert not managed_secrets(place, PREFIX).add("platform/key", "another")


def test_the_first_version_has_one_id_however_it_comes_into_being(amazon: PrivateAmazon) -> None:
    client, said = amazon.client("secretsmanager"), list[str]()
    client.meta.events.register(
        "provide-client-params.secretsmanager.*", lambda params, **_: said.append(params.get("ClientRequestToken", ""))
    )
    client.create_secret(Name=f"{PREFIX}/empty")
    said.clear()
    vault = ManagedSecrets(PREFIX, lambda: client)

    assert vault.add("empty", "x")
    assert vault.add("other", "x")

    put, tried, created = (one for one in said if one)
    assert put != tried == created  # so that whoever comes second is refused, whichever of the two it asks
