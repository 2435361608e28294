"""Tasks of staff that were kept before they were withheld from their patient (migration 0014) get the label for it."""

from typing import Final

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.fhir.codec import decode
from meridian.fhir.ours import NOPAT, STAFF_TASKS, TASK

UNLABELLED: Final = "tasks-unlabelled"
"""Topic: an organisation may have such Tasks."""

_AT_ONCE: Final = 100
_ASKED: Final = [
    ("code", ",".join(f"{TASK}|{kind}" for kind in sorted(STAFF_TASKS))),
    ("_security:not", f"{NOPAT['system']}|{NOPAT['code']}"),
    ("_count", str(_AT_ONCE)),
]


async def label(chart: Chart) -> None:
    """Label them, some at a turn; a second time finds none."""
    while found := [decode(one.body)["id"] for one in (await chart.search("Task", _ASKED)).matches]:
        await chart.work("Task/$withhold", lambda work, some=found: _labelled(work, some), what="Task")  # type: ignore[misc]  # a default binds them


def _labelled(work: Work, tasks: list[str]) -> Plan[None]:
    for one in tasks:
        yield from work.change("Task", one, _withheld)


def _withheld(present: Resource) -> Resource:
    meta = present.setdefault("meta", {})
    meta["security"] = [*meta.get("security", ()), dict(NOPAT)]
    return present
