"""Statements on threads of messages, who has read how far, and what people want to be told."""

from typing import Any, NamedTuple

from meridian.store.kinds import NUMBERS
from meridian.store.plan import Change, Plan, Query
from meridian.store.scope import Scope
from meridian.store.visible import places, visible

_KIND = "Communication"


class Wish(NamedTuple):
    """How somebody wants to be told of one kind of thing."""

    kind: str
    mail: bool
    sms: bool


def wishes(org: int, who: str) -> Plan[list[Wish]]:
    """What somebody has said they want."""
    rows = yield Query("SELECT kind, mail, sms FROM wish WHERE org = ? AND who = ? ORDER BY kind", (org, who))
    return [Wish(kind, bool(mail), bool(sms)) for kind, mail, sms in rows]


def wish(org: int, who: str, wanted: Wish) -> Plan[None]:
    """Keep what somebody wants of one kind."""
    yield Change(
        "INSERT INTO wish (org, who, kind, mail, sms) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (org, who, kind) DO UPDATE SET mail = excluded.mail, sms = excluded.sms",
        (org, who, wanted.kind, int(wanted.mail), int(wanted.sms)),
    )


class Line(NamedTuple):
    """
    A thread as one person has it in a list.

    Args:
        id: The first Communication's.
        team: The role that answers.
        last, last_by: When something was last said that the patient sees, and by whom.
        noted, noted_by: When something was last noted among staff, and by whom; 0 and empty where there is none.
        waiting: Whether the patient waits for an answer.
        unread: Whether there is something this person has not read.
        follows: Whether this person takes part.
    """

    id: str
    team: str
    last: int
    last_by: str
    noted: int
    noted_by: str
    waiting: bool
    unread: bool
    follows: bool


class People(NamedTuple):
    """
    Those of a thread.

    Args:
        read: How far each has read it.
        following: Who takes part in it, in order.
    """

    read: dict[str, int]
    following: list[str]


class Wanted(NamedTuple):
    """
    Which threads.

    Args:
        who: Whose list; unread is what this person has not read.
        patient: Whether *who* is the patient or a proxy, for whom notes among staff do not exist.
        mine: Only those *who* takes part in, or whose team is one of *teams* and whose patient waits.
        teams: Roles whose threads are meant; empty is any.
        patients: Numbers of the patients, empty is any.
        unread: Only those with something unread.
    """

    who: str
    patient: bool = False
    mine: bool = False
    teams: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    unread: bool = False


def threads(scope: Scope, wanted: Wanted, most: int) -> Plan[list[Line]]:
    """The threads in *scope*, those with the newest first; at most *most*."""
    found, args = _from(scope, wanted)
    order = "t.last" if wanted.patient else "CASE WHEN t.noted > t.last THEN t.noted ELSE t.last END"
    rows = yield Query(
        "SELECT t.id, t.team, t.last, t.last_by, t.noted, t.noted_by, t.waiting, "
        f"{_unread(wanted)} AS unread, COALESCE(s.follows, 0) {found} ORDER BY {order} DESC, t.id LIMIT ?",
        (wanted.who, *([] if wanted.patient else [wanted.who]), *args, most),
    )
    return [_line(row) for row in rows]


def unread(scope: Scope, wanted: Wanted) -> Plan[int]:
    """How many of the same threads have something that has not been read: a count of the list's own rows."""
    found, args = _from(scope, wanted._replace(unread=True))
    rows = yield Query(f"SELECT COUNT(*) {found}", args)
    return int(rows[0][0])


def _from(scope: Scope, wanted: Wanted) -> tuple[str, list[Any]]:
    where = visible(scope, _KIND, "r")
    sql = (
        f"FROM thread t CROSS JOIN resource r ON r.org = t.org AND r.type = {NUMBERS[_KIND]} AND r.id = t.id "
        "LEFT JOIN seen s ON s.org = t.org AND s.thread = t.id AND s.who = ? "
        f"WHERE t.org = ? AND {where.sql} AND r.deleted = 0"
    )
    args: list[Any] = [wanted.who, scope.org, *where.args]
    if wanted.patients:
        sql += f" AND r.pat IN (SELECT p.no FROM patient p WHERE p.org = ? AND p.id IN ({places(wanted.patients)}))"
        args += [scope.org, *wanted.patients]
    if wanted.teams:
        theirs = f"t.team IN ({places(wanted.teams)})"
        sql += f" AND (COALESCE(s.follows, 0) = 1 OR (t.waiting = 1 AND {theirs}))" if wanted.mine else f" AND {theirs}"
        args += wanted.teams
    elif wanted.mine:
        sql += " AND COALESCE(s.follows, 0) = 1"
    if wanted.unread:
        sql += f" AND {_unread(wanted)} = 1"
        args += [wanted.who] if wanted.patient else [wanted.who, wanted.who]
    return sql, args


