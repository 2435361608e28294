"""
Patients by name, those opened last, and those who may be the one about to be registered: through the caller's chart.

Source of the limits: house.md (at most 100 characters; letters of any script, digits, space, hyphen, apostrophe).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from meridian.access.chart import Chart
from meridian.access.signing_in import subject_of
from meridian.access.subject import Subject
from meridian.charting.matching import finding as matching
from meridian.faults import Forbidden, Invalid, Issue
from meridian.fhir.codec import encode
from meridian.identity.facts import Caller, Identity

MOST = 20
LONGEST = 100

_TEXT = re.compile("[\\w\\s\\-'\N{RIGHT SINGLE QUOTATION MARK}.]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Name(msgspec.Struct):
    use: str = ""
    text: str = ""
    family: str = ""
    given: list[str] = []
    prefix: list[str] = []


class _Identifier(msgspec.Struct):
    value: str = ""


class _Patient(msgspec.Struct, rename={"birth_date": "birthDate"}):
    """What a line of a list says of a Patient; everything else is left unread."""

    id: str
    name: list[_Name] = []
    identifier: list[_Identifier] = []
    birth_date: str | None = None
    gender: str | None = None


_decode = msgspec.json.Decoder(_Patient).decode


@dataclass(frozen=True, slots=True)
class Patients:
    """The three services; *chart* opens the door for a subject."""

    chart: Callable[[Subject], Chart]

    async def search(self, identity: Identity, caller: Caller, text: str) -> Sequence[Mapping[str, Any]]:
        """
        Patients whose name begins so, or whose identifier or birth date is just that; at most `MOST`.

        Raises:
            Invalid: If *text* is too long or has other characters than names and numbers have.
        """
        return await self._found(identity, caller, _criteria(_checked(text)))

    async def recent(self, identity: Identity, caller: Caller) -> Sequence[Mapping[str, Any]]:
        """Patients the caller opened last, newest first; those no longer in reach are left out."""
        chart = self._open(identity, caller)
        ids = await chart.opened_lately(MOST)
        if not ids:
            return []
        page = await chart.search("Patient", [("_id", ",".join(ids)), ("_count", str(MOST))])
        return sorted(_lines(one.body for one in page.matches), key=lambda line: ids.index(line["id"]))

    async def duplicates(
        self, identity: Identity, caller: Caller, family: str, given: str, birth_date: str
    ) -> Sequence[Mapping[str, Any]]:
        """Patients who may be the one about to be registered, likeliest first."""
        asked: dict[str, Any] = {"resourceType": "Patient", "name": [{"family": _checked(family)}]}
        if given.strip():
            asked["name"][0]["given"] = _checked(given).split()
        if _DATE.fullmatch(birth_date):
            asked["birthDate"] = birth_date
        found = await self._open(identity, caller).consult(matching.MATCH, matching.matches(asked, MOST))
        return _lines(encode(one.patient) for one in found)

    async def names(self, identity: Identity, caller: Caller, ids: Sequence[str]) -> Mapping[str, str]:
        """
        Names of one's own or entrusted patients, by logical id; those that cannot be read are left out.

        Whichever of them is chosen: this is the list to choose another from.
        """
        if not ids:
            return {}
        try:
            lines = await self._found(replace(identity, patient=""), caller, [("_id", ",".join(ids[:MOST]))])
        except Forbidden:
            return {}
        return {line["id"]: line["name"] for line in lines}

    async def _found(
        self, identity: Identity, caller: Caller, criteria: list[tuple[str, str]]
    ) -> Sequence[Mapping[str, Any]]:
        page = await self._open(identity, caller).search("Patient", [*criteria, ("_count", str(MOST))])
        return _lines(one.body for one in page.matches)

    def _open(self, identity: Identity, caller: Caller) -> Chart:
        return self.chart(subject_of(identity, caller))


def _checked(text: str) -> str:
    """The text, with its spaces in order; a comma or a pipe would have a meaning in a search."""
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > LONGEST or not _TEXT.fullmatch(cleaned):
        what = f"takes 1 to {LONGEST} letters, digits, spaces, hyphens and apostrophes"
        raise Invalid(f"The search text {what}", issues=(Issue("value", what, "q"),))
    return cleaned


def _criteria(text: str) -> list[tuple[str, str]]:
    """
    What a person means by *text*.

    >>> _criteria("müller anna"), _criteria("MRN-1234"), _criteria("1958-03-12")
    ([('name', 'müller'), ('name', 'anna')], [('identifier', 'MRN-1234')], [('birthdate', '1958-03-12')])
    """
    if _DATE.fullmatch(text):
        return [("birthdate", text)]
    if any(letter.isdigit() for letter in text):
        return [("identifier", text)]
    return [("name", word) for word in text.split()]


def _lines(found: Iterable[bytes]) -> list[dict[str, Any]]:
    return [_line(_decode(body)) for body in found]


def _line(patient: _Patient) -> dict[str, Any]:
    identifier = next((one.value for one in patient.identifier if one.value), None)
    return {
        "id": patient.id,
        "name": _name(patient.name),
        "birth_date": patient.birth_date,
        "gender": patient.gender,
        "identifier": identifier,
    }


def _name(names: list[_Name]) -> str:
    """
    The name by which the patient goes: FAMILY, Given.

    >>> _name([_Name(use="old", family="Li"), _Name(use="official", family="Müller", given=["Anna", "Maria"])])
    'MÜLLER, Anna Maria'
    """
    if not names:
        return "Name not recorded"
    best = min(names, key=lambda name: _PREFERENCE.get(name.use, 2))
    parts = [best.family.upper(), " ".join(best.given)]
    return ", ".join(part for part in parts if part) or best.text or "Name not recorded"


_PREFERENCE = {"official": 0, "usual": 1, "old": 4, "maiden": 4}
