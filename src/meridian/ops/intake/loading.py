"""
Resources into one organisation, in large transactions, and no resource twice.

A `Door` is what stands between an import and the records: `doors.Through` writes through the one door, and
`doors.Rehearsal` (`--dry-run`) only looks. What says what is there already makes no new version.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from meridian.faults import Fault, Malformed, Unavailable
from meridian.fhir import definitions
from meridian.fhir.types import SUPPORTED
from meridian.ops.intake import linking
from meridian.ops.intake.outcome import Outcome
from meridian.ops.intake.reading import Item, Trouble, troubles, units
from meridian.ops.intake.sources import Document

BATCH = 500
"""Resources of one transaction."""
AT_ONCE = 2
"""Transactions under way: while one is written the next is read and checked."""

Key: TypeAlias = tuple[str, str]
"""Type and logical id."""

_place = re.compile(r"Bundle\.entry\[(\d+)\](?:\.resource)?\.?").match


class Door(Protocol):
    """The records of one organisation, as an import needs them."""

    async def find(self, resource_type: str, system: str, value: str) -> str | None:
        """Logical id of the resource with that identifier."""

    async def write(self, resources: list[dict[str, Any]]) -> list[str]:
        """
        Store all or none, each under its own id; what each became: `created`, `updated` or `unchanged`.

        Raises:
            Fault: With issues whose places begin with `Bundle.entry[n]`, *n* counting *resources*.
        """


@dataclass
class Loader:
    """
    One import.

    Args:
        door: Where resources go.
        refuse: Is told of each thing that could not be imported.
        tick: Is told the counts after every batch.
        outcome: The counts so far.
    """

    door: Door
    refuse: Callable[[Trouble], None]
    tick: Callable[[Outcome], None] = lambda _: None
    outcome: Outcome = field(default_factory=Outcome)
    _batch: dict[Key, Item] = field(default_factory=dict)
    _under_way: "deque[tuple[dict[Key, Item], asyncio.Task[None]]]" = field(default_factory=deque)
    _stand_ins: dict[Key, str] = field(default_factory=dict)
    _known: dict[tuple[str, str, str], str] = field(default_factory=dict)

    async def load(self, documents: Iterable[Document]) -> Outcome:
        """
        Import everything in *documents*.

        Raises:
            Malformed: If a file is damaged; what came before it has been imported.
            Unavailable: If the records cannot be written any more; likewise.
        """
        try:
            for document in documents:
                self.outcome.files += 1
                for items, refused in units(document):
                    for trouble in refused:
                        self._refused(trouble)
                    await self.add(items)
        except Malformed:
            await self.finish()
            raise
        return await self.finish()

    async def finish(self) -> Outcome:
        """Write what is left over; the counts."""
        try:
            await self._flush(leave=0)
        finally:
            await asyncio.gather(*(task for _, task in self._under_way), return_exceptions=True)
        return self.outcome

    async def add(self, items: list[Item]) -> None:
        """Take in one unit."""
        items = [item for item in items if self._known_type(item)]
        for item in items:
            linking.settle(item)
            await self._meet(item)
        linking.link(items, lambda kind, identity: self._stand_ins.get((kind, identity), identity))
        for item in items:
            key = (str(item.resource.get("resourceType")), str(item.resource["id"]))
            if key in self._stand_ins:
                self.outcome.count(key[0], "unchanged")
                continue
            if key in self._batch or any(key in batch for batch, _ in self._under_way):
                await self._flush(leave=0)
            self._batch[key] = item
            if len(self._batch) >= BATCH:
                await self._flush(leave=AT_ONCE - 1)

    def _known_type(self, item: Item) -> bool:
        kind = item.resource.get("resourceType")
        if isinstance(kind, str) and kind in SUPPORTED:
            return True
        shown = kind if isinstance(kind, str) and definitions.is_resource(kind) else "This"
        self._blame(item, [Trouble("", "", "resourceType", f"{shown} is not a type that is kept here")])
        return False

    async def _meet(self, item: Item) -> None:
        """Learn which resource stands for one that other Bundles bring as well."""
        kind, identity = str(item.resource.get("resourceType")), str(item.resource["id"])
        if kind not in linking.SHARED and not item.once:
            return
        for system, value in linking.keys(item.resource):
            mark = (kind, system, value)
            first = self._known.get(mark) or await self.door.find(kind, system, value) or identity
            self._known[mark] = first
            if first != identity:
                self._stand_ins[kind, identity] = first
                return

    async def _flush(self, *, leave: int) -> None:
        """Begin to write the batch, and wait until at most *leave* are under way."""
        batch, self._batch = self._batch, {}
        if batch:
            self._under_way.append((batch, asyncio.create_task(self._write(list(batch.values())))))
            await asyncio.sleep(0)  # it begins now: batches stay in their order
        while len(self._under_way) > leave:
            await self._under_way.popleft()[1]

    async def _write(self, items: list[Item]) -> None:
        for item, became in await self._written(items):
            self.outcome.count(item.resource["resourceType"], became)
        self.tick(self.outcome)

    async def _written(self, items: list[Item]) -> list[tuple[Item, str]]:
        """Write *items* but those that are refused; those that were written, and what each became."""
        while items:
            try:
                became = await self.door.write([item.resource for item in items])
            except Unavailable:
                raise
            except Fault as fault:
                bad = _blamed(fault, len(items))
                if not bad:
                    return await self._apart(items, fault)
                for number in bad:
                    self._blame(items[number], bad[number])
                items = [item for number, item in enumerate(items) if number not in bad]
            else:
                return list(zip(items, became, strict=True))
        return []

    async def _apart(self, items: list[Item], fault: Fault) -> list[tuple[Item, str]]:
        """A fault that names no entry: halve until it is alone."""
        if len(items) == 1:
            self._blame(items[0], troubles("", "", fault))
            return []
        middle = len(items) // 2
        return await self._written(items[:middle]) + await self._written(items[middle:])

    def _blame(self, item: Item, found: list[Trouble]) -> None:
        self.outcome.refused += 1
        for trouble in found:
            self.refuse(Trouble(item.file, item.entry, trouble.element, trouble.problem))

    def _refused(self, trouble: Trouble) -> None:
        self.outcome.refused += 1
        self.refuse(trouble)


def _blamed(fault: Fault, size: int) -> dict[int, list[Trouble]]:
    """The issues of a transaction by the entry they are about; empty when one of them names none."""
    found: dict[int, list[Trouble]] = {}
    for issue in fault.issues:
        match = _place(issue.place)
        number = int(match[1]) if match else size
        if match is None or number >= size:
            return {}
        found.setdefault(number, []).append(Trouble("", "", issue.place[match.end() :], issue.text))
    return found
