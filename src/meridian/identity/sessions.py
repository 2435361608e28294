"""
Sessions: opened by a sign-in, used by a membership at a time, ended by idleness, age, or somebody's will.

A session that was idle too long is locked, not ended: who proves anew who they are goes on where they were.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meridian.faults import Unauthenticated
from meridian.identity import emergencies
from meridian.identity.facts import Caller, Identity, is_staff
from meridian.identity.opaque import mark, new_id, new_secret
from meridian.store.plan import Change, Plan, Query

IDLE_MS = 15 * 60 * 1000
"""45 CFR 164.312(a)(2)(iii) asks for automatic logoff; 15 minutes is house policy."""
LONGEST_MS = 12 * 3600 * 1000
"""A session ends after a shift whatever happens (NIST SP 800-63B section 4.2.3)."""
REMEMBERED_MS = 400 * 24 * 3600 * 1000
"""A session is kept so long after its end, so that accounts nobody uses can be told; the audit log keeps more."""
LOST_MS = 10 * 1000
"""For so long a refresh token may come again whose answer nobody has heard, house policy."""
TOUCH_MS = 60 * 1000
"""How exactly it is kept when a session was last used."""


class Standing(NamedTuple):
    """A session with all that decides whether it holds, and for whom."""

    session: str
    account: str
    membership: str
    patient: str
    factors: str
    seen: int
    ends: int
    ended: int
    active: int
    org: int
    organisation: str
    role: str
    who: str
    status: str
    purpose: str = ""
    """Chosen for the session; empty for its role's."""
    entrusted: tuple[tuple[str, int, int], ...] = ()
    """Patients, from when until when (0: without end)."""
    patients: tuple[str, ...] = ()
    """Those of them that are so now; known once it is `alive`."""
    emergency: tuple[str, int] = ("", 0)
    """Whose record is open in an emergency, and until when; nobody's once it is `alive` and that is over."""

    @property
    def proved(self) -> bool:
        """Whether it was proved by as much as its role demands: staff by two factors."""
        return not is_staff(self.role) or len(self.factors.split()) > 1

    def identity(self, expires: int = 0) -> Identity:
        """Who the session stands for; *expires* is the access token's end in ms."""
        return Identity(
            account=self.account,
            org=self.org,
            organisation=self.organisation,
            role=self.role,
            who=self.who,
            patients=self.patients,
            patient=self.patient if self.patient in self.patients else "",
            session=self.session,
            membership=self.membership,
            factors=tuple(self.factors.split()),
            expires=expires,
            ends=self.ends,
            purpose=self.purpose,
            emergency=self.emergency[0],
            emergency_ends=self.emergency[1],
        )


_SELECT = (
    "SELECT s.id, s.account, s.membership, s.patient, s.factors, s.seen, s.ends, s.ended, a.active, m.org, o.id, "
    "m.role, m.who, m.status, s.purpose FROM session s JOIN account a ON a.id = s.account "
    "JOIN membership m ON m.id = s.membership AND m.account = s.account JOIN organisation o ON o.no = m.org "
)


def standing(session: str) -> Plan[Standing | None]:
    """What stands behind a session id, if anything does."""
    rows = yield Query(f"{_SELECT}WHERE s.id = ?", (session,))
    if not rows:
        return None
    found = Standing(*rows[0])
    mine = yield Query(
        "SELECT patient, starts, ends FROM entrusted WHERE membership = ? ORDER BY patient", (found.membership,)
    )
    broken = yield from emergencies.of_sessions([session])
    return found._replace(
        entrusted=tuple((patient, starts, ends) for patient, starts, ends in mine),
        emergency=broken.get((session, found.membership), ("", 0)),
    )


def standings(ids: Sequence[str]) -> Plan[dict[str, Standing]]:
    """The same of several at once, by session; those behind which nothing stands are left out."""
    places = ", ".join("?" * len(ids))
    rows = yield Query(f"{_SELECT}WHERE s.id IN ({places})", ids)
    mine = yield Query(
        "SELECT s.id, e.patient, e.starts, e.ends FROM session s JOIN entrusted e ON e.membership = s.membership "  # noqa: S608  # likewise
        f"WHERE s.id IN ({places}) ORDER BY e.patient",
        ids,
    )
    trusted: dict[str, list[tuple[str, int, int]]] = {}
    for session, patient, starts, ends in mine:
        trusted.setdefault(session, []).append((patient, starts, ends))
    broken = yield from emergencies.of_sessions(ids)
    return {
        row[0]: Standing(*row)._replace(
            entrusted=tuple(trusted.get(row[0], ())), emergency=broken.get((row[0], row[2]), ("", 0))
        )
        for row in rows
    }


def alive(found: Standing | None, now: int) -> Standing:
    """
    The standing, if the session holds but for its idleness.

    Raises:
        Unauthenticated: If it has ended, or may no longer be.
    """
    if found is None or found.ended or now >= found.ends or not found.active or found.status != "active":
        raise Unauthenticated("The session has ended; sign in again")
    if not found.proved:
        raise Unauthenticated("The session has ended; sign in again")
    now_mine = tuple(patient for patient, starts, ends in found.entrusted if starts <= now and not 0 < ends <= now)
    emergency = found.emergency if now < found.emergency[1] else ("", 0)
    return found._replace(patients=now_mine, emergency=emergency)