def _unread(wanted: Wanted) -> str:
    said = "(t.last > COALESCE(s.at, 0) AND t.last_by <> ?)"
    if wanted.patient:
        return f"CASE WHEN {said} THEN 1 ELSE 0 END"
    return f"CASE WHEN {said} OR (t.noted > COALESCE(s.at, 0) AND t.noted_by <> ?) THEN 1 ELSE 0 END"


def _line(row: Any) -> Line:
    logical_id, team, last, last_by, noted, noted_by, waiting, fresh, follows = row
    return Line(logical_id, team, last, last_by, noted, noted_by, bool(waiting), bool(fresh), bool(follows))


def begin(org: int, thread: str, team: str) -> Plan[None]:
    """A thread in which nothing has been said yet."""
    yield Change(
        "INSERT OR IGNORE INTO thread (org, id, team, last, last_by, noted, noted_by, waiting) "
        "VALUES (?, ?, ?, 0, '', 0, '', 0)",
        (org, thread, team),
    )


def said(org: int, thread: str, who: str, at: int, *, waiting: bool) -> Plan[None]:
    """Somebody said something in it that the patient sees."""
    yield Change(
        "UPDATE thread SET last = ?, last_by = ?, waiting = ? WHERE org = ? AND id = ?",
        (at, who, int(waiting), org, thread),
    )


def noted(org: int, thread: str, who: str, at: int) -> Plan[None]:
    """Somebody noted something among staff."""
    yield Change("UPDATE thread SET noted = ?, noted_by = ? WHERE org = ? AND id = ?", (at, who, org, thread))


def settle(org: int, thread: str) -> Plan[None]:
    """The patient waits for no answer any more."""
    yield Change("UPDATE thread SET waiting = 0 WHERE org = ? AND id = ?", (org, thread))


def route(org: int, thread: str, team: str) -> Plan[None]:
    """Another team answers."""
    yield Change("UPDATE thread SET team = ? WHERE org = ? AND id = ?", (team, org, thread))


def see(org: int, who: str, thread: str, at: int) -> Plan[None]:
    """Somebody has read it up to *at* (ms since the epoch); 0 makes it unread."""
    yield Change(
        "INSERT INTO seen (org, who, thread, at, follows) VALUES (?, ?, ?, ?, 0) "
        "ON CONFLICT (org, who, thread) DO UPDATE SET at = excluded.at",
        (org, who, thread, at),
    )


def follow(org: int, who: str, thread: str) -> Plan[None]:
    """Somebody takes part in it from now on."""
    yield Change(
        "INSERT INTO seen (org, who, thread, at, follows) VALUES (?, ?, ?, 0, 1) "
        "ON CONFLICT (org, who, thread) DO UPDATE SET follows = 1",
        (org, who, thread),
    )


def take_part(org: int, who: str, thread: str, at: int) -> Plan[None]:
    """Somebody who has read it up to *at* (ms since the epoch) takes part in it from now on."""
    yield Change(
        "INSERT INTO seen (org, who, thread, at, follows) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT (org, who, thread) DO UPDATE SET at = excluded.at, follows = 1",
        (org, who, thread, at),
    )


def standing(org: int, thread: str) -> Plan[tuple[str, int, int, bool] | None]:
    """Team, last, noted and waiting of a thread, kept from others until the transaction ends."""
    rows = yield Query(
        "SELECT team, last, noted, waiting FROM thread WHERE org = ? AND id = ? FOR UPDATE", (org, thread)
    )
    return (rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3])) if rows else None


def people(org: int, thread: str) -> Plan[People]:
    """Who has read a thread, and who takes part in it."""
    rows = yield Query("SELECT who, at, follows FROM seen WHERE org = ? AND thread = ? ORDER BY who", (org, thread))
    return People({who: at for who, at, _ in rows if at}, [who for who, _, follows in rows if follows])
