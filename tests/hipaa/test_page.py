"""docs/hipaa.md is what the register says, and says honestly what was not run."""

from pathlib import Path

from meridian.hipaa import page
from meridian.hipaa.register import load
from meridian.hipaa.results import NOT_RUN, Result, kind_of, of_tests, result
from meridian.ops.evidence import Kind

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    shown = (ROOT / "docs" / "hipaa.md").read_text(encoding="utf-8")

    assert shown == page.markdown(load(), {}), "run scripts/hipaa.py"


def test_every_result_is_of_a_test_that_is_named() -> None:
    assert set(of_tests()) <= set(load().evidence())
    assert set(of_tests().values()) <= {
        Result(came, one.on) for came in ("passed", "not run") for one in of_tests().values()
    }


def test_what_was_not_run_is_said_to_be_so() -> None:
    assert result("tests/nowhere.py", {}) == NOT_RUN
    assert result("meridian drill --last", {}) == NOT_RUN
    assert result("meridian backup --list", {"drill": Result("passed", "2026-01-01")}) == NOT_RUN


def test_what_an_installation_kept_is_shown_for_the_command_that_makes_it() -> None:
    kept = {"drill": Result("failed", "2026-01-01")}

    assert "failed 2026-01-01" in page.html(load(), kept)
    assert "failed" not in page.html(load(), {})
    assert {kind_of(one) for one in load().evidence()} - {""} <= set(Kind)


def test_every_row_stands_on_the_page() -> None:
    shown = page.markdown(load(), {})

    assert all(f"| {row.cite} **{row.name}**" in shown for row in load().rows.values())
