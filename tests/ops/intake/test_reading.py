import gzip
import io
import json
from typing import IO, Any, cast

from meridian.ops.intake.reading import Item, Trouble, units
from meridian.ops.intake.sources import Document

PATIENT = {"resourceType": "Patient", "id": "a"}


def read(name: str, body: bytes) -> tuple[list[Item], list[Trouble]]:
    found = list(units(Document(name, io.BytesIO(body))))
    return [item for items, _ in found for item in items], [one for _, troubles in found for one in troubles]


def bundle(kind: str, *entries: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


def test_a_bundle_gives_its_resources_with_their_places() -> None:
    body = bundle("transaction", {"fullUrl": "urn:uuid:1", "resource": PATIENT}, {"resource": PATIENT})

    items, troubles = read("b.json", body)

    assert [(one.entry, one.full_url) for one in items] == [("Bundle.entry[0]", "urn:uuid:1"), ("Bundle.entry[1]", "")]
    assert troubles == []


def test_a_single_resource_is_a_document_too() -> None:
    [item], _ = read("p.json", json.dumps(PATIENT).encode())

    assert item.resource == PATIENT


def test_an_entry_without_a_resource_does_not_stop_its_neighbours() -> None:
    items, [trouble] = read("b.json", bundle("batch", {}, {"resource": PATIENT}))

    assert len(items) == 1
    assert (trouble.file, trouble.element) == ("b.json", "Bundle.entry[0].resource")


def test_an_import_deletes_nothing() -> None:
    items, [trouble] = read("b.json", bundle("transaction", {"resource": PATIENT, "request": {"method": "DELETE"}}))

    assert items == []
    assert "only adds" in trouble.problem


def test_a_history_is_not_imported() -> None:
    items, [trouble] = read("b.json", bundle("history", {"resource": PATIENT}))

    assert items == []
    assert "type" in trouble.problem


def test_lines_are_resources_and_a_bad_one_is_named_by_its_number() -> None:
    body = b"\n".join([json.dumps(PATIENT).encode(), b"", b"{nonsense", json.dumps(PATIENT).encode()])

    items, [trouble] = read("p.ndjson", body)

    assert [item.entry for item in items] == ["line 1", "line 4"]
    assert trouble.entry == "line 3"


def test_many_lines_come_in_units_that_fit_into_memory() -> None:
    line = json.dumps(PATIENT).encode() + b"\n"

    sizes = [len(items) for items, _ in units(Document("p.ndjson", io.BytesIO(line * 1201)))]

    assert sizes == [500, 500, 201]


def test_a_damaged_file_is_trouble_and_no_more() -> None:
    with gzip.open(io.BytesIO(b"\x1f\x8b no such thing")) as damaged:
        [(items, [trouble])] = units(Document("p.ndjson.gz", cast("IO[bytes]", damaged)))

    assert items == []
    assert "damaged" in trouble.problem


def test_a_document_that_is_not_json_is_trouble_and_no_more() -> None:
    items, [trouble] = read("b.json", b"\xff\xfe not json")

    assert items == []
    assert trouble.file == "b.json"
