"""
An entry as FHIR shows it: an AuditEvent after IHE's Basic Audit Log Patterns.

It is made when somebody asks, from the entry's bytes; the log keeps no second form. What was searched for is never part
of an entry (it may be a name), so a query's entity says only the type.

Sources: hl7.org/fhir/R4/auditevent.html; profiles.ihe.net/ITI/BALP; DICOM PS3.16 CID 400, 401 for the codes.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from meridian.audit.entry import Entry
from meridian.audit.terms import entities
from meridian.clock import instant
from meridian.fhir.types import TYPES

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
RESTFUL = "http://hl7.org/fhir/restful-interaction"
OWN = "urn:meridian:audit"
"""Actions and roles that no published code system has."""
REQUEST = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"

OUTCOMES = {"ok": "0", "refused": "4", "failed": "8"}
"""Outcome codes by an entry's outcome. Source: hl7.org/fhir/R4/valueset-audit-event-outcome.html."""

_LETTERS = {
    "read": "R",
    "vread": "R",
    "history-instance": "R",
    "history-type": "R",
    "history-system": "R",
    "capabilities": "R",
    "create": "C",
    "update": "U",
    "patch": "U",
    "delete": "D",
    "search-type": "E",
    "search-system": "E",
    "batch": "E",
    "transaction": "E",
    "operation": "E",
}
_SPELT = {"update-create": "update", "everything": "operation"}
"""Ours that the standard calls otherwise."""
_AUTHENTICATION = ("110114", "User Authentication")
_SECURITY = ("110113", "Security Alert")
_ROLES = (*_SECURITY, "110136", "Security Roles Changed")
_ATTRIBUTES = (*_SECURITY, "110137", "User Security Attributes Changed")
_OTHERS = (
    ("alert", *_SECURITY, "", ""),
    ("sign-in-alert", *_SECURITY, "", ""),
    ("sign-in", *_AUTHENTICATION, "110122", "Login"),
    ("reauthenticat", *_AUTHENTICATION, "110122", "Login"),
    ("sign-out", *_AUTHENTICATION, "110123", "Logout"),
    ("session-revoked", *_AUTHENTICATION, "110123", "Logout"),
    ("break-glass-start", *_SECURITY, "110127", "Emergency Override Started"),
    ("break-glass-stop", *_SECURITY, "110138", "Emergency Override Stopped"),
    ("member-", *_ROLES),
    ("invitation-", *_ROLES),
    ("program-", *_ROLES),
    ("account-", *_ATTRIBUTES),
    ("second-factor-", *_ATTRIBUTES),
    ("totp-", *_ATTRIBUTES),
    ("passkey-", *_ATTRIBUTES),
    ("password-", *_ATTRIBUTES),
    ("recover", *_ATTRIBUTES),
    ("export", "110106", "Export", "", ""),
    ("import", "110107", "Import", "", ""),
    ("", "110100", "Application Activity", "", ""),
)
"""Beginnings of the other actions, with type and subtype."""


class Codes(NamedTuple):
    """An action's codings in an AuditEvent."""

    type: dict[str, str]
    subtypes: list[dict[str, str]]
    letter: str


@lru_cache(maxsize=512)
def codes(action: str) -> Codes:
    """What FHIR calls an action; one that nobody foresaw is an application's activity."""
    spelt = "operation" if "/$" in action else _SPELT.get(action, action)
    own = {"system": OWN, "code": action}
    if spelt in _LETTERS:
        standard = {"system": RESTFUL, "code": spelt, "display": spelt}
        kind = {"system": f"{TERMINOLOGY}/audit-event-type", "code": "rest", "display": "RESTful Operation"}
        return Codes(kind, [standard] if spelt == action else [standard, own], _LETTERS[spelt])
    _, code, display, subcode, subdisplay = next(row for row in _OTHERS if action.startswith(row[0]))
    subtypes = [{"system": DICOM, "code": subcode, "display": subdisplay}] if subcode else []
    return Codes({"system": DICOM, "code": code, "display": display}, [*subtypes, own], "E")


def actions_of(letter: str) -> tuple[str, ...]:
    """All actions with this letter; none when they cannot be counted up, as for `E`."""
    if letter == "E":
        return ()
    return tuple(one for one in (*_LETTERS, *_SPELT) if codes(one).letter == letter)


