"""
`make production-check`: all that the platform needs in production, run here, and one line for each part of it.

Tests of the areas of `production.AREAS`, and beside them `make infra`. Ends with 1 when a part did not go well.
"""

from __future__ import annotations

import sys
import time

from bootstrap import ROOT
from parts import Part, run_parts
from production import AREAS, lines
from run_tests import INFRA, WORKERS
from services import provide

REPORT = ROOT / ".cache" / "tests-production.xml"


def main() -> int:
    """Run, and tell."""
    gaps = provide()
    REPORT.unlink(missing_ok=True)
    began = time.monotonic()
    there = [place for area in AREAS for place in area.tests if (ROOT / place).exists()]
    run = Part("tests", ("pytest", "-n", WORKERS, "-q", f"--junitxml={REPORT}", *there))
    results = {one.part: one for one in run_parts([run], [INFRA])}
    told = lines(REPORT)
    print("\n── Production")
    for line in told:
        print(line)
    drawing = results[INFRA]
    print(f"  {'ok    ' if drawing.well else 'FAILED'}  {INFRA.title:<34} {drawing.seconds:7.1f} s")
    print(f"  in all {time.monotonic() - began:43.1f} s")
    for service in gaps:
        print(f"!!  NOT TESTED with {service.name}: apt install {' '.join(service.packages)}")
    return 0 if drawing.well and results[run].well and all(line.well for line in told) and not gaps else 1


if __name__ == "__main__":
    sys.exit(main())
