"""`make test`: everything, on real servers; what could not be run stands at the end, where it cannot be overlooked."""

from __future__ import annotations

import os
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter

from bootstrap import ROOT
from parts import Part, npm, run_parts, summary
from production import lines
from retelling import told_again
from run_checks import CHECKS
from services import SERVICES, in_ci, provide

REPORTS = {name: ROOT / ".cache" / f"tests-{name}.xml" for name in ("Python", "journeys")}
WORKERS = str(min(os.cpu_count() or 1, 8))

PYTEST = ("pytest", "-q", "--dist=worksteal", "-n")
"""Each worker has a stretch of files and so few of their servers; whoever is done takes from the others."""
ONE_MORE = str(int(WORKERS) + 1)
"""Of the Python tests many wait for a server to start, end or give up; one worker more than cores fills that time."""

# by themselves: Playwright keeps an event loop running, beside which asynchronous tests cannot
JOURNEYS = Part("journeys", (*PYTEST, WORKERS, "tests/journeys", f"--junitxml={REPORTS['journeys']}"))
PYTHON = Part("Python", (*PYTEST, ONE_MORE, "--ignore=tests/journeys", f"--junitxml={REPORTS['Python']}"))
TESTS = {PYTHON: REPORTS["Python"], JOURNEYS: REPORTS["journeys"]}
VERIFY = Part(
    "threat model, attacked", ("python", "-m", "meridian.testing.rehearsing"), codes=(0,) if in_ci() else (0, 3)
)
"""As `make verify`: 3 says that a server to attack it on is not on this machine, which its table tells."""
INFRA = Part("infrastructure (AWS)", ("make", "--silent", "infra"))
BESIDE = [*CHECKS, npm("portal tests", "test"), INFRA]


def skipped() -> Counter[str]:
    """Why tests were left out, each reason with its number of tests."""
    written = [report for report in REPORTS.values() if report.is_file()]
    return Counter(
        skip.get("message", "no reason given")
        for report in written
        for skip in ET.parse(report).iter("skipped")  # noqa: S314  # our own
    )


def main() -> int:
    """Run the tests; 1 when one failed or, in CI, when something could not be tested."""
    gaps = provide()
    for report in REPORTS.values():
        report.unlink(missing_ok=True)
    began = time.monotonic()
    well = summary(told_again(run_parts([PYTHON, VERIFY, JOURNEYS], BESIDE), TESTS))
    print(f"  in all {time.monotonic() - began:37.1f} s")
    production = lines(REPORTS["Python"])
    print("\n── Production, of the same run")
    for line in production:
        print(line)
    well = well and all(line.well for line in production)
    left_out = skipped()
    for why, count in left_out.most_common():
        print(f"  left out  {count:4} tests: {why}")
    for service in gaps:
        print(f"\n!!  NOT TESTED with {service.name}: it is not on this machine, and only root can install it.")
        print(f"!!  apt install {' '.join(service.packages)}")
    untested = bool(gaps) or any(s.name.lower() in why.lower() for why in left_out for s in SERVICES)
    if untested and in_ci():
        print("\nCI: what was not tested counts as failed.")
        return 1
    print(f"\n{'All tests passed' if well else 'TESTS FAILED'}{', with gaps (see above)' if untested else ''}.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
