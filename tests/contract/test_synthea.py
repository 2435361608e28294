"""Real input: transaction bundles of made-up patients, stored and read back without loss."""

import copy
import tarfile
from pathlib import Path
from typing import Any

import pytest

from meridian.fhir import references
from meridian.fhir.codec import decode
from meridian.store.engine import Engine
from meridian.store.records import Operation, Records, Written
from meridian.store.scope import Reach, Scope

pytestmark = [pytest.mark.anyio, pytest.mark.data]

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
BUNDLES = 4


@pytest.fixture(scope="module")
def bundles(shared_data: Path) -> list[dict[str, Any]]:
    found = []
    with tarfile.open(shared_data / "synthea" / "synthea-r4-48-patients.tar.xz") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None and member.name.endswith(".json"):
                found.append(decode(file.read()))
            if len(found) == BUNDLES:
                break
    return found


async def test_bundles_are_stored_and_read_back_equal_but_for_ids_and_meta(
    engine: Engine, records: Records, bundles: list[dict[str, Any]]
) -> None:
    for bundle in bundles:
        entries = bundle["entry"]
        operations = [
            Operation("create", entry["resource"]["resourceType"], resource=entry["resource"], link=entry["fullUrl"])
            for entry in entries
        ]
        done = await engine.write(lambda: records.transaction(lambda _: ALL, operations))  # noqa: B023  # awaited at once

        written = [one.stored for one in done if isinstance(one, Written)]
        targets = {entry["fullUrl"]: f"{one.type}/{one.id}" for entry, one in zip(entries, written, strict=True)}
        for entry, one in zip(entries, written, strict=True):
            stored = await engine.read(lambda: records.read(ALL, one.type, one.id))  # noqa: B023  # awaited at once
            expected = copy.deepcopy(entry["resource"])
            references.rewrite(expected, targets)
            assert plain(decode(stored.body)) == plain(expected)
        patient = next(one for one in written if one.type == "Patient")
        whole = await engine.read(lambda: records.everything(ALL, patient.id))  # noqa: B023  # awaited at once
        assert {(one.type, one.id) for one in whole.entries} == {(one.type, one.id) for one in written}


def plain(resource: dict[str, Any]) -> dict[str, Any]:
    """*resource* without what the server says of it."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in {"versionId", "lastUpdated"}}
    return {name: value for name, value in resource.items() if name not in {"id", "meta"}} | (
        {"meta": meta} if meta else {}
    )