def awake(found: Standing | None, now: int) -> Standing:
    """
    The standing, if the session holds and was used lately.

    Raises:
        Unauthenticated: If not.
    """
    found = alive(found, now)
    if now - found.seen >= IDLE_MS:
        raise Unauthenticated("The session was idle too long; prove again who you are")
    return found


def open_(account: str, membership: str, factors: str, caller: Caller, now: int, *, patient: str = "") -> Plan[str]:
    """A new session; gives its id."""
    session = new_id()
    yield Change(
        "INSERT INTO session (id, account, membership, patient, factors, created, seen, ends, ended, address, agent) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (session, account, membership, patient, factors, now, now, now + LONGEST_MS, caller.address[:64],
         caller.agent[:200]),
    )  # fmt: skip
    return session


class Origin(NamedTuple):
    """Where a session was opened, and when."""

    address: str
    agent: str
    created: int


def origin(session: str) -> Plan[Origin | None]:
    """Where a session was opened; `None` when that is no longer kept."""
    rows = yield Query("SELECT address, agent, created FROM session WHERE id = ?", (session,))
    return Origin(*rows[0]) if rows else None


def touch(session: str, now: int) -> Plan[None]:
    """It was used just now."""
    yield Change("UPDATE session SET seen = ? WHERE id = ? AND seen < ?", (now, session, now))


def new_refresh(session: str, now: int) -> Plan[str]:
    """A refresh token for the session."""
    token = new_secret()
    yield Change(
        "INSERT INTO refresh_token (token, session, created, used) VALUES (?, ?, ?, 0)", (mark(token), session, now)
    )
    return token


def refreshed(session: str) -> Plan[int]:
    """When the newest refresh token was made, in ms, and an access token with it; 0 when there is none."""
    rows = yield Query("SELECT MAX(created) FROM refresh_token WHERE session = ?", (session,))
    return int(rows[0][0] or 0)


def of_refresh(token: str) -> Plan[tuple[str, int] | None]:
    """The session of a refresh token, and when the token was used, in ms; 0 when it was not."""
    rows = yield Query("SELECT session, used FROM refresh_token WHERE token = ? FOR UPDATE", (mark(token),))
    return (rows[0][0], rows[0][1]) if rows else None


def unheard(session: str, used: int, now: int) -> Plan[bool]:
    """
    Whether the answer to a refresh may have been lost: it is `LOST_MS` old at most, and nobody used what it brought.

    A page that is left or loaded again while its tokens are renewed never hears the answer. Whoever has a stolen token
    gains nothing by being quick: what they get ends with the next refresh of the other, or ends theirs.
    """
    if now - used > LOST_MS:
        return False
    rows = yield Query("SELECT COUNT(*) FROM refresh_token WHERE session = ? AND used > ?", (session, used))
    return not rows[0][0]


def rotate(token: str, session: str, now: int) -> Plan[str]:
    """Use up a refresh token, with a successor of it that nobody has heard of; gives its successor."""
    found = yield from of_refresh(token)
    used = (found[1] if found else 0) or now
    yield Change("UPDATE refresh_token SET used = ? WHERE session = ? AND used = 0", (used, session))
    return (yield from new_refresh(session, now))


def end(session: str, now: int) -> Plan[bool]:
    """End a session; gives whether it was alive."""
    done = yield Change("UPDATE session SET ended = ? WHERE id = ? AND ended = 0", (now, session))
    return bool(done.rows)


def living(account: str, now: int) -> Plan[list[tuple[str, int, int, str, str]]]:
    """Id, beginning, last use, address and agent of an account's sessions that have not ended, newest first."""
    rows = yield Query(
        "SELECT id, created, seen, address, agent FROM session WHERE account = ? AND ended = 0 AND ends > ? "
        "ORDER BY created DESC, id",
        (account, now),
    )
    return [(session, created, seen, address, agent) for session, created, seen, address, agent in rows]


def end_all(account: str, now: int, *, but: str = "") -> Plan[list[str]]:
    """End an account's sessions *but* one; gives the ids of those that were alive."""
    ids = [line[0] for line in (yield from living(account, now)) if line[0] != but]
    yield Change("UPDATE session SET ended = ? WHERE account = ? AND ended = 0 AND id <> ?", (now, account, but))
    return ids


def end_of_membership(membership: str, now: int) -> Plan[list[str]]:
    """End the sessions that use a membership; gives their ids."""
    rows = yield Query("SELECT id FROM session WHERE membership = ? AND ended = 0", (membership,))
    yield Change("UPDATE session SET ended = ? WHERE membership = ? AND ended = 0", (now, membership))
    return [session for (session,) in rows]


def last_membership(account: str) -> Plan[str]:
    """The membership of the newest session; empty when there was none."""
    rows = yield Query("SELECT membership FROM session WHERE account = ? ORDER BY created DESC LIMIT 1", (account,))
    return str(rows[0][0]) if rows else ""


def forget(now: int) -> Plan[None]:
    """Drop refresh tokens of sessions that are over, and sessions older than `REMEMBERED_MS`."""
    yield Change("DELETE FROM refresh_token WHERE created < ?", (now - 2 * LONGEST_MS,))
    yield Change("DELETE FROM session WHERE ends < ?", (now - REMEMBERED_MS,))
