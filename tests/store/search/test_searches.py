"""Searches of each kind, on both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.anyio


def patient(name: str, **changes: Any) -> dict[str, Any]:
    family, _, given = name.partition(" ")
    return {
        "resourceType": "Patient",
        "id": changes.pop("id", family.lower()),
        "name": [{"family": family, "given": [given]}],
    } | changes


async def test_names_match_without_case_and_accents(shelf: Any) -> None:
    await shelf.put(patient("Müller Anna", id="a"), patient("MULLER Ben", id="b"), patient("Miller Carl", id="c"))

    assert await shelf.ids("Patient", ("family", "muller")) == ["a", "b"]
    assert await shelf.ids("Patient", ("name", "MÜL")) == ["a", "b"]
    assert await shelf.ids("Patient", ("family:exact", "Müller")) == ["a"]
    assert await shelf.ids("Patient", ("family:contains", "ller"), ("_sort", "given")) == ["a", "b", "c"]
