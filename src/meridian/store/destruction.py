"""Requests to destroy a patient's key, and holds that forbid it, as rows; who may do what is `access.shredding`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from meridian.fhir.search.parameters import parameters
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Change, Plan, Query


class State(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    APPROVED = "approved"
    BEGUN = "begun"
    """The ledger is being written; there is no way back."""
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STOPPED = "stopped"
    """A hold came, or something was found that nobody had seen."""


OPEN = (State.ASKED, State.APPROVED, State.BEGUN)


class Request(NamedTuple):
    """
    A row of `destruction`.

    Args:
        id: Names it.
        org, patient: Whose key: organisation number and logical id.
        reason: A code.
        state: How far it has come.
        asked: When, ms since the epoch.
        asker, seat: Account and membership of who asked.
        until: It waits for a second person until then.
        decided, decider: When and by which account it was decided or taken back; 0 and empty before.
        overridden: The code of why what was found did not forbid it; empty where nothing was found.
        why: The same in words, sealed.
        allowed: Codes of what was found and overridden, with a blank between.
        due: Not to be carried out before.
        done: When it was.
        resources: How many the key sealed.
    """

    id: str
    org: int
    patient: str
    reason: str
    state: State
    asked: int
    asker: str
    seat: str
    until: int
    decided: int = 0
    decider: str = ""
    overridden: str = ""
    why: bytes = b""
    allowed: str = ""
    due: int = 0
    done: int = 0
    resources: int = 0


class Hold(NamedTuple):
    """A row of `legal_hold`."""

    patient: str
    reason: str
    since: int
    account: str


_COLUMNS = ", ".join(Request._fields)


def ask(request: Request) -> Plan[None]:
    """Keep a new request."""
    places = ", ".join("?" * len(Request._fields))
    yield Change(f"INSERT INTO destruction ({_COLUMNS}) VALUES ({places})", _row(request))


def change(request: Request) -> Plan[None]:
    """Keep what became of a request."""
    changed = ", ".join(f"{name} = ?" for name in Request._fields[1:])
    yield Change(f"UPDATE destruction SET {changed} WHERE id = ?", (*_row(request)[1:], request.id))


def one(org: int, identity: str, *, lock: bool = False) -> Plan[Request | None]:
    """A request of the organisation, kept from others if *lock*."""
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM destruction WHERE org = ? AND id = ?{' FOR UPDATE' if lock else ''}", (org, identity)
    )
    return _request(rows[0]) if rows else None


def newest(org: int, most: int) -> Plan[list[Request]]:
    """The organisation's requests, newest first."""
    rows = yield Query(f"SELECT {_COLUMNS} FROM destruction WHERE org = ? ORDER BY asked DESC, id LIMIT ?", (org, most))
    return [_request(row) for row in rows]


def approved(now: int) -> Plan[list[Request]]:
    """What two people approved, is due and is not done, of every organisation."""
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM destruction WHERE state IN (?, ?) AND due <= ? ORDER BY due, id",
        (State.APPROVED.value, State.BEGUN.value, now),
    )
    return [_request(row) for row in rows]


def open_of(org: int, patients: list[str]) -> Plan[list[Request]]:
    """Requests about those patients that are neither done nor given up, kept from others."""
    places = ", ".join("?" * len(patients))
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM destruction WHERE org = ? AND patient IN ({places}) AND state IN (?, ?, ?)"
        " ORDER BY id FOR UPDATE",
        (org, *patients, *(one.value for one in OPEN)),
    )
    return [_request(row) for row in rows]


def _row(request: Request) -> tuple[Any, ...]:
    return request._replace(state=request.state.value)  # type: ignore[arg-type]  # drivers know no enums


def _request(row: Sequence[Any]) -> Request:
    found = Request(*row)
    return found._replace(state=State(found.state), why=bytes(found.why))


# --- holds


def hold(org: int, new: Hold) -> Plan[None]:
    """
    Forbid the destruction of a patient's record.

    Raises:
        Conflict: If there is a hold already.
    """
    yield Change("INSERT INTO legal_hold (org, patient, reason, since, account) VALUES (?, ?, ?, ?, ?)", (org, *new))


def lift(org: int, patient: str) -> Plan[bool]:
    """Forbid it no longer; whether there was a hold."""
    done = yield Change("DELETE FROM legal_hold WHERE org = ? AND patient = ?", (org, patient))
    return bool(done.rows)


def holds(org: int, patients: list[str] | None = None) -> Plan[list[Hold]]:
    """The organisation's holds, or those of *patients*."""
    rows = yield Query("SELECT patient, reason, since, account FROM legal_hold WHERE org = ? ORDER BY patient", (org,))
    found = [Hold(*row) for row in rows]
    return found if patients is None else [one for one in found if one.patient in patients]


# --- what is known of the record without opening it


def last_encounter(org: int, patient: str, now: int) -> Plan[int]:
    """When the patient was last seen, ms since the epoch; of what has not ended, when it began; 0 when never."""
    rows = yield Query(
        "SELECT MAX(CASE WHEN d.high > ? THEN d.low ELSE d.high END) FROM patient p"
        " JOIN resource r ON r.org = p.org AND r.pat = p.no AND r.type = ? AND r.deleted = 0"
        " JOIN index_date d ON d.rid = r.rid AND d.param = ? WHERE p.org = ? AND p.id = ?",
        (now, NUMBERS["Encounter"], parameters("Encounter")["date"].number, org, patient),
    )
    return int(rows[0][0] or 0)


def last_written(org: int, patient: str) -> Plan[int]:
    """When anything in the record was written last, ms since the epoch."""
    rows = yield Query(
        "SELECT MAX(r.updated) FROM patient p JOIN resource r ON r.org = p.org AND r.pat = p.no AND r.deleted = 0"
        " WHERE p.org = ? AND p.id = ?",
        (org, patient),
    )
    return int(rows[0][0] or 0)


def wrapped_keys(org: int, patients: list[str]) -> Plan[list[bytes]]:
    """The wrapped keys of those patients that are there."""
    places = ", ".join("?" * len(patients))
    rows = yield Query(
        f"SELECT wrapped FROM patient WHERE org = ? AND id IN ({places}) AND wrapped IS NOT NULL", (org, *patients)
    )
    return [bytes(row[0]) for row in rows]


def files_of(org: int, patients: list[str]) -> Plan[tuple[list[str], list[str]]]:
    """Files sealed under the keys of those patients, and the names of their objects."""
    places = ", ".join("?" * len(patients))
    files = yield Query(f"SELECT id FROM file WHERE org = ? AND patient IN ({places}) ORDER BY id", (org, *patients))
    objects = yield Query(
        "SELECT p.name FROM file f JOIN file_part p ON p.file = f.id"
        f" WHERE f.org = ? AND f.patient IN ({places}) ORDER BY p.name",
        (org, *patients),
    )
    return [name for (name,) in files], [name for (name,) in objects]
