"""Running several plans as one, so that rows for the same table go in one statement."""

from collections.abc import Sequence
from typing import Any

from meridian.store.plan import Many, Plan, Step


def together(plans: Sequence[Plan[None]]) -> Plan[None]:
    """
    Run *plans*, none of which needs what another does.

    The `Many` steps that each begins with are gathered by statement and done first; then each goes on by itself.
    """
    gathered: dict[str, list[Sequence[Any]]] = {}
    waiting: list[tuple[Plan[None], Step]] = []
    for plan in plans:
        step = next(plan, None)
        while isinstance(step, Many):
            gathered.setdefault(step.sql, []).extend(step.rows)
            step = next(plan, None)
        if step is not None:
            waiting.append((plan, step))
    for sql, rows in gathered.items():
        yield Many(sql, rows)
    for plan, step in waiting:
        yield from _onward(plan, step)


def _onward(plan: Plan[None], step: Step) -> Plan[None]:
    """The rest of a plan that has already yielded *step*."""
    try:
        while True:
            answer = yield step
            step = plan.send(answer)
    except StopIteration:
        return
