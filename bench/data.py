"""
What the clinic of the benchmark holds: Synthea's patients where the shared test data are at hand, else the demo clinic.

The figures of the two are not to be compared: Synthea's patients have longer records.
"""

import json
import tarfile
import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from meridian.fhir.codec import encode
from meridian.ops.demo.clinic import clinic, record
from meridian.ops.demo.organisations import ORGANISATIONS
from meridian.ops.demo.roster import roster

Resource: TypeAlias = dict[str, Any]

DISK = Path("/var/tmp")  # noqa: S108  # folders of our own are made in it
"""Where temporary files are on a disk, not in memory: durability is part of what is measured."""
SYNTHEA = Path(__file__).resolve().parents[2] / "shared" / "data" / "synthea" / "synthea-r4-48-patients.tar.xz"
MOMENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""For which the demo clinic is made; any would do."""
ABOUT = 100
"""Resources of the transaction."""


@dataclass(frozen=True, slots=True)
class Data:
    """
    What is measured with.

    Args:
        name: What it is, for people.
        path: What `meridian import` is given.
        transaction: A transaction Bundle of about 100 resources.
    """

    name: str
    path: Path
    transaction: Resource


def data(folder: Path) -> Data:
    """The data at hand; the demo clinic is written into *folder*."""
    if SYNTHEA.is_file():
        return Data("48 patients of Synthea", SYNTHEA, _about_a_hundred(_bundles()))
    path = folder / "demo.ndjson"
    first = ORGANISATIONS[0]
    path.write_bytes(b"\n".join(encode(one) for organisation, one in clinic(MOMENT) if organisation is first))
    return Data("the demo clinic (Synthea's patients are not at hand)", path, _of_demo())


def _about_a_hundred(bundles: list[Resource]) -> Resource:
    return min(bundles, key=lambda bundle: abs(len(bundle["entry"]) - ABOUT))


def _bundles() -> list[Resource]:
    with tarfile.open(SYNTHEA) as archive, tempfile.TemporaryDirectory() as name:
        archive.extractall(name, filter="data")
        return [json.loads(path.read_bytes()) for path in sorted(Path(name).rglob("*.json"))]


def _of_demo() -> Resource:
    """The beginning of a patient's record, as a transaction that creates it once more."""
    life = next(one for one in roster(MOMENT.date()) if one.organisation is ORGANISATIONS[0])
    resources = list(islice(record(life, 0, MOMENT), ABOUT))
    urls = {f"{one['resourceType']}/{one['id']}": f"urn:uuid:{uuid.uuid4()}" for one in resources}
    entries = [
        {
            "fullUrl": urls[f"{one['resourceType']}/{one['id']}"],
            "resource": {key: value for key, value in one.items() if key != "id"},
            "request": {"method": "POST", "url": one["resourceType"]},
        }
        for one in resources
    ]
    text = encode({"resourceType": "Bundle", "type": "transaction", "entry": entries}).decode()
    for reference, url in urls.items():
        text = text.replace(f'"{reference}"', f'"{url}"')
    bundle: Resource = json.loads(text)
    return bundle
