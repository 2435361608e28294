"""
Resources into one organisation, in large transactions, and no resource twice.

A `Door` is what stands between an import and the records: `chart_door` writes through the one door, and a rehearsal
(`--dry-run`) has one that only looks. What is there already, but for the server's own `meta`, is not written again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import msgspec

from meridian.faults import Fault, Unavailable
from meridian.fhir import codec
from meridian.ops.intake import linking
from meridian.ops.intake.outcome import Outcome
from meridian.ops.intake.reading import Item, Trouble, troubles, units
from meridian.ops.intake.sources import Document

BATCH = 500
"""Resources of one transaction."""

Key: TypeAlias = tuple[str, str]
"""Type and logical id."""

_place = re.compile(r"Bundle\.entry\[(\d+)\](?:\.resource)?\.?").match
_canonical = msgspec.json.Encoder(order="sorted", decimal_format="number")


class Door(Protocol):
    """The records of one organisation, as an import needs them."""

    async def find(self, resource_type: str, system: str, value: str) -> str | None:
        """Logical id of the resource with that identifier."""

    async def present(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """What is stored of *keys* now: JSON with its `meta`."""

    async def write(self, resources: list[dict[str, Any]]) -> None:
        """
        Store all or none, each under its own id.

        Raises:
            Fault: With issues whose places begin with `Bundle.entry[n]`, *n* counting *resources*.
        """


def same(stored: bytes, resource: dict[str, Any]) -> bool:
    """Whether *resource* says what is stored already; of `meta` the server's own parts do not count."""
    return _canonical.encode(_plain(codec.decode(stored))) == _canonical.encode(_plain(resource))


def _plain(resource: dict[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in resource.get("meta", {}).items() if key not in ("versionId", "lastUpdated")}
    rest = {key: value for key, value in resource.items() if key != "meta"}
    return rest | ({"meta": meta} if meta else {})


@dataclass
class Loader:
    """
    One import.

    Args:
        door: Where resources go.
        refuse: Is told of each thing that could not be imported.
        tick: Is called after every batch.
        outcome: The counts so far.
    """

    door: Door
    refuse: Callable[[Trouble], None]
    tick: Callable[[], None] = lambda: None
    outcome: Outcome = field(default_factory=Outcome)
    _batch: dict[Key, Item] = field(default_factory=dict)
    _stand_ins: dict[Key, str] = field(default_factory=dict)
    _known: dict[tuple[str, str, str], str] = field(default_factory=dict)

    async def load(self, documents: Iterable[Document]) -> Outcome:
        """
        Import everything in *documents*.

        Raises:
            Malformed: If a file is damaged; what came before it has been imported.
            Unavailable: If the records cannot be written any more; likewise.
        """
        for document in documents:
            self.outcome.files += 1
            for items, refused in units(document):
                for trouble in refused:
                    self._refused(trouble)
                await self.add(items)
        return await self.finish()

    async def finish(self) -> Outcome:
        """Write what is left over; the counts."""
        await self._flush()
        return self.outcome

    async def add(self, items: list[Item]) -> None:
        """Take in one unit."""
        for item in items:
            linking.settle(item)
            await self._meet(item)
        linking.link(items, lambda kind, identity: self._stand_ins.get((kind, identity), identity))
        for item in items:
            key = (str(item.resource.get("resourceType")), str(item.resource["id"]))
            if key in self._stand_ins:
                self.outcome.unchanged[key[0]] += 1
                continue
            if key in self._batch:
                await self._flush()
            self._batch[key] = item
            if len(self._batch) >= BATCH:
                await self._flush()

    async def _meet(self, item: Item) -> None:
        """Learn which resource stands for one that other Bundles bring as well."""
        kind, identity = str(item.resource.get("resourceType")), str(item.resource["id"])
        if kind not in linking.SHARED:
            return
        for system, value in linking.keys(item.resource):
            mark = (kind, system, value)
            first = self._known.get(mark) or await self.door.find(kind, system, value) or identity
            self._known[mark] = first
            if first != identity:
                self._stand_ins[kind, identity] = first
                return

    async def _flush(self) -> None:
        batch, self._batch = self._batch, {}
        if not batch:
            return
        stored = await self.door.present(batch)
        todo: list[Item] = []
        for key, item in batch.items():
            if key in stored and same(stored[key], item.resource):
                self.outcome.unchanged[key[0]] += 1
            else:
                todo.append(item)
        for item in await self._written(todo):
            kind, identity = item.resource["resourceType"], item.resource["id"]
            counts = self.outcome.changed if (kind, identity) in stored else self.outcome.created
            counts[kind] += 1
        self.tick()

    async def _written(self, items: list[Item]) -> list[Item]:
        """Write *items* but those that are refused; gives those that were written."""
        while items:
            try:
                await self.door.write([item.resource for item in items])
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
                break
        return items

    async def _apart(self, items: list[Item], fault: Fault) -> list[Item]:
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
