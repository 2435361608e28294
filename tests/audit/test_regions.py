import sys
from pathlib import Path

import pytest

from meridian.app.adapters import regions
from meridian.audit.regions import LOCAL, by_table, network
from meridian.settings import BadSettings, Settings, edition
from meridian.testing.regions import table


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("203.0.113.9", "203.0.0.0/16"),
        ("8.8.8.8", "8.8.0.0/16"),
        ("::ffff:8.8.8.8", "8.8.0.0/16"),
        ("2a00:1450:4001:81b::200e", "2a00:1450::/32"),
        ("10.1.2.3", LOCAL),
        ("127.0.0.1", LOCAL),
        ("fe80::1", LOCAL),
        ("", ""),
        ("no address", ""),
    ],
)
def test_without_a_table_a_region_is_a_network(address: str, region: str) -> None:
    assert network(address) == region


def test_a_table_knows_countries(tmp_path: Path) -> None:
    region = by_table(str(table(tmp_path / "made.mmdb", {"8.8.0.0/16": "US", "9.9.0.0/16": "CH", "9.8.0.0/17": "CH"})))

    assert [region(one) for one in ("8.8.8.8", "9.9.9.9", "9.8.1.1")] == ["US", "CH", "CH"]


def test_what_the_table_does_not_know_is_a_network(tmp_path: Path) -> None:
    region = by_table(str(table(tmp_path / "made.mmdb", {"8.8.0.0/16": "US"})))

    assert (region("203.0.113.9"), region("10.0.0.1"), region("?")) == ("203.0.0.0/16", LOCAL, "")


def settings(tmp_path: Path, name: str) -> Settings:
    return Settings(edition("meridian-pms"), tmp_path, regions=str(tmp_path / name))


def test_a_table_that_is_none_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "bad.mmdb").write_bytes(b"no table")

    for name in ("bad.mmdb", "none.mmdb"):
        with pytest.raises(BadSettings, match="table of regions"):
            regions(settings(tmp_path, name))


def test_a_table_without_its_reader_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    table(tmp_path / "made.mmdb", {"8.8.0.0/16": "US"})

    with pytest.raises(BadSettings, match=r"ImportError|ModuleNotFoundError"):
        regions(settings(tmp_path, "made.mmdb"))