def show(entry: Entry, identifier: str) -> bytes:
    """The AuditEvent of an entry as JSON."""
    entry = _printable(entry)
    what = codes(entry.action)
    resource: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": identifier,
        "meta": {"versionId": "1", "lastUpdated": instant(entry.time)},
        "type": what.type,
        "subtype": what.subtypes,
        "action": what.letter,
        "recorded": instant(entry.time),
        "outcome": OUTCOMES.get(entry.outcome, "8"),
    }
    if entry.outcome != "ok" and entry.rule:
        resource["outcomeDesc"] = entry.rule
    resource["agent"] = _agents(entry)
    resource["source"] = {
        "observer": {"display": "Meridian"},
        "type": [{"system": f"{TERMINOLOGY}/security-source-type", "code": "4", "display": "Application Server"}],
    }
    if found := _entities(entry):
        resource["entity"] = found
    return msgspec.json.encode(resource)


def _printable(entry: Entry) -> Entry:
    """The entry without what FHIR's strings cannot hold: a request's headers may say anything."""
    texts = {
        name: " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        for name in _TEXTS
        if (text := getattr(entry, name)) and not (text.isprintable() and text == text.strip() and "  " not in text)
    }
    return msgspec.structs.replace(entry, **texts) if texts else entry


_TEXTS = ("role", "purpose", "account", "rule", "what", "address", "agent", "request", "session")


def _agents(entry: Entry) -> list[dict[str, Any]]:
    person: dict[str, Any] = {}
    what = codes(entry.action)
    if what.type["code"] == "rest":
        part = ("AUT", "author (originator)") if what.letter in "CUD" else ("IRCP", "information recipient")
        person["type"] = _concept(f"{TERMINOLOGY}/v3-ParticipationType", *part)
    if entry.role:
        person["role"] = [_concept(OWN, entry.role)]
    if _REFERENCE.fullmatch(entry.who):
        person["who"] = {"reference": entry.who}
    if entry.account:
        person["altId"] = entry.account
    person["requestor"] = True
    if entry.rule and entry.outcome == "ok":
        person["policy"] = [f"{OWN}:rule:{re.sub(r'[^A-Za-z0-9._~-]', '-', rule)}" for rule in entry.rule.split("|")]
    if entry.address:
        person["network"] = {"address": entry.address, "type": "2"}
    if entry.purpose:
        person["purposeOfUse"] = [_concept(f"{TERMINOLOGY}/v3-ActReason", entry.purpose)]
    agents = [person]
    if entry.agent:
        agents.append({"type": _concept(DICOM, "110150", "Application"), "name": entry.agent, "requestor": False})
    return agents


def _concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code}
    return {"coding": [coding | {"display": display} if display else coding]}


_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?")


def _entities(entry: Entry) -> list[dict[str, Any]]:
    found = []
    if entry.what:
        found.append(_entity(entry.what))
        if entry.count:
            found[0]["detail"] = [{"type": "count", "valueString": str(entry.count)}]
    found += [_entity(reference) for reference in entry.seen]
    if entry.patient and f"Patient/{entry.patient}" not in set(entities(entry)):
        found.append(_entity(f"Patient/{entry.patient}"))
    if entry.request:
        request: dict[str, Any] = {
            "what": {"identifier": {"value": entry.request}},
            "type": {"system": REQUEST, "code": "XrequestId"},
        }
        if entry.session:
            request["detail"] = [{"type": "session", "valueString": entry.session}]
        found.append(request)
    return found


def _entity(what: str) -> dict[str, Any]:
    shape = _REFERENCE.fullmatch(what)
    if shape and shape[1] in _TYPES:
        patient = shape[1] == "Patient"
        return {
            "what": {"reference": what},
            "type": {"system": "http://hl7.org/fhir/resource-types", "code": shape[1]},
            "role": _role("1", "Patient") if patient else _role("4", "Domain Resource"),
        }
    if what in _TYPES:
        return {"type": {"system": "http://hl7.org/fhir/resource-types", "code": what}, "role": _role("24", "Query")}
    return {"what": {"identifier": {"value": what}}}


def _role(code: str, display: str) -> dict[str, str]:
    return {"system": f"{TERMINOLOGY}/object-role", "code": code, "display": display}


_TYPES = frozenset(TYPES)
