"""
Patients out of a CSV file: one row each, its columns named in the first line.

Columns are known by their names, in any order and case; what a row says breaks the rules of FHIR or not is judged with
everything else that is imported. A row with a record number (`mrn`) stands for one patient for good: who is there under
that number already is left alone.

Source: RFC 4180 for the format; a byte-order mark and semicolons, as spreadsheets write them, are taken too.
"""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping
from typing import IO, Any

from meridian.faults import Invalid, Malformed
from meridian.fhir.ours import BASE
from meridian.ops.intake.linking import NAMESPACE
from meridian.ops.intake.reading import LINES, Item, Trouble, Unit, troubles

MRN = BASE + "/NamingSystem/record-number"
"""System of record numbers that a file brings without one."""
LONGEST_ROW = 100_000
COLUMNS = {
    "family": ("family", "last name", "surname"),
    "given": ("given", "first name"),
    "birthDate": ("birthdate", "birth date", "date of birth", "dob"),
    "gender": ("gender", "sex"),
    "mrn": ("mrn", "record number", "patient id"),
    "phone": ("phone", "telephone", "mobile"),
    "email": ("email", "e-mail"),
    "line": ("address", "street", "line"),
    "city": ("city", "town"),
    "state": ("state",),
    "postalCode": ("postalcode", "postal code", "zip", "zip code"),
    "country": ("country",),
    "language": ("language",),
}
"""What is taken from a row, by the names its column may have."""
NEEDED = ("family", "birthDate")
_GENDERS = {"m": "male", "f": "female", "male": "male", "female": "female", "other": "other", "o": "other",
            "unknown": "unknown", "u": "unknown", "": ""}  # fmt: skip
_ADDRESS = ("line", "city", "state", "postalCode", "country")


def units(name: str, stream: IO[bytes]) -> Iterator[Unit]:
    """
    The patients of a CSV file, some hundred rows at a time; what cannot be read comes as trouble.

    Args:
        name: Of the file, for the error file.
        stream: Its bytes, in UTF-8.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, delimiter=_delimiter(text), strict=True)
        columns = _columns(next(reader, []))
        yield from _rows(name, reader, columns)
    except (Malformed, Invalid) as wrong:
        yield [], troubles(name, "line 1", wrong)
    except (UnicodeDecodeError, csv.Error) as wrong:
        yield [], [Trouble(name, "", "", f"the file is no CSV in UTF-8 ({type(wrong).__name__})")]
    finally:
        text.detach()


def _delimiter(text: io.TextIOWrapper) -> str:
    """A semicolon where the first line has no comma."""
    first = text.buffer.peek(LONGEST_ROW).partition(b"\n")[0] if hasattr(text.buffer, "peek") else b","
    return ";" if b";" in first and b"," not in first else ","


def _columns(header: list[str]) -> dict[int, str]:
    """
    What stands in which place.

    Raises:
        Invalid: If a column is needed and missing, or named twice.
    """
    known = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    found = {
        place: known[title.strip().lower()] for place, title in enumerate(header) if title.strip().lower() in known
    }
    missing = [name for name in NEEDED if name not in found.values()]
    if missing:
        raise Invalid(f"The first line must name the columns; missing: {', '.join(missing)}")
    if len(set(found.values())) < len(found):
        raise Invalid("A column is named twice")
    return found


def _rows(name: str, reader: "csv._reader", columns: Mapping[int, str]) -> Iterator[Unit]:  # type: ignore[name-defined,unused-ignore]  # its type has no public name
    items: list[Item] = []
    refused: list[Trouble] = []
    for row in reader:
        place = f"line {reader.line_num}"
        said = {column: row[at].strip() for at, column in columns.items() if at < len(row)}
        if not any(said.values()):
            continue
        found = _item(name, place, said)
        items.append(found) if isinstance(found, Item) else refused.append(found)
        if len(items) + len(refused) >= LINES:
            yield items, refused
            items, refused = [], []
    yield items, refused


def _item(name: str, place: str, said: Mapping[str, str]) -> Item | Trouble:
    if said.get("gender", "").lower() not in _GENDERS:
        return Trouble(name, place, "gender", "must be one of: male, female, other, unknown")
    for column in NEEDED:
        if not said.get(column):
            return Trouble(name, place, column, "is required")
    return Item(name, place, patient(said), once=bool(said.get("mrn")))


def patient(said: Mapping[str, str]) -> dict[str, Any]:
    """The Patient of a row."""
    human = {"family": said["family"], "given": said.get("given", "").split()}
    telecom = [{"system": system, "value": said[system]} for system in ("phone", "email") if said.get(system)]
    address = {name: [said[name]] if name == "line" else said[name] for name in _ADDRESS if said.get(name)}
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"system": MRN, "value": said["mrn"]}] if said.get("mrn") else [],
        "name": [{name: value for name, value in human.items() if value}],
        "telecom": telecom,
        "gender": _GENDERS[said.get("gender", "").lower()],
        "birthDate": said["birthDate"],
        "address": [address] if address else [],
        "communication": [{"language": {"text": said["language"]}}] if said.get("language") else [],
    }
    if said.get("mrn"):
        made["id"] = str(uuid.uuid5(NAMESPACE, f"{MRN}|{said['mrn']}"))
    return {name: value for name, value in made.items() if value}
