"""
Video visits as rows: where each stands, who takes part, and the links of guests, by the hash of what they carry.

What may follow what is `meridian.telehealth.states`'s to say; here it is kept. A visit's row is locked by whoever
changes it, so that two who do so at once, in two processes, do it one after the other.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Final, NamedTuple

from meridian.store.plan import Change, Many, Plan, Query

STATES: Final = ("scheduled", "lobby", "admitted", "in-call", "hold", "no-show", "ended")
PERSON_STATES: Final = ("expected", "lobby", "admitted", "left", "removed", "denied")


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody in a visit; times are ms since the epoch, 0 for never.

    Args:
        id: By which the others know them.
        who: A reference, or `Guest/<id>`.
        part: `host`, `patient`, `family`, `interpreter`, `captioner` or `guest`.
        state: One of `PERSON_STATES`.
        answer: To the recording: empty, `yes` or `no`.
        agreed: When they agreed to be seen by video.
        waited: When they came to the lobby.
        joined: When they were first let in.
        gone: When they left last.
        seen: When their socket was there last.
        media: What they send: 1 sound, 2 picture, 4 screen, added up.
        name: What a guest wants to be called, sealed.
    """

    id: str
    who: str
    part: str
    state: str = "expected"
    answer: str = ""
    agreed: int = 0
    waited: int = 0
    joined: int = 0
    gone: int = 0
    seen: int = 0
    media: int = 0
    name: bytes | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """
    A video visit; times are ms since the epoch, 0 for never.

    Args:
        id: The Appointment's logical id.
        pat: The patient's number.
        encounter: Logical id; empty before there is one.
        state: One of `STATES`.
        mode: `p2p`, `mesh` or `sfu`.
        epoch: Counts who came and went: the age of the keys.
        room: Counts the gateway's rooms.
        locked: Whether nobody new may come.
        recording: `off`, `asked` or `on`.
        recorder: Who records, or did so last: `gateway` or `browser`; empty before the first recording.
        consent: Logical id of the Consent to the recording.
        recorded: When a recording was started last.
        starts: When the appointment begins.
        begun: When two spoke first.
        ended: When it ended.
        people: Who takes part.
    """

    id: str
    pat: int = 0
    encounter: str = ""
    state: str = "scheduled"
    mode: str = "p2p"
    epoch: int = 0
    room: int = 0
    locked: bool = False
    recording: str = "off"
    recorder: str = ""
    consent: str = ""
    recorded: int = 0
    starts: int = 0
    begun: int = 0
    ended: int = 0
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """
    A link for somebody without an account; times are ms since the epoch, 0 for never.

    Args:
        org: The organisation's number.
        id: Its name, in the log too.
        visit: The only visit it opens.
        part: What its bearer is there as.
        way: `link`, `mail` or `sms`.
        made_by: Reference of who made it.
        created: When.
        expires: Until when it can be exchanged; 0 before it is sent.
        used: When it was exchanged.
        ends: Until when what it was exchanged for holds.
        cancelled: When it was taken back.
    """

    org: int
    id: str
    visit: str
    part: str
    way: str
    made_by: str
    created: int
    expires: int = 0
    used: int = 0
    ends: int = 0
    cancelled: int = 0


_VISIT = (
    "id, pat, encounter, state, mode, epoch, room, locked, recording, recorder, consent, recorded, starts, begun, ended"
)
_PERSON = "id, who, part, state, answer, agreed, waited, joined, gone, seen, media, name"
_GUEST = "org, id, visit, part, way, made_by, created, expires, used, ends, cancelled"


def find(org: int, visit: str) -> Plan[Visit | None]:
    """A visit with its people; `None` where nobody has come to it yet."""
    return (yield from _found(org, visit, ""))


def lock(org: int, visit: Visit) -> Plan[Visit]:
    """The visit as it is kept, and locked; made as *visit* where there is none."""
    found = yield from _found(org, visit.id, " FOR UPDATE")
    if found is None:
        yield Change(f"INSERT OR IGNORE INTO visit (org, {_VISIT}) VALUES (?{', ?' * 15})", (org, *_row(visit)))
        found = yield from _found(org, visit.id, " FOR UPDATE")
    return found or visit


