"""
`make hipaa`: docs/hipaa.md from the register.

With `run`, the tests that the register names are run first, or those of them that are said behind it, and what came of
each is kept, with the day, in `src/meridian/hipaa/results.toml`; without it, the last run's are printed again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from bootstrap import ROOT

from meridian.hipaa import page, register, results

PAGE = ROOT / "docs" / "hipaa.md"
RESULTS = ROOT / "src" / "meridian" / "hipaa" / "results.toml"


def ran(tests: list[str]) -> dict[str, str]:
    """What came of each of *tests*: `passed`, `failed`, or `not run` when all of it was skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        whole = sorted({one.partition("::")[0] for one in tests})
        words = ["-q", "-p", "no:randomly", f"--junitxml={report}", "-o", "junit_family=xunit1", *whole]
        subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False)  # noqa: S603  # our own
        cases = [
            (case.get("file", ""), case.get("name", "").partition("[")[0], {part.tag for part in case})
            for case in ET.parse(report).iter("testcase")  # noqa: S314  # pytest has just written it
        ]
    return {test: _came([tags for file, name, tags in cases if _is(test, file, name)]) for test in tests}


def _is(test: str, file: str, name: str) -> bool:
    path, _, wanted = test.partition("::")
    return file == path and wanted in ("", name)


def _came(cases: list[set[str]]) -> str:
    if any(tags & {"failure", "error"} for tags in cases):
        return "failed"
    return "passed" if any("skipped" not in tags for tags in cases) else "not run"


def keep(came: dict[str, str], named: list[str]) -> None:
    """Write the results of today beside those of tests that are still *named* and were not run now."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    known = {**results.of_tests(), **{test: results.Result(word, today) for test, word in came.items()}}
    lines = [f'"{test}" = ["{known[test].came}", "{known[test].on}"]\n' for test in named if test in known]
    head = "# What came of the tests that the register names, and when. Written by scripts/hipaa.py run.\n"
    RESULTS.write_text(head + "".join(lines), "utf-8")


def main() -> int:
    """Run, if asked to; then print."""
    found = register.load()
    if sys.argv[1:2] == ["run"]:
        named = [one for one in found.evidence() if one.startswith("tests/")]
        keep(ran([one for one in named if not sys.argv[2:] or one in sys.argv[2:]]), named)
        results.of_tests.cache_clear()
    PAGE.write_text(page.markdown(found, {}), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(found.rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
