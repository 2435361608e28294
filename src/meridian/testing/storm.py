"""
A storm of writes on a server, which remembers what was acknowledged.

Creates, updates and transactions from many connections at once, until somebody stops it or enough was acknowledged.
"""

import asyncio
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from meridian.testing.served import FHIR, Answer, Line, Served

WHOLE = 4
"""Resources of each transaction, which bear its name."""


@dataclass
class Storm:
    """
    What came of it.

    Args:
        name: Begins the name of everything it writes.
        acknowledged: Versions that the server said were written, as `Type/id/_history/n`.
        whole: Names of transactions that were acknowledged.
        refused: Statuses of what was not, and how often.
        cut: Requests whose answer never came.
    """

    name: str
    acknowledged: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    refused: dict[int, int] = field(default_factory=dict)
    cut: int = 0
    stopped: bool = False
    details: set[str] = field(default_factory=set)

    async def rage(
        self, servers: Sequence[Served], connections: int, *, enough: int, until_stopped: bool = False
    ) -> None:
        """
        Write.

        Args:
            servers: In turn, for each connection.
            connections: How many write at the same time.
            enough: Acknowledged versions after which each stops, unless *until_stopped*.
            until_stopped: Go on until `stopped` is set, through refusals and cut connections.
        """
        limit = None if until_stopped else enough
        await asyncio.gather(*(self._one(Line(servers[n % len(servers)]), n, limit) for n in range(connections)))

    async def _one(self, line: Line, number: int, enough: int | None) -> None:
        last: tuple[str, int] | None = None
        for turn in itertools.count():
            if self.stopped or (enough is not None and len(self.acknowledged) >= enough):
                break
            name = f"{self.name}-{number}-{turn}"
            try:
                last = await self._write(line, name, turn + number, last)
            except (OSError, EOFError):
                self.cut += 1
                if enough is not None:
                    break
                await asyncio.sleep(0.05)
        line.close()

    async def _write(self, line: Line, name: str, turn: int, last: tuple[str, int] | None) -> tuple[str, int] | None:
        if turn % 3 == 0:
            answer = await line.ask("POST", FHIR, json.dumps(transaction(name)).encode())
            if answer.status == 200:  # noqa: PLR2004  # OK
                self.whole.add(name)
                told = (entry["response"]["location"] for entry in answer.json["entry"])
                self.acknowledged.update(told)
            else:
                await self._refuse(answer)
            return last
        if turn % 3 == 1 or last is None:
            answer = await line.ask("POST", f"{FHIR}/Patient", json.dumps(patient(name)).encode())
        else:
            body = patient(name) | {"id": last[0]}
            answer = await line.ask("PUT", f"{FHIR}/Patient/{last[0]}", json.dumps(body).encode())
        if answer.status not in {200, 201}:
            await self._refuse(answer)
            return last
        said = answer.json
        version = said["meta"]["versionId"]
        self.acknowledged.add(f"Patient/{said['id']}/_history/{version}")
        return said["id"], int(version)

    async def _refuse(self, answer: Answer) -> None:
        self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
        self.details.add(answer.problems)
        await asyncio.sleep(0.02)


def patient(name: str) -> dict[str, Any]:
    """A Patient of that family name, with an identifier and a birth date to index."""
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example:storm", "value": name}],
        "name": [{"family": name, "given": ["Gale"]}],
        "birthDate": "1980-02-29",
    }


def transaction(name: str) -> dict[str, Any]:
    """A Patient and three Observations of theirs, which belong together."""
    subject = {"reference": "urn:uuid:6a1f0c54-0000-4000-8000-000000000001"}
    entries: list[dict[str, Any]] = [
        {"fullUrl": subject["reference"], "resource": patient(name), "request": {"method": "POST", "url": "Patient"}}
    ]
    for value in range(WHOLE - 1):
        reading = {"resourceType": "Observation", "status": "final", "code": {"text": name}, "subject": subject,
                   "valueQuantity": {"value": value}}  # fmt: skip
        entries.append({"resource": reading, "request": {"method": "POST", "url": "Observation"}})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def name_of(body: dict[str, Any]) -> str:
    """The name that a resource of a storm bears; empty for others."""
    names = body.get("name")
    if body.get("resourceType") == "Patient" and names:
        return str(names[0].get("family", ""))
    return str(body.get("code", {}).get("text", "")) if body.get("resourceType") == "Observation" else ""
