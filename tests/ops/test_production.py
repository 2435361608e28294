"""The table of `make production-check`: each area tells how it went, and none that was not tested looks well."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPORT = """<testsuites><testsuite>
<testcase classname="tests.one.test_a" name="x" time="1.5"/>
<testcase classname="tests.one.test_a" name="y" time="0.5"><skipped message="no"/></testcase>
<testcase classname="tests.two.test_b" name="x" time="2"><failure>no</failure></testcase>
<testcase classname="tests.two.test_c.TestC" name="x" time="3"/>
<testcase classname="tests.twofold.test_d" name="x" time="9"/>
</testsuite></testsuites>"""


@pytest.fixture(scope="module")
def production() -> ModuleType:
    spec = importlib.util.spec_from_file_location("production", ROOT / "scripts" / "production.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (("tests/one",), "  ok      area                                   2.0 s  1 tests, 1 left out"),
        (("tests/two",), "  FAILED  area                                   5.0 s  1 tests"),
        (("tests/two/test_c.py",), "  ok      area                                   3.0 s  1 tests"),
        (("tests/none",), "  FAILED  area                                   0.0 s  0 tests"),
    ],
)
def test_each_area_tells_how_it_went(
    production: ModuleType, tmp_path: Path, places: tuple[str, ...], told: str
) -> None:
    (tmp_path / "report.xml").write_text(REPORT)

    [line] = production.lines(tmp_path / "report.xml", [production.Area("area", places)])

    assert str(line) == told


def test_where_there_is_no_report_nothing_went_well(production: ModuleType, tmp_path: Path) -> None:
    assert not any(line.well for line in production.lines(tmp_path / "none.xml"))


def test_every_test_of_own_hosting_is_in_an_area_and_every_area_has_tests(production: ModuleType) -> None:
    places = [place for area in production.AREAS for place in area.tests]

    assert [place for place in places if not (ROOT / place).exists()] == []
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "tests/deploy").glob("test_*.py")} <= set(places)
    assert len(places) == len(set(places))
