"""
Tests that failed beside others, told once more by themselves.

Two cores that carry two browsers, two clinics and a compiler now and then make one thing late, and what it was late for
fails. What passes with nothing beside it counts, and is named, so that nobody takes it for good; what fails twice has
failed, and so have more than a few.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from parts import Part, Result, run_parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST = 6
"""Tests of a part that may be told again; more of them are no accident of a busy machine."""


def told_again(results: list[Result], reports: Mapping[Part, Path]) -> list[Result]:
    """
    The *results*, with what failed of the parts that have *reports* (pytest's XML) told once more.

    A report whose failures all passed by themselves says so afterwards.
    """
    told: list[Result] = []
    for result in results:
        names = _failed(reports[result.part]) if result.part in reports and not result.well else []
        if not 0 < len(names) <= MOST:
            told.append(result)
            continue
        [again] = run_parts([Part(f"{result.part.title} that failed, alone", ("pytest", "-q", "-n0", *names))])
        for name in names:
            print(f"  !!  {'passed by itself only' if again.well else 'told twice'}: {name}")
        if again.well:
            _settle(reports[result.part])
        told += [result._replace(well=again.well), again]
    return told


def _failed(report: Path) -> list[str]:
    """What failed, as pytest is asked for it."""
    return [
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for case in (ET.parse(report).iter("testcase") if report.is_file() else ())  # noqa: S314  # our own
        if _faults(case)
    ]


def _settle(report: Path) -> None:
    """Take the failures out of a *report*."""
    tree = ET.parse(report)  # noqa: S314  # our own
    for case in tree.iter("testcase"):
        for fault in _faults(case):
            case.remove(fault)
    tree.write(report)


def _faults(case: ET.Element) -> list[ET.Element]:
    return [fault for fault in case if fault.tag in {"failure", "error"}]
