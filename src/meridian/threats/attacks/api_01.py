"""
API-01: one patient's records by another patient, and by a clinician of another organisation (OWASP API1:2023).

Every way to a record is tried twice: by the neighbour, whose it is, who must get it, else the attack shows nothing; and
by whoever it does not belong to, who must get nothing: no body, no count, and no answer that differs from the one for a
record that does not exist.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "API-01"
NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""
Gives: TypeAlias = Callable[[httpx.Response, str], bool]
Found: TypeAlias = Callable[[Attacker], Awaitable[dict[str, str]]]
"""What stands for the neighbour and what is theirs, which may first have to be made."""


@dataclass(frozen=True, slots=True)
class Way:
    """
    A way to a record.

    Args:
        title: What it is.
        path: With `{patient}` and the ids of the neighbour's records by type, as `{Observation}`.
        method: Of HTTP.
        body: As JSON; places in it as in *path*.
        headers: That belong to it.
        gives: Whether an answer gives what is not theirs, by the neighbour's word; none: as `tells` has it.
    """

    title: str
    path: str
    method: str = "GET"
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    gives: Gives | None = None

    def shows(self, answer: httpx.Response, word: str) -> bool:
        """Whether an *answer* to it gives what is the neighbour's."""
        return (self.gives or tells)(answer, word)

    async def go(self, browser: Browser, places: Mapping[str, str]) -> httpx.Response:
        """Go it, with *places* filled in."""
        return await browser.ask(
            self.method, filled(self.path, places), filled(self.body, places), headers=self.headers
        )


