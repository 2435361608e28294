"""
Emergency access to one patient's record, as rows: bound to a session and its membership, for an hour at most.

Whether it stands is asked of the database each time something is looked up by it, so that every process sees it end at
once: by its time, by hand, with its session, or when the session goes on in another role. What it opens is `access`'s
to say; nothing here knows what a record is.

Source: 45 CFR 164.312(a)(2)(ii), emergency access procedure.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meridian.audit.entry import Entry
from meridian.store.plan import Change, Plan, Query, Record

LASTING_MS = 60 * 60 * 1000
"""Milliseconds that it lasts, house policy."""
DUE_MS = 24 * 60 * 60 * 1000
"""Milliseconds within which it is to be reviewed, house policy."""
MOST = 5
"""Requests of one account in `WINDOW_MS`, found or not, house policy."""
WINDOW_MS = 60 * 60 * 1000
PURPOSE = "BTG"
"""v3-ActReason: break the glass."""
START, STOP = "break-glass-start", "break-glass-stop"
HAND, TIME, SESSION, OTHER, NOBODY = "hand", "time", "session", "other", "not-found"
"""How it ended: by hand, by its time, with its session, by the next one, or at once because nobody was found."""
SWEPT = 200
"""Rows that one sweep looks at."""


class Emergency(NamedTuple):
    """One use of emergency access; see the table for what is 0 until when."""

    id: str
    org: int
    account: str
    session: str
    membership: str
    who: str
    role: str
    patient: str
    reason: str
    flags: str
    task: str
    began: int
    ends: int
    ended: int
    how: str
    due: int
    overdue: int
    reviewed: int
    reviewer: str
    verdict: str

    @property
    def over(self) -> int:
        """When it ended, or ends."""
        return self.ended or self.ends


_COLUMNS = ", ".join(Emergency._fields)
_SELECT = f"SELECT {_COLUMNS} FROM emergency "  # noqa: S608  # our own names


def keep(one: Emergency) -> Plan[None]:
    """Keep a new one."""
    marks = ", ".join("?" for _ in one)
    yield Change(f"INSERT INTO emergency ({_COLUMNS}) VALUES ({marks})", tuple(one))  # noqa: S608  # our own names


def stands(session: str, patient: str, now: int) -> Plan[bool]:
    """Whether the session may look into the patient's record in an emergency *now*."""
    rows = yield Query(
        "SELECT 1 FROM emergency e JOIN session s ON s.id = e.session AND s.membership = e.membership "
        "WHERE e.session = ? AND e.patient = ? AND e.ended = 0 AND e.ends > ? AND s.ended = 0 AND s.ends > ?",
        (session, patient, now, now),
    )
    return bool(rows)


def of_sessions(sessions: Sequence[str]) -> Plan[dict[tuple[str, str], tuple[str, int]]]:
    """Patient and end of what has not been ended, by session and membership."""
    places = ", ".join("?" * len(sessions))
    rows = yield Query(
        f"SELECT session, membership, patient, ends FROM emergency WHERE session IN ({places}) AND ended = 0",  # noqa: S608  # marks only
        tuple(sessions),
    )
    return {(session, membership): (patient, ends) for session, membership, patient, ends in rows}


def of_membership(membership: str, patient: str, now: int) -> Plan[str]:
    """The id of that by which the membership looks into the patient's record *now*; empty for none."""
    rows = yield Query(
        "SELECT e.id FROM emergency e JOIN session s ON s.id = e.session AND s.membership = e.membership "
        "WHERE s.membership = ? AND e.patient = ? AND e.ended = 0 AND e.ends > ? AND s.ended = 0 AND s.ends > ?",
        (membership, patient, now, now),
    )
    return str(rows[0][0]) if rows else ""


def asked_lately(account: str, now: int) -> Plan[list[int]]:
    """When the account asked within `WINDOW_MS`, oldest first; others of the account wait until this is done."""
    yield Query("SELECT id FROM account WHERE id = ? FOR UPDATE", (account,))
    rows = yield Query(
        "SELECT began FROM emergency WHERE account = ? AND began > ? ORDER BY began", (account, now - WINDOW_MS)
    )
    return [began for (began,) in rows]


