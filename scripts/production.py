"""
What `make production-check` looks at, one area a line, and how each went.

The areas are folders of tests, so that `make test`, which runs all tests anyway, tells the same lines from its own
report and runs nothing twice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Area:
    """A line of the table: its *title*, and the *tests* that make it up, folders or files."""

    title: str
    tests: tuple[str, ...]


AREAS = (
    Area("functions", ("tests/functions",)),
    Area(
        "adapters on moto",
        (
            "tests/identity/cognito", "tests/identity/contract", "tests/files", "tests/vault", "tests/post",
            "tests/jobs/test_handing.py", "tests/contract/test_handing.py", "tests/contract/test_rotated.py",
            "tests/cli/test_amazon.py", "tests/infra",
        ),
    ),
    Area("limits and fan-out on Redis", ("tests/counting", "tests/realtime/test_redis.py")),
    Area("own hosting: nginx", ("tests/deploy/test_edge.py",)),
    Area("own hosting: MariaDB, Redis", ("tests/deploy/test_mariadb.py", "tests/deploy/test_redis.py")),
    Area("own hosting: relay, gateway", ("tests/deploy/test_coturn.py", "tests/deploy/test_janus.py")),
    Area("own hosting: alarms", ("tests/deploy/test_prometheus.py", "tests/deploy/test_monitoring.py")),
    Area("own hosting: logs", ("tests/deploy/test_shipping.py", "tests/deploy/test_search.py")),
    Area(
        "own hosting: units, containers",
        ("tests/deploy/test_place.py", "tests/deploy/test_units.py", "tests/deploy/test_containers.py",
         "tests/deploy/test_store.py"),
    ),
    Area("several processes, rolling restart", ("tests/deploy/test_scaling.py",)),
    Area("backup and restore", ("tests/ops/backup", "tests/ops/downtime")),
    Area("workflows", ("tests/workflows",)),
    Area("observability", ("tests/telemetry", "tests/ops/test_figures.py")),
)  # fmt: skip


class Line(NamedTuple):
    """How an area went: tests that passed, failed and were left out, and their seconds, one after the other."""

    title: str
    passed: int
    failed: int
    left_out: int
    seconds: float

    @property
    def well(self) -> bool:
        """Whether something was tested and nothing failed."""
        return self.passed > 0 and not self.failed

    def __str__(self) -> str:
        """As it stands in the table."""
        state = "ok    " if self.well else "FAILED"
        left_out = f", {self.left_out} left out" if self.left_out else ""
        return f"  {state}  {self.title:<34} {self.seconds:7.1f} s  {self.passed} tests{left_out}"


def lines(report: Path, areas: Iterable[Area] = AREAS) -> list[Line]:
    """How each area went, from pytest's *report*; an area without a test in it did not go well."""
    cases = list(ET.parse(report).iter("testcase")) if report.is_file() else []  # noqa: S314  # our own
    return [_line(area, [case for case in cases if _within(area, case)]) for area in areas]


def _within(area: Area, case: ET.Element) -> bool:
    name = f"{case.get('classname', '')}."
    return any(name.startswith(f"{place.removesuffix('.py').replace('/', '.')}.") for place in area.tests)


def _line(area: Area, cases: list[ET.Element]) -> Line:
    failed = sum(any(case.find(kind) is not None for kind in ("failure", "error")) for case in cases)
    left_out = sum(case.find("skipped") is not None for case in cases)
    seconds = sum(float(case.get("time", 0)) for case in cases)
    return Line(area.title, len(cases) - failed - left_out, failed, left_out, seconds)