def _found(org: int, visit: str, ending: str) -> Plan[Visit | None]:
    rows = yield Query(f"SELECT {_VISIT} FROM visit WHERE org = ? AND id = ?{ending}", (org, visit))
    if not rows:
        return None
    head = Visit(*rows[0])
    people = yield Query(
        f"SELECT {_PERSON} FROM visit_person WHERE org = ? AND visit = ? ORDER BY waited, id{ending}",
        (org, visit),
    )
    return replace(head, locked=bool(head.locked), people=tuple(Person(*row) for row in people))


def keep(org: int, before: Visit, after: Visit) -> Plan[None]:
    """Write what is different in *after*; both have been locked."""
    if _row(before) != _row(after):
        sets = ", ".join(f"{name} = ?" for name in _VISIT.split(", ")[1:])
        yield Change(f"UPDATE visit SET {sets} WHERE org = ? AND id = ?", (*_row(after)[1:], org, after.id))
    present = {one.id: one for one in before.people}
    sets = ", ".join(f"{name} = ?" for name in _PERSON.split(", ")[1:])
    yield Many(
        f"UPDATE visit_person SET {sets} WHERE org = ? AND visit = ? AND id = ?",
        [(*astuple(one)[1:], org, after.id, one.id) for one in after.people if present.get(one.id, one) != one],
    )
    yield Many(
        f"INSERT INTO visit_person (org, visit, {_PERSON}) VALUES (?, ?{', ?' * 12})",
        [(org, after.id, *astuple(one)) for one in after.people if one.id not in present],
    )


def _row(visit: Visit) -> tuple[object, ...]:
    return (
        visit.id, visit.pat, visit.encounter, visit.state, visit.mode, visit.epoch, visit.room, int(visit.locked),
        visit.recording, visit.recorder, visit.consent, visit.recorded, visit.starts, visit.begun, visit.ended,
    )  # fmt: skip


def standing(org: int, ids: Sequence[str]) -> Plan[dict[str, str]]:
    """The states of those among *ids* that have begun."""
    found: dict[str, str] = {}
    for first in range(0, len(ids), 200):
        some = ids[first : first + 200]
        marks = ", ".join("?" * len(some))
        found |= dict((yield Query(f"SELECT id, state FROM visit WHERE org = ? AND id IN ({marks})", (org, *some))))
    return found


def waiting(org: int, ids: Sequence[str]) -> Plan[dict[str, int]]:
    """Since when somebody waits to be let in, ms since the epoch, for those among *ids* where somebody does."""
    found: dict[str, int] = {}
    for first in range(0, len(ids), 200):
        some = ids[first : first + 200]
        marks = ", ".join("?" * len(some))
        found |= dict(
            (
                yield Query(
                    "SELECT visit, MIN(waited) FROM visit_person"
                    f" WHERE org = ? AND visit IN ({marks}) AND state = 'lobby' GROUP BY visit",
                    (org, *some),
                )
            )
        )
    return found


class Seat(NamedTuple):
    """What is asked of somebody at every event: their person, and where they and the visit stand."""

    person: str
    part: str
    state: str
    visit_state: str
    mode: str
    epoch: int
    room: int
    recording: str


def seat(org: int, visit: str, who: str) -> Plan[Seat | None]:
    """Where somebody stands in a visit; `None` where they never came."""
    rows = yield Query(
        "SELECT p.id, p.part, p.state, v.state, v.mode, v.epoch, v.room, v.recording FROM visit_person p"
        " JOIN visit v ON v.org = p.org AND v.id = p.visit WHERE p.org = ? AND p.visit = ? AND p.who = ?",
        (org, visit, who),
    )
    return Seat(*rows[0]) if rows else None


def person_state(org: int, visit: str, person: str) -> Plan[str]:
    """The state of one of a visit's people; empty where there is none of that id."""
    rows = yield Query("SELECT state FROM visit_person WHERE org = ? AND visit = ? AND id = ?", (org, visit, person))
    return str(rows[0][0]) if rows else ""


def sends(org: int, visit: str, who: str, media: int) -> Plan[None]:
    """What somebody who is inside sends from now on."""
    yield Change(
        "UPDATE visit_person SET media = ? WHERE org = ? AND visit = ? AND who = ? AND state = 'admitted'",
        (media, org, visit, who),
    )


def there(seats: Sequence[tuple[int, str, str]], now: int) -> Plan[None]:
    """The sockets of *seats*, each organisation, visit and who, are there at *now*."""
    yield Many(
        "UPDATE visit_person SET seen = ? WHERE org = ? AND visit = ? AND who = ?",
        [(now, *one) for one in seats],
    )