WAYS = {
    "read": Way("reads the Patient", f"{FHIR}/Patient/{{patient}}"),
    "vread": Way("reads a version of the Patient", f"{FHIR}/Patient/{{patient}}/_history/1"),
    "history": Way("lists the versions of the Patient", f"{FHIR}/Patient/{{patient}}/_history"),
    "everything": Way("asks for everything of the Patient", f"{FHIR}/Patient/{{patient}}/$everything"),
    "allergy": Way("reads an AllergyIntolerance", f"{FHIR}/AllergyIntolerance/{{AllergyIntolerance}}"),
    "condition": Way("reads a Condition", f"{FHIR}/Condition/{{Condition}}"),
    "observation": Way("reads an Observation", f"{FHIR}/Observation/{{Observation}}"),
    "search-id": Way("searches by id", f"{FHIR}/Patient?_id={{patient}}"),
    "search-name": Way("searches by name", f"{FHIR}/Patient?name={{word}}"),
    "search-patient": Way("searches by patient", f"{FHIR}/Observation?patient={{patient}}"),
    "search-post": Way(
        "searches by POST",
        f"{FHIR}/Patient/_search?_id={{patient}}",
        "POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    "chain": Way("searches through a chain", f"{FHIR}/Observation?patient.name={{word}}"),
    "has": Way("searches by what points at it", f"{FHIR}/Patient?_has:Observation:patient:_id={{Observation}}"),
    "include": Way("has it included", f"{FHIR}/Observation?_id={{Observation}}&_include=Observation:patient"),
    "revinclude": Way(
        "has what points at it included", f"{FHIR}/Patient?_id={{patient}}&_revinclude=Observation:patient"
    ),
    "count": Way("counts", f"{FHIR}/Observation?patient={{patient}}&_summary=count"),
    "batch": Way(
        "reads within a batch",
        FHIR,
        "POST",
        {
            "resourceType": "Bundle",
            "type": "batch",
            "entry": [{"request": {"method": "GET", "url": "Patient/{patient}"}}],
        },
        {"Content-Type": "application/fhir+json"},
    ),
}
"""Name → how; each gives the neighbour their own."""


def filled(what: Any, places: Mapping[str, str]) -> Any:
    """*what* with *places* filled in, in names and values alike."""
    if isinstance(what, str):
        for name, value in places.items():
            what = what.replace(f"{{{name}}}", value)
        return what
    if isinstance(what, dict):
        return {filled(name, places): filled(value, places) for name, value in what.items()}
    return [filled(one, places) for one in what] if isinstance(what, list) else what


def places(attacker: Attacker) -> dict[str, str]:
    """What stands for the neighbour and their records."""
    neighbour = attacker.material.people["neighbour"]
    return {"patient": neighbour.id, "word": neighbour.word, **neighbour.records}


def tells(answer: httpx.Response, word: str) -> bool:
    """Whether an answer holds the *word* of the neighbour's records, or counts one; what was asked is not an answer."""
    try:
        said = answer.json()
    except ValueError:
        return word in answer.text
    if isinstance(said, dict) and said.get("resourceType") == "Bundle":
        return bool(said.get("total")) or word in json.dumps(said.get("entry", []))
    return word in answer.text


async def at_hand(attacker: Attacker) -> dict[str, str]:
    """As `places`: there is nothing to make."""
    return places(attacker)


async def shown(attacker: Attacker, way: Way, there: Mapping[str, str]) -> None:
    """
    See, once for all who try it, that the neighbour gets there by this *way*.

    Raises:
        NotRun: If they do not.
    """
    name = f"{way.method} {way.path}"
    if name in attacker.shared:
        return
    async with attacker.signed_in("neighbour") as browser:
        answer = await way.go(browser, there)
    if not way.shows(answer, there["word"]):
        raise NotRun(f"the neighbour does not get their own record that way either: {answer.status_code}")
    attacker.shared[name] = there["patient"]


def reached(way: Way, part: str, found: Found = at_hand) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack by which a *part* of the material goes a *way* that is not theirs, to what is *found*."""

    async def run(attacker: Attacker) -> str | None:
        there = await found(attacker)
        await shown(attacker, way, there)
        attacker.evidence()
        async with attacker.signed_in(part) as browser:
            theirs = await way.go(browser, there)
            nobodys = await way.go(browser, {**dict.fromkeys(there, NOBODY), "word": "Nobodywhosename"})
        if way.shows(theirs, there["word"]):
            return f"the {part} got the neighbour's record"
        if theirs.status_code != nobodys.status_code:
            return f"{theirs.status_code} for a record that is there, {nobodys.status_code} for one that is not"
        return None

    return run


CHANGES = {
    "patch": Way(
        "changes the Patient",
        f"{FHIR}/Patient/{{patient}}",
        "PATCH",
        [{"op": "add", "path": "/language", "value": "en"}],
        {"Content-Type": "application/json-patch+json"},
    ),
    "delete": Way("deletes an Observation", f"{FHIR}/Observation/{{Observation}}", "DELETE"),
    "create": Way(
        "writes an Observation into the record",
        f"{FHIR}/Observation",
        "POST",
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "verification"},
            "subject": {"reference": "Patient/{patient}"},
        },
        {"Content-Type": "application/fhir+json"},
    ),
}


async def versions(attacker: Attacker) -> set[tuple[str, str]]:
    """Every record of the neighbour with its version, as the neighbour sees them."""
    async with attacker.signed_in("neighbour") as browser:
        said = (await WAYS["everything"].go(browser, places(attacker))).json()
    return {(one["resource"]["id"], one["resource"]["meta"]["versionId"]) for one in said["entry"]}


def changed(way: Way, part: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack by which a *part* changes what is not theirs: what the neighbour sees afterwards is what counts."""

    async def run(attacker: Attacker) -> str | None:
        before = await versions(attacker)
        attacker.evidence()
        async with attacker.signed_in(part) as browser:
            answer = await way.go(browser, places(attacker))
            after = await versions(attacker)
            if "location" in answer.headers:  # it is in their own organisation, and not to stay there
                await browser.ask("DELETE", answer.headers["location"].partition("/_history")[0])
        return "the neighbour's record is another now" if after != before else None

    return run


for part in ("patient", "stranger"):
    for name, way in WAYS.items():
        ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{part}-{name}", f"The {part} {way.title}", reached(way, part)))
    for name, way in CHANGES.items():
        ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{part}-{name}", f"The {part} {way.title}", changed(way, part)))


@ARSENAL.attack(THREAT, "ids", "Ids of records that were made one after the other tell the next")
async def ids(attacker: Attacker) -> str | None:
    """Ids are to be of 122 random bits (RFC 9562 section 5.4), so that two share no more than chance allows."""
    known = [login.id for login in attacker.material.people.values()]
    if any(one.isdigit() or len(one) < len(NOBODY) for one in known):
        return f"ids are short: {known}"
    alike = max(
        sum(a == b for a, b in zip(one, other, strict=True)) for one in known for other in known if one != other
    )
    most = len(NOBODY) // 2
    return f"two ids share {alike} characters" if alike > most else None
