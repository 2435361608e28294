"""
An organisation's own list: the starter formulary without what it hides, and with what it has added.

Both are Medication resources. One that bears a code of the starter formulary and is inactive hides that line; one that
bears a code of `ADDED` is a line of the organisation's own. Nothing here can tell whether a published code is the right
one, so a line that is added has none, and a check says of it what it says of free text: its substances are looked for
in its words (which is why they stand there), and whatever else there is cannot be checked.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, Invalid, Issue, NotFound
from meridian.fhir import ours
from meridian.medications import formulary
from meridian.medications.dosage.forms import SHAPES, Form
from meridian.medications.formulary import ADDED, OWN, Medicine

LIST: Final = "medication/$list-formulary"
KEEP: Final = "medication/$formulary"
_STRENGTH, _ROUTE, _PACK = "formulary-strength", "formulary-route", "formulary-pack"


class Line(NamedTuple):
    """A medicine of the list; whether it is *hidden* from those who prescribe."""

    medicine: Medicine
    hidden: bool = False


def lines(work: Work) -> Plan[list[Line]]:
    """All of it, by name: what is hidden too."""
    inactive = yield from work.search("Medication", [("code", f"{OWN}|"), ("status", "inactive")])
    hidden = {code for one in inactive if (code := _code(one, OWN))}
    own = yield from work.search("Medication", [("code", f"{ADDED}|")])
    added = [Line(medicine(one), one.get("status") != "active") for one in own]
    listed = [Line(one, one.id in hidden) for one in formulary.medicines()]
    return sorted([*listed, *added], key=lambda one: one.medicine.name.casefold())


def offered(text: str, most: int | None) -> Callable[[Work], Plan[list[Medicine]]]:
    """What can be prescribed and begins with the words of *text*, best match first."""

    def plan(work: Work) -> Plan[list[Medicine]]:
        known = yield from lines(work)
        return formulary.matching([one.medicine for one in known if not one.hidden], text)[:most]

    return plan


def added(wanted: Medicine) -> Callable[[Work], Plan[Line]]:
    """
    One more line.

    Raises (when driven):
        Conflict: If the list has one of that name.
        Invalid: If it is given out in packs and does not say of how many.
    """
    line = replace(wanted, added=True)

    def plan(work: Work) -> Plan[Line]:
        if not line.id:
            raise Invalid("The name has no letters", issues=(Issue("value", "has no letters", "name"),))
        if SHAPES[line.form].packed and not line.pack:
            issue = Issue("required", "is needed: it is given out in whole packs", "pack")
            raise Invalid("How many doses are in a pack?", issues=(issue,))
        if line.id in {one.medicine.id for one in (yield from lines(work))}:
            raise Conflict("The formulary has a medicine of that name, which may be hidden")
        yield from work.create("Medication", _written(line))
        return Line(line)

    return plan


def turned(code: str, *, hidden: bool) -> Callable[[Work], Plan[Line]]:
    """The line of that code, hidden from those who prescribe or shown again; what is prescribed stays as it is."""
    status = "inactive" if hidden else "active"

    def plan(work: Work) -> Plan[Line]:
        present = next((one for one in (yield from lines(work)) if one.medicine.id == code), None)
        if present is None:
            raise NotFound("No medicine of that code is on the formulary")
        system = ADDED if present.medicine.added else OWN
        kept = yield from work.search("Medication", [("code", f"{system}|{code}")])
        for one in kept:
            yield from work.change("Medication", one["id"], lambda now: {**now, "status": status})
        if not kept and hidden:
            yield from work.create("Medication", {**_written(present.medicine), "status": status})
        return present._replace(hidden=hidden)

    return plan


def medicine(resource: Resource) -> Medicine:
    """An added line, as its Medication has it."""
    concept = resource.get("code", {})
    own = next(one for one in concept["coding"] if one.get("system") == ADDED)
    form = resource.get("form", {}).get("text", "")
    said = {name: ours.extended(resource, name) or {} for name in (_STRENGTH, _ROUTE, _PACK)}
    return Medicine(
        name=str(own.get("display") or own["code"]),
        strength=str(said[_STRENGTH].get("valueString", "")),
        form=Form(form) if form in set(Form) else Form.TABLET,
        ingredients=tuple(one["itemCodeableConcept"]["text"] for one in resource.get("ingredient", ())),
        pack=said[_PACK].get("valuePositiveInt"),
        route=str(said[_ROUTE].get("valueString", "")),
        added=True,
    )


def _written(line: Medicine) -> Resource:
    values: dict[str, dict[str, Any]] = {
        _STRENGTH: {"valueString": line.strength} if line.strength else {},
        _ROUTE: {"valueString": line.route} if line.route else {},
        _PACK: {"valuePositiveInt": line.pack} if line.pack else {},
    }
    extensions = [ours.extension(name, **value) for name, value in values.items() if value]
    return {
        "resourceType": "Medication",
        **({"extension": extensions} if extensions else {}),
        "status": "active",
        "code": line.concept,
        "form": {"text": line.form.value},
        "ingredient": [{"itemCodeableConcept": {"text": one}} for one in line.ingredients],
    }


def _code(resource: Resource, system: str) -> str:
    coding = resource.get("code", {}).get("coding", ())
    return next((str(one["code"]) for one in coding if one.get("system") == system), "")
