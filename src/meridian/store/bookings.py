"""
Who is taken when: rows that follow each version of an Appointment, as the index does, and let no two overlap.

A claim is one actor's time. An Appointment that is pending, booked, arrived or checked in claims the time of each
practitioner, device and room among its participants, unless the participant is there for information only or has
declined; a hold claims it until it ends. Whoever writes an Appointment, by whatever way, comes through `follow`.

On MariaDB several processes write at once. Each locks the rows of `bookable` that stand for the actors before it looks
for others, so that the second of two sees what the first has stored. SQLite has one writer for each file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from meridian.faults import Conflict, Issue
from meridian.fhir.codec import decode
from meridian.fhir.ours import extended
from meridian.store.keys import opened
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Change, Many, Plan, Query
from meridian.store.row import COLUMNS, KEY
from meridian.store.visible import places
from meridian.vault.keyring import Keyring
from meridian.vault.seal import place, unseal

Resource: TypeAlias = dict[str, Any]

CLAIMING = frozenset({"pending", "booked", "arrived", "checked-in"})
"""`Appointment.status` of what takes somebody's time. Source: hl7.org/fhir/R4/valueset-appointmentstatus.html."""
ROOMS = frozenset({"ro", "bd", "ve"})
"""
`Location.physicalType` of what holds one visit at a time.

Source: hl7.org/fhir/R4/valueset-location-physical-type.html.
"""
ACTORS = frozenset({"Practitioner", "PractitionerRole", "Device", "Location"})
MINUTE = 60_000


class Claim(NamedTuple):
    """
    One actor's time, taken by one Appointment; times in ms since the epoch.

    Args:
        actor: As `Practitioner/x`.
        starts: Its beginning.
        ends: Its end, which another may begin at.
        until: When the hold ends; 0 for what is no hold.
        before: Milliseconds that are to be kept free before it, which is minded when times are offered.
        after: Likewise after it.
    """

    actor: str
    starts: int
    ends: int
    until: int
    before: int
    after: int


def follow(keyring: Keyring, org: int, now: int, written: Mapping[int, Resource | None]) -> Plan[None]:
    """
    Keep the claims of Appointments that were just written, by the numbers of their rows; `None` was deleted.

    Those whose claims are as before are left alone.

    Raises:
        Conflict: If one of them now claims what another has.
    """
    wanted = yield from _wanted(keyring, org, written)
    present = yield from _present(written)
    changed = {rid: claims for rid, claims in wanted.items() if set(claims) != present.get(rid, set())}
    new = [(rid, claim) for rid, claims in changed.items() for claim in claims]
    pressing = [one for one in new if _pressing(one[1], now)]
    yield from _locked(org, sorted({claim.actor for _, claim in pressing}))
    yield Many("DELETE FROM booking WHERE rid = ?", [(rid,) for rid in changed if rid in present])
    yield Many(_INSERT, [(org, claim.actor, claim.ends, claim.starts, rid, *claim[3:]) for rid, claim in new])
    for rid, claim in pressing:
        yield from _refuse_taken(org, now, rid, claim)


