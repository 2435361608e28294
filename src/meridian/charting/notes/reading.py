"""Notes as a list shows them: each with its state, and its addenda below it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import LOINC, WITHHELD, coded
from meridian.charting.notes.writing import text_of
from meridian.fhir import ours

LIST: Final = "DocumentReference/$notes"
MOST: Final = 100
"""Notes of a patient in one answer."""


def of_patient(patient: str, encounter: str = "") -> Callable[[Work], Plan[list[dict[str, Any]]]]:
    """The patient's notes, or those of one visit, newest first; documents that were uploaded are no notes."""

    def plan(work: Work) -> Plan[list[dict[str, Any]]]:
        criteria = [("patient", patient), ("category", "clinical-note")]
        if encounter:
            criteria.append(("encounter", f"Encounter/{encounter}"))
        found = yield from work.search("DocumentReference", criteria)
        return lines(found)[:MOST]

    return plan


def lines(documents: Sequence[Resource]) -> list[dict[str, Any]]:
    """Notes newest first, addenda with what they add to."""
    carried = [one for one in documents if "data" in one["content"][0].get("attachment", {})]
    added: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(carried, key=_date):
        for target in _appended(one):
            added.setdefault(target, []).append(line(one))
    heads = sorted((one for one in carried if not _appended(one)), key=_date, reverse=True)
    return [line(one) | {"addenda": added.get(f"DocumentReference/{one['id']}", [])} for one in heads]


def line(note: Resource) -> dict[str, Any]:
    """One note; without its text when it was entered in error."""
    cosigner = ours.extended(note, "cosigner")
    wrong = note["status"] == "entered-in-error"
    signer = note.get("authenticator", {})
    return {
        "id": note["id"],
        "version": int(note["meta"]["versionId"]),
        "title": note.get("description", ""),
        "kind": coded(note.get("type"), LOINC),
        "state": "entered-in-error" if wrong else note.get("docStatus", "final"),
        "date": note.get("date", ""),
        "author": _person(next(iter(note.get("author", ())), {})),
        "signer": _person(signer) if signer else None,
        "encounter": next((one["reference"] for one in note.get("context", {}).get("encounter", ())), ""),
        "cosigner": _person(cosigner["valueReference"]) if cosigner else None,
        "cosigned": ours.extended(note, "cosigned") is not None,
        "withheld": any(one.get("code") == WITHHELD["code"] for one in note["meta"].get("security", ())),
        "text": "" if wrong else text_of(note),
        "addenda": [],
    }


def _person(reference: Resource) -> dict[str, str]:
    return {"reference": reference.get("reference", ""), "name": reference.get("display", "")}


def _appended(note: Resource) -> list[str]:
    return [one["target"].get("reference", "") for one in note.get("relatesTo", ()) if one.get("code") == "appends"]


def _date(note: Resource) -> str:
    return str(note.get("date", ""))