def of_session(session: str) -> Plan[list[Emergency]]:
    """Those of the session that nobody has ended yet."""
    rows = yield Query(f"{_SELECT}WHERE session = ? AND ended = 0 FOR UPDATE", (session,))
    return [Emergency(*row) for row in rows]


def end(one: Emergency, how: str, at: int) -> Plan[bool]:
    """
    End it, and leave the entry that says so; gives whether it had not been ended.

    It is kept as ended by its time where that had come.
    """
    when, why = (one.ends, TIME) if at >= one.ends else (at, how)
    done = yield Change("UPDATE emergency SET ended = ?, how = ? WHERE id = ? AND ended = 0", (when, why, one.id))
    if done.rows:
        yield Record(entry(one, STOP, at, rule=why))
    return bool(done.rows)


def end_all(session: str, how: str, at: int) -> Plan[bool]:
    """End what the session has open; gives whether there was something."""
    found = yield from of_session(session)
    for one in found:
        yield from end(one, how, at)
    return bool(found)


def entry(one: Emergency, action: str, at: int, *, outcome: str = "ok", rule: str = "") -> Entry:
    """An entry about it; what it was for stands in the row and in its Task."""
    return Entry(
        org=one.org,
        time=at,
        action=action,
        outcome=outcome,
        account=one.account,
        who=one.who,
        role=one.role,
        purpose=PURPOSE,
        what=f"Patient/{one.patient}" if one.patient else "Patient",
        patient=one.patient,
        rule=rule,
        session=one.session,
    )


def over(now: int) -> Plan[list[Emergency]]:
    """Those that stand no more and nobody has ended: their time is over, or their session is or went on as another."""
    rows = yield Query(
        f"SELECT {', '.join(f'e.{name}' for name in Emergency._fields)} FROM emergency e "  # noqa: S608  # our own names
        "LEFT JOIN session s ON s.id = e.session AND s.membership = e.membership "
        "WHERE e.ended = 0 AND (e.ends <= ? OR s.id IS NULL OR s.ended > 0 OR s.ends <= ?) LIMIT ?",
        (now, now, SWEPT),
    )
    return [Emergency(*row) for row in rows]


def overdue(now: int) -> Plan[list[Emergency]]:
    """Those whose review is overdue and of which nobody has been told yet."""
    rows = yield Query(f"{_SELECT}WHERE reviewed = 0 AND due <= ? AND overdue = 0 LIMIT ?", (now, SWEPT))
    return [Emergency(*row) for row in rows]


def tell_overdue(one: Emergency, now: int) -> Plan[bool]:
    """Note that it was told; gives whether nobody had."""
    done = yield Change("UPDATE emergency SET overdue = ? WHERE id = ? AND overdue = 0", (now, one.id))
    return bool(done.rows)


def by_id(org: int, identity: str, *, lock: bool = False) -> Plan[Emergency | None]:
    """One of the organisation's; kept from others meanwhile if it is to be reviewed (*lock*)."""
    rows = yield Query(f"{_SELECT}WHERE org = ? AND id = ?{' FOR UPDATE' if lock else ''}", (org, identity))
    return Emergency(*rows[0]) if rows else None


def listed(org: int, most: int, *, waiting: bool) -> Plan[list[Emergency]]:
    """The organisation's: those that wait for their review, the one due first at first; or all, newest first."""
    rows = yield Query(
        f"{_SELECT}WHERE org = ? AND reviewed = 0 ORDER BY due, id LIMIT ?"
        if waiting
        else f"{_SELECT}WHERE org = ? ORDER BY began DESC, id LIMIT ?",
        (org, most),
    )
    return [Emergency(*row) for row in rows]


def review(one: Emergency, reviewer: str, verdict: str, now: int) -> Plan[bool]:
    """Keep what was found; gives whether nobody had before."""
    done = yield Change(
        "UPDATE emergency SET reviewed = ?, reviewer = ?, verdict = ? WHERE id = ? AND reviewed = 0",
        (now, reviewer, verdict, one.id),
    )
    return bool(done.rows)