def away(before: int, most: int = 100) -> Plan[list[tuple[int, str, str]]]:
    """Organisation, visit and person of those inside or waiting whose socket was there last before *before*."""
    rows = yield Query(
        "SELECT org, visit, id FROM visit_person WHERE state IN ('admitted', 'lobby') AND seen < ?"
        " ORDER BY seen, id LIMIT ?",
        (before, most),
    )
    return [(org, visit, person) for org, visit, person in rows]


def outlived(starts_before: int, most: int = 100) -> Plan[list[tuple[int, str]]]:
    """Organisation and id of visits nobody ended whose appointment began before then."""
    rows = yield Query(
        "SELECT org, id FROM visit WHERE ended = 0 AND starts < ? ORDER BY starts, id LIMIT ?", (starts_before, most)
    )
    return [(org, visit) for org, visit in rows]


def invite(guest: Guest, code: bytes | None, address: bytes | None) -> Plan[None]:
    """One more link: with its code's hash, or with the sealed address that one is to be sent to."""
    yield Change(
        f"INSERT INTO visit_guest ({_GUEST}, code, session, address) VALUES (?{', ?' * 10}, ?, NULL, ?)",
        (*astuple(guest), code, address),
    )


def guests(org: int, visit: str) -> Plan[list[Guest]]:
    """A visit's links, oldest first."""
    rows = yield Query(
        f"SELECT {_GUEST} FROM visit_guest WHERE org = ? AND visit = ? ORDER BY created, id", (org, visit)
    )
    return [Guest(*row) for row in rows]


def guest(org: int, guest_id: str) -> Plan[Guest | None]:
    """One link, by its id."""
    rows = yield Query(f"SELECT {_GUEST} FROM visit_guest WHERE org = ? AND id = ?", (org, guest_id))
    return Guest(*rows[0]) if rows else None


def sending(org: int, guest_id: str) -> Plan[bytes | None]:
    """The sealed address of a link that is still to be sent, and locked; `None` for one that was."""
    rows = yield Query(
        "SELECT address FROM visit_guest WHERE org = ? AND id = ? AND used = 0 AND cancelled = 0 FOR UPDATE",
        (org, guest_id),
    )
    return rows[0][0] if rows else None


def minted(org: int, guest_id: str, code: bytes, expires: int) -> Plan[None]:
    """The link carries another code from now on, until *expires*."""
    yield Change(
        "UPDATE visit_guest SET code = ?, expires = ? WHERE org = ? AND id = ? AND used = 0",
        (code, expires, org, guest_id),
    )


def sent(org: int, guest_id: str) -> Plan[None]:
    """It was sent: where to is forgotten."""
    yield Change("UPDATE visit_guest SET address = NULL WHERE org = ? AND id = ?", (org, guest_id))


def redeem(code: bytes, now: int) -> Plan[Guest | None]:
    """The link of a code, used up; `None` if there is none, or it was used, cancelled or is too old."""
    done = yield Change(
        "UPDATE visit_guest SET used = ? WHERE code = ? AND used = 0 AND cancelled = 0 AND expires > ?",
        (now, code, now),
    )
    if not done.rows:
        return None
    rows = yield Query(f"SELECT {_GUEST} FROM visit_guest WHERE code = ?", (code,))
    return Guest(*rows[0])


def begin_session(guest: Guest, session: bytes, ends: int) -> Plan[None]:
    """What the link was exchanged for, by its hash."""
    yield Change(
        "UPDATE visit_guest SET session = ?, ends = ? WHERE org = ? AND id = ?", (session, ends, guest.org, guest.id)
    )


def by_session(session: bytes, now: int) -> Plan[Guest | None]:
    """The guest who has that cookie, while it holds."""
    rows = yield Query(
        f"SELECT {_GUEST} FROM visit_guest WHERE session = ? AND cancelled = 0 AND ends > ?", (session, now)
    )
    return Guest(*rows[0]) if rows else None


def cancel(org: int, guest_id: str, now: int) -> Plan[None]:
    """Take a link back, and what it was exchanged for."""
    yield Change(
        "UPDATE visit_guest SET cancelled = ?, address = NULL WHERE org = ? AND id = ? AND cancelled = 0",
        (now, org, guest_id),
    )
