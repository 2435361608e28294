"""
An engine in read-only mode: records are read as ever and nothing of them is changed.

A read still has its audit entry first, and people still sign in and out: those writes pass, and every other is refused
before it is done, whoever asks: a request, a socket, a job. So read-only is not without the log. Where the database
takes no write at all (it is full, it is away, it is another's replica), no read can be recorded and none is answered:
then the clinic works from its downtime packet.

Source: the house's fourth decision, recorded before answered; 45 CFR 164.308(a)(7)(ii)(C), emergency mode operation.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from meridian.faults import ReadOnly
from meridian.store.dialect import writes
from meridian.store.engine import Engine, Recorded, Sequencer, Told
from meridian.store.plan import Change, Many, Plan, Query

T = TypeVar("T")

MAY_CHANGE = frozenset({
    "attempt", "credential", "known_device", "passkey", "pending_sign_in", "pool_session", "pool_user", "recovery_code",
    "refresh_token", "session", "signing_key", "totp",  # signing in and out
    "emergency",  # ending emergency access; beginning it writes a Task, which is refused
    "audit_checkpoint", "document_link",  # signing the log; opening a document that may be read
    "known_region", "sample", "watched",  # the platform's watch over itself
})  # fmt: skip
"""Tables whose rows are no record: without them nobody could sign in to read."""
SIGNED_IN = "UPDATE program SET used = ? "
"""How a program's signing in is noted; nothing else about it may change."""
_TABLE = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+IGNORE)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)", re.IGNORECASE
)


class ReadOnlyEngine:
    """An `Engine` in front of *engine* that lets no record be changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect

    @property
    def sequencer(self) -> Sequencer | None:
        """Of the engine behind it."""
        return self._engine.sequencer

    @sequencer.setter
    def sequencer(self, given: Sequencer | None) -> None:
        self._engine.sequencer = given

    @property
    def told(self) -> Told | None:
        """Of the engine behind it."""
        return self._engine.told

    @told.setter
    def told(self, given: Told | None) -> None:
        self._engine.told = given

    @property
    def recorded(self) -> Recorded | None:
        """Of the engine behind it."""
        return self._engine.recorded

    @recorded.setter
    def recorded(self, given: Recorded | None) -> None:
        self._engine.recorded = given

    async def open(self) -> None:
        """Connect."""
        await self._engine.open()

    async def close(self) -> None:
        """Let go."""
        await self._engine.close()

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """Run a plan of queries only."""
        return await self._engine.read(plan)

    async def write(self, plan: Callable[[], Plan[T]]) -> T:
        """
        Run a plan that records, or signs somebody in.

        Raises:
            ReadOnly: If it would change a record.
        """
        return await self._engine.write(lambda: _guarded(plan()))


def _guarded(plan: Plan[T]) -> Plan[T]:
    """*plan*, whose changes are looked at before they are done."""
    answer: Any = None
    fault: BaseException | None = None
    try:
        while True:
            step = plan.send(answer) if fault is None else plan.throw(fault)
            answer = fault = None
            if isinstance(step, (Change, Many)) or (isinstance(step, Query) and writes(step.sql)):
                _check(step.sql)
            try:
                answer = yield step
            except Exception as wrong:  # noqa: BLE001  # whatever the engine tells it, the plan is to hear
                fault = wrong
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        plan.close()


def _check(sql: str) -> None:
    if sql.startswith(SIGNED_IN):
        return
    found = _TABLE.match(sql)
    if found is None or found[1].lower() not in MAY_CHANGE:
        raise ReadOnly("Meridian is in read-only mode: records can be read, and nothing can be changed")