_INSERT = (
    "INSERT INTO booking (org, actor, ends, starts, rid, until, quiet_before, quiet_after)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def _pressing(claim: Claim, now: int) -> bool:
    """Whether it keeps others away: what is over does not, nor does a hold that has ended."""
    return claim.ends > now and not 0 < claim.until <= now


def _refuse_taken(org: int, now: int, rid: int, claim: Claim) -> Plan[None]:
    if (yield from _others(org, now, rid, claim)):
        raise taken(claim.actor)


def _others(org: int, now: int, rid: int, claim: Claim) -> Plan[bool]:
    """Whether another Appointment has the time, or part of it."""
    rows = yield Query(
        "SELECT 1 FROM booking WHERE org = ? AND actor = ? AND ends > ? AND starts < ? AND rid <> ?"
        " AND (until = 0 OR until > ?) LIMIT 1",
        (org, claim.actor, claim.starts, claim.ends, rid, now),
    )
    return bool(rows)


def taken(actor: str, *more: Issue) -> Conflict:
    """The refusal of a time that *actor* does not have, with what else is to be said."""
    kind = actor.partition("/")[0]
    issue = Issue("conflict", f"The {kind} is taken at that time", "Appointment.participant")
    return Conflict("That time is taken", issues=(issue, *more))


def _locked(org: int, actors: Sequence[str]) -> Plan[None]:
    """Keep others from deciding about *actors*, which are in order, until the transaction ends."""
    for start in range(0, len(actors), 200):
        some = actors[start : start + 200]
        lock = Query(
            f"SELECT actor FROM bookable WHERE org = ? AND actor IN ({places(some)}) ORDER BY actor FOR UPDATE",
            (org, *some),
        )
        rows = yield lock
        if len(rows) < len(some):
            known = {row[0] for row in rows}
            yield Many(
                "INSERT OR IGNORE INTO bookable (org, actor) VALUES (?, ?)",
                [(org, actor) for actor in some if actor not in known],
            )
            yield lock


def _present(rids: Iterable[int]) -> Plan[dict[int, set[Claim]]]:
    found: dict[int, set[Claim]] = {}
    asked = list(rids)
    for start in range(0, len(asked), 200):
        some = asked[start : start + 200]
        rows = yield Query(
            "SELECT rid, actor, starts, ends, until, quiet_before, quiet_after FROM booking"
            f" WHERE rid IN ({places(some)})",
            some,
        )
        for rid, *claim in rows:
            found.setdefault(rid, set()).add(Claim(*claim))
    return found


def _wanted(keyring: Keyring, org: int, written: Mapping[int, Resource | None]) -> Plan[dict[int, list[Claim]]]:
    """The claims of each, with roles read as the people who have them, and places that are no rooms left out."""
    claimed = {rid: claims(resource) if resource is not None else [] for rid, resource in written.items()}
    named = {claim.actor for several in claimed.values() for claim in several}
    people = yield from _practitioners(keyring, org, {one for one in named if one.startswith("PractitionerRole/")})
    rooms = yield from _rooms(keyring, org, {one for one in named if one.startswith("Location/")})

    def bearer(actor: str) -> str:
        if actor.startswith("Location/"):
            return actor if actor in rooms else ""
        return people.get(actor, actor)

    return {
        rid: list(
            {bearer(one.actor): one._replace(actor=bearer(one.actor)) for one in several if bearer(one.actor)}.values()
        )
        for rid, several in claimed.items()
    }


def claims(appointment: Resource) -> list[Claim]:
    """
    What an Appointment claims, its roles and places as they are named.

    A reference by URL counts as one to the resource of that type and id here, so that no spelling gets round a claim.
    """
    if appointment.get("status") not in CLAIMING or "start" not in appointment or "end" not in appointment:
        return []
    starts, ends = milliseconds(appointment["start"]), milliseconds(appointment["end"])
    if ends <= starts:
        return []
    hold, quiet = extended(appointment, "hold-expires"), extended(appointment, "quiet")
    until = milliseconds(hold["valueInstant"]) if hold and appointment["status"] == "pending" else 0
    before, after = (_minutes(quiet, name) * MINUTE for name in ("before", "after"))
    actors = (_actor(one) for one in appointment.get("participant", ()))
    return [Claim(one, starts, ends, until, before, after) for one in dict.fromkeys(actors) if one]


def _actor(participant: Resource) -> str:
    """`Type/id` of a participant whose time is claimed; else empty."""
    if participant.get("required") == "information-only" or participant.get("status") == "declined":
        return ""
    parts = str(participant.get("actor", {}).get("reference", "")).partition("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2] in ACTORS else ""


def _minutes(quiet: Resource | None, name: str) -> int:
    found = extended(quiet, name) if quiet else None
    return min(int(found.get("valueUnsignedInt", 0)), 24 * 60) if found else 0


def milliseconds(instant: str) -> int:
    """
    A FHIR instant as milliseconds since the epoch.

    >>> milliseconds("1970-01-01T01:00:00.5+01:00")
    500
    """
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def _practitioners(keyring: Keyring, org: int, roles: set[str]) -> Plan[dict[str, str]]:
    """The Practitioner of each PractitionerRole that names one."""
    found: dict[str, str] = {}
    for reference, role in (yield from _bodies(keyring, org, "PractitionerRole", roles)).items():
        parts = str(role.get("practitioner", {}).get("reference", "")).partition("/_history/")[0].split("/")
        if len(parts) > 1 and parts[-2] == "Practitioner":
            found[reference] = "/".join(parts[-2:])
    return found


def _rooms(keyring: Keyring, org: int, places_named: set[str]) -> Plan[set[str]]:
    found = yield from _bodies(keyring, org, "Location", places_named)
    return {reference for reference, location in found.items() if is_room(location)}


def is_room(location: Resource) -> bool:
    """Whether a Location holds one visit at a time; a site or a building does not."""
    return any(one.get("code") in ROOMS for one in location.get("physicalType", {}).get("coding", ()))


def _bodies(keyring: Keyring, org: int, kind: str, references: set[str]) -> Plan[dict[str, Resource]]:
    found: dict[str, Resource] = {}
    ids = sorted(one.partition("/")[2] for one in references)
    for start in range(0, len(ids), 200):
        some = ids[start : start + 200]
        rows = yield Query(
            f"SELECT {COLUMNS} FROM resource r {KEY} WHERE r.org = ? AND r.type = ? AND r.id IN ({places(some)})"
            " AND r.deleted = 0",
            (org, NUMBERS[kind], *some),
        )
        keys = yield from opened(keyring, org, (row[8] for row in rows))
        for _, _, logical_id, version, _, _, _, body, wrapped in rows:
            if wrapped in keys:
                plain = unseal(keys[wrapped], place(org, kind, logical_id, version), body)
                found[f"{kind}/{logical_id}"] = decode(plain)
    return found


def busy(org: int, actors: Sequence[str], start: int, end: int, *, now: int, but: str = "") -> Plan[list[Claim]]:
    """
    What keeps *actors* from start to end (ms since the epoch).

    Args:
        org: The organisation's number.
        actors: As `Practitioner/x`.
        start: From when; claims that end by then are left out.
        end: Until when.
        now: Holds that have ended by now are left out.
        but: Logical id of an Appointment whose own claims are left out.
    """
    own = 0
    if but:
        rows = yield Query(
            "SELECT rid FROM resource WHERE org = ? AND type = ? AND id = ?", (org, NUMBERS["Appointment"], but)
        )
        own = rows[0][0] if rows else 0
    found: list[Claim] = []
    for first in range(0, len(actors), 200):
        some = actors[first : first + 200]
        rows = yield Query(
            "SELECT actor, starts, ends, until, quiet_before, quiet_after FROM booking"
            f" WHERE org = ? AND actor IN ({places(some)}) AND ends > ? AND starts < ? AND rid <> ?"
            " AND (until = 0 OR until > ?)",
            (org, *some, start, end, own, now),
        )
        found += map(Claim._make, rows)
    return found


def ended_holds(now: int, most: int = 100) -> Plan[list[tuple[int, str]]]:
    """Organisation and Appointment of holds that have ended and are still there, the longest ended first."""
    rows = yield Query(
        "SELECT DISTINCT b.until, r.org, r.id FROM booking b JOIN resource r ON r.rid = b.rid"
        " WHERE b.until > 0 AND b.until <= ? ORDER BY b.until, r.id LIMIT ?",
        (now, most),
    )
    return [(org, logical_id) for _, org, logical_id in rows]


class Taken(NamedTuple):
    """
    What became of some Appointments that claimed nothing.

    Args:
        last: The number of the last row that was looked at; 0 when there is none after it.
        clashing: Logical ids of those whose time another has too; they keep their claims all the same.
    """

    last: int
    clashing: tuple[str, ...]


def take_in(keyring: Keyring, org: int, now: int, after: int = 0, most: int = 200) -> Plan[Taken]:
    """
    Write the claims of Appointments to come that were written before there were claims; those over stay without.

    Args:
        keyring: Opens them.
        org: The organisation's number.
        now: What ends later is to come; ms since the epoch.
        after: The `last` of the turn before.
        most: How many are looked at.
    """
    rows = yield Query(
        f"SELECT {COLUMNS} FROM resource r {KEY} WHERE r.org = ? AND r.type = ? AND r.rid > ? AND r.deleted = 0"
        " AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.rid = r.rid) ORDER BY r.rid LIMIT ? FOR UPDATE",
        (org, NUMBERS["Appointment"], after, most),
    )
    keys = yield from opened(keyring, org, (row[8] for row in rows))
    ids, written = {}, {}
    for rid, _, logical_id, version, _, _, _, body, wrapped in rows:
        if wrapped in keys:
            ids[rid] = logical_id
            written[rid] = decode(unseal(keys[wrapped], place(org, "Appointment", logical_id, version), body))
    wanted = yield from _wanted(keyring, org, written)
    new = [(rid, claim) for rid, claims in wanted.items() for claim in claims if claim.ends > now]
    yield from _locked(org, sorted({claim.actor for _, claim in new}))
    yield Many(_INSERT, [(org, claim.actor, claim.ends, claim.starts, rid, *claim[3:]) for rid, claim in new])
    clashing: dict[str, None] = {}
    for rid, claim in new:
        if _pressing(claim, now) and (yield from _others(org, now, rid, claim)):
            clashing[ids[rid]] = None
    return Taken(rows[-1][0] if len(rows) == most else 0, tuple(clashing))


def twice(now: int) -> Plan[int]:
    """How many claims to come have another upon them, in all organisations: kept from before there were claims."""
    [(count,)] = yield Query(
        "SELECT COUNT(*) FROM booking a WHERE a.ends > ? AND a.until = 0 AND EXISTS (SELECT 1 FROM booking b"
        " WHERE b.org = a.org AND b.actor = a.actor AND b.ends > a.starts AND b.starts < a.ends AND b.rid <> a.rid"
        " AND b.until = 0)",
        (now,),
    )
    return int(count)


def forget(rid: int) -> Plan[None]:
    """Take out the claims of a resource that is erased."""
    yield Change("DELETE FROM booking WHERE rid = ?", (rid,))
