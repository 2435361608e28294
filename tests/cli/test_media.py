"""`meridian doctor` where video visits have a relay and a gateway: real ones, as deployed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from meridian.app import House
from meridian.cli import main
from meridian.settings import BadSettings, load
from meridian.testing import coturn, janus
from meridian.testing.coturn import Coturn
from meridian.testing.janus import Gateway

SECRETS = {
    "turn/secret": coturn.SECRET,
    "janus/admin-key": janus.ADMIN_KEY,
    "janus/token-secret": janus.TOKEN_SECRET,
}


def run(*words: object, answer: str | None = None) -> list[str]:
    return CliRunner().invoke(main, [str(word) for word in words], input=answer).output.splitlines()


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Coturn, Gateway]]:
    if reason := coturn.missing() or janus.missing():
        pytest.skip(reason)
    relay, gateway = Coturn(), Gateway()
    yield relay, gateway
    relay.close()
    gateway.close()


@pytest.fixture(scope="module")
def begun(servers: tuple[Coturn, Gateway], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Meridian that knows both, and shares their secrets."""
    relay, gateway = servers
    folder = tmp_path_factory.mktemp("begun") / "data"
    run("org", "add", "Clinic", "--data", folder)
    (folder / "settings.toml").write_text(f"""
[turn]
hosts = ["127.0.0.1"]
port = {relay.plain}
tls_port = {relay.tls}

[janus]
url = "{gateway.settings.url}"
recordings = "{gateway.recordings}"
""")
    for name, value in SECRETS.items():
        run("secret", "set", name, "--data", folder, answer=f"{value}\n")
    return folder


@pytest.fixture
def data(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "data"))


def about(data: Path, what: str) -> str:
    """The doctor's line, and what is to be done."""
    said = run("doctor", "--data", data, "--port", 65_001)
    [at] = [number for number, line in enumerate(said) if line[6:].startswith(what)]
    return " ".join(said[at].split())


def test_the_doctor_asks_the_relay_for_an_address_and_looks_at_its_certificate(data: Path) -> None:
    said = about(data, "Relay")

    assert said.startswith("FAIL Relay 127.0.0.1: TLS at port")
    assert said.endswith("self-signed certificate")


def test_the_doctor_knows_a_relay_with_another_secret(data: Path) -> None:
    run("secret", "set", "turn/secret", "--data", data, answer="another-secret-altogether\n")

    assert "has another secret than the vault" in about(data, "Relay")


def test_the_doctor_asks_the_gateway_what_only_we_may_ask(data: Path) -> None:
    assert about(data, "Gateway") == "OK Gateway answers, and shares our secrets"
    assert about(data, "Recordings").startswith("OK")


@pytest.mark.parametrize("name", ["janus/admin-key", "janus/token-secret"])
def test_the_doctor_knows_a_gateway_with_another_secret(data: Path, name: str) -> None:
    run("secret", "set", name, "--data", data, answer="another-secret-altogether\n")

    assert about(data, "Gateway").startswith("FAIL")


def test_the_doctor_knows_a_folder_that_is_not_there(data: Path) -> None:
    settings = data / "settings.toml"
    settings.write_text(settings.read_text().replace('recordings"', 'nowhere"'))

    assert about(data, "Recordings").startswith("FAIL")


def test_the_doctor_says_what_the_vault_lacks(data: Path) -> None:
    (data / "secrets.sealed").rename(data / "elsewhere")

    assert "the vault lacks turn/secret" in about(data, "Relay")
    assert about(data, "Gateway").startswith("FAIL")


def test_video_visits_have_the_gateway_of_the_settings_and_somebody_takes_its_recordings(data: Path) -> None:
    house = House(load(data))

    assert house.gateway is not None
    assert house.telehealth.gateway is house.gateway
    assert "taking recordings" in {one.name for one in house.worker.repeated}


def test_where_no_gateway_is_set_there_is_none(data: Path) -> None:
    (data / "settings.toml").unlink()

    house = House(load(data))

    assert house.telehealth.gateway is None
    assert "taking recordings" not in {one.name for one in house.worker.repeated}


@pytest.mark.parametrize("line", ["ttl = 3601", "ttl = 0"])
def test_credentials_for_longer_than_an_hour_cannot_be_set(data: Path, line: str) -> None:
    settings = data / "settings.toml"
    settings.write_text(settings.read_text().replace("[turn]", f"[turn]\n{line}"))

    with pytest.raises(BadSettings, match="ttl"):
        load(data)


@pytest.mark.parametrize("url", ["http://gateway.example/janus", "http://192.0.2.1:8088/janus", "ftp://127.0.0.1/"])
def test_a_gateway_elsewhere_is_reached_by_tls_alone(data: Path, url: str) -> None:
    (data / "settings.toml").write_text(f'[janus]\nurl = "{url}"\n')

    with pytest.raises(BadSettings, match="https"):
        load(data)
