"""Patients out of CSV: what is good comes in once, what is not is named by line and column."""

import io

import pytest

from meridian.fhir import validation
from meridian.ops.intake.loading import Loader
from meridian.ops.intake.outcome import Outcome
from meridian.ops.intake.reading import Item, Trouble
from meridian.ops.intake.sources import Document
from meridian.ops.intake.tables import units


def read(text: str, encoding: str = "utf-8") -> tuple[list[Item], list[Trouble]]:
    found = list(units("p.csv", io.BufferedReader(io.BytesIO(text.encode(encoding)))))
    return [item for items, _ in found for item in items], [one for _, refused in found for one in refused]


def test_a_row_becomes_a_valid_patient() -> None:
    header = "Last Name,First Name,DOB,Sex,MRN,Phone,Email,Address,City,State,ZIP,Language"
    items, refused = read(
        f'{header}\nMüller,Anna Maria,1958-03-12,F,17,+1 555,a@b.example,"1 Quay, Apt 2",Harbor,ME,04101,es\n'
    )

    assert refused == []
    [item] = items
    validation.check(item.resource)
    assert item.resource["name"] == [{"family": "Müller", "given": ["Anna", "Maria"]}]
    assert (item.resource["gender"], item.resource["address"][0]["line"]) == ("female", ["1 Quay, Apt 2"])
    assert item.once


def test_a_spreadsheets_own_habits_are_taken() -> None:
    items, refused = read("\N{ZERO WIDTH NO-BREAK SPACE}family;birthDate\r\nO'Brien;1990-01-02\r\n\r\n")

    assert (len(items), refused) == (1, [])


@pytest.mark.parametrize(
    ("text", "entry", "element"),
    [
        ("given\nAnna\n", "line 1", ""),
        ("family,family,birthDate\nA,B,1990-01-01\n", "line 1", ""),
        ("family,birthDate,gender\nA,1990-01-01,x\n", "line 2", "gender"),
        ("family,birthDate\n,1990-01-01\n", "line 2", "family"),
        ("", "line 1", ""),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(text: str, entry: str, element: str) -> None:
    items, [trouble] = read(text)

    assert (items, trouble.entry, trouble.element) == ([], entry, element)


def test_bytes_that_are_no_text_are_told() -> None:
    items, [trouble] = read("family,birthDate\nMüller,1990-01-01\n", "latin-1")

    assert items == []
    assert "UTF-8" in trouble.problem


class Shelf:
    """A door that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def find(self, resource_type: str, system: str, value: str) -> str | None:
        return self.kept.get(f"{resource_type}|{system}|{value}")

    async def write(self, resources: list[dict[str, object]]) -> list[str]:
        for one in resources:
            for mark in one.get("identifier", []):  # type: ignore[attr-defined]  # a list in a Patient
                self.kept[f"Patient|{mark['system']}|{mark['value']}"] = str(one["id"])
        return ["created"] * len(resources)


@pytest.mark.anyio
async def test_who_is_there_under_that_number_is_left_alone() -> None:
    shelf, text = Shelf(), b"family,birthDate,mrn\nA,1990-01-01,1\nB,1991-01-01,2\n"

    async def load() -> Outcome:
        loader = Loader(shelf, lambda _: None)
        return await loader.load([Document("p.csv", io.BytesIO(text))])

    first = await load()
    shelf.kept = {key: f"other-{value}" for key, value in shelf.kept.items()}

    assert (first.total("created"), (await load()).total("unchanged")) == (2, 2)
