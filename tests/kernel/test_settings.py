"""Settings are read once, in three layers, and say which one is wrong."""

from pathlib import Path

import pytest

from meridian.settings import EDITIONS, BadSettings, edition, load


@pytest.mark.parametrize("name", EDITIONS)
def test_every_edition_has_a_whole_file(name: str) -> None:
    chosen = edition(name)

    assert chosen.name == name
    assert chosen.first_partner in {"medtrack", "scriptguard"}


def test_the_two_editions_ask_different_partners_first() -> None:
    assert len({edition(name).first_partner for name in EDITIONS}) == 2


def test_the_command_line_outranks_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('edition = "careconnect360"\nport = 9000\n')

    settings = load(tmp_path, port=9001, host=None)

    assert settings.edition.name == "careconnect360"
    assert settings.port == 9001
    assert settings.issuer == "http://localhost:9001"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "prot"),
        ('port = "8360"', "port"),
        ('edition = "openemr"', "openemr"),
        ("[mariadb]\nhost = 'db'\npasswort = 'x'", "passwort"),
        ("port = ", "settings.toml"),
        ("turn = 'turn.example'", "turn"),
        ("[turn]\nhosts = ['turn.example']\nttl = 3601", "3600"),
        ("[turn]\nhosts = ['turn.example']\nttl = 0", "ttl"),
        ("[janus]\nurl = 'http://janus.example:8088/janus'", "https"),
        ("[janus]\nurl = 'ftp://127.0.0.1/janus'", "https"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "settings.toml").write_text(text)

    with pytest.raises(BadSettings, match=named):
        load(tmp_path)


def test_only_a_demonstration_answers_more_than_a_hundred_requests_a_minute(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("api_budget = 5000")

    assert load(tmp_path).api_requests == 100
    assert load(tmp_path, demo=True).api_requests == 5000


def test_no_setting_can_hold_a_password(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[mariadb]\nhost = 'localhost'\n")

    assert load(tmp_path).mariadb is not None
    assert load(tmp_path).mariadb.password == "mariadb/password"  # type: ignore[union-attr]  # just asserted


def test_relays_and_a_gateway_are_sections(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[turn]\nhosts = ['a.example', 'b.example']\n[janus]\n")

    settings = load(tmp_path)

    assert settings.turn is not None
    assert settings.turn.hosts == ("a.example", "b.example")
    assert (settings.turn.tls_port, settings.turn.ttl) == (443, 600)
    assert settings.janus is not None
    assert settings.janus.url == "http://127.0.0.1:8088/janus"


def test_partners_are_a_section(tmp_path: Path) -> None:
    said = '[partners]\nscriptguard = "https://safety.example/v2"\nhosts = ["safety.example"]\n'
    (tmp_path / "settings.toml").write_text(said, encoding="utf-8")

    found = load(tmp_path).partners

    assert (found.scriptguard, found.hosts, found.networks) == ("https://safety.example/v2", ("safety.example",), ())
    assert found.medtrack == "https://api.medtrackpro.com/v2"


def test_services_of_amazon_are_sections(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        "drain = 20\n[secrets]\nregion = 'us-east-1'\n"
        "[kms]\nregion = 'us-east-1'\nkey = 'alias/b'\nbefore = ['alias/a']\n"
        "[queue]\nregion = 'us-east-1'\naccount = '123456789012'\nqueues = ['notices']\n"
        "[events]\nregion = 'us-east-1'\nbus = 'clinic'\n"
    )

    settings = load(tmp_path)

    assert settings.drain == 20
    assert settings.kms is not None
    assert (settings.kms.key, settings.kms.before) == ("alias/b", ("alias/a",))
    assert settings.secrets is not None
    assert settings.secrets.ttl == 300
    assert settings.queue is not None
    assert settings.queue.queues == ("notices",)
    assert settings.events is not None
    assert "document-scan" in settings.events.topics
