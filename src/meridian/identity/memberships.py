"""Memberships: an account's role in an organisation, as which person, for which patients."""

from typing import NamedTuple

from meridian.faults import Conflict
from meridian.identity.facts import is_staff
from meridian.identity.opaque import new_id
from meridian.store.plan import Change, Many, Plan, Query


class Membership(NamedTuple):
    """One role in one organisation; *status* is `active`, `invited` or `disabled`."""

    id: str
    org: int
    account: str
    role: str
    who: str
    status: str
    organisation: str
    organisation_name: str


class New(NamedTuple):
    """
    A membership to be made.

    Args:
        org: In which organisation.
        account: Whose.
        role: As what.
        who: As whom, as `Practitioner/x`.
        patients: Logical ids of the Patients that are one's own or entrusted.
        status: `active` or `invited`.
        starts: From when they are, ms since the epoch.
        ends: Until when; 0 is without end.
    """

    org: int
    account: str
    role: str
    who: str = ""
    patients: tuple[str, ...] = ()
    status: str = "active"
    starts: int = 0
    ends: int = 0


_SELECT = (
    "SELECT m.id, m.org, m.account, m.role, m.who, m.status, o.id, o.name "
    "FROM membership m JOIN organisation o ON o.no = m.org WHERE "
)


def create_organisation(identifier: str, name: str, now: int) -> Plan[int]:
    """
    A new organisation; gives its number.

    Raises:
        Conflict: If the logical id is taken.
    """
    done = yield Change("INSERT INTO organisation (id, name, created) VALUES (?, ?, ?)", (identifier, name, now))
    return int(done.key)


def organisations() -> Plan[list[tuple[int, str, str]]]:
    """Number, logical id and name of every organisation."""
    rows = yield Query("SELECT no, id, name FROM organisation ORDER BY no")
    return [(no, identifier, name) for no, identifier, name in rows]


def create(new: New, now: int) -> Plan[str]:
    """
    A new membership; gives its id.

    Raises:
        Conflict: If the account has the same role as the same person there already.
    """
    membership = new_id()
    if is_staff(new.role) and (yield from _holds(new)):
        raise Conflict("This person has that role already")
    try:
        yield Change(
            "INSERT INTO membership (id, org, account, role, who, status, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (membership, new.org, new.account, new.role, new.who, new.status, now),
        )
    except Conflict:
        raise Conflict("This person has that role already") from None
    rows = [(membership, patient, new.org, new.starts, new.ends) for patient in new.patients]
    yield Many("INSERT INTO entrusted (membership, patient, org, starts, ends) VALUES (?, ?, ?, ?, ?)", rows)
    return membership


def _holds(new: New) -> Plan[bool]:
    """Whether the account has the role there, as whomever."""
    rows = yield Query(
        "SELECT 1 FROM membership WHERE org = ? AND account = ? AND role = ? AND status <> 'disabled' LIMIT 1",
        (new.org, new.account, new.role),
    )
    return bool(rows)


def of_account(account: str) -> Plan[list[Membership]]:
    """An account's active memberships: as oneself before on behalf of others, then oldest first."""
    where = "m.account = ? AND m.status = 'active' ORDER BY m.role IN ('proxy', 'helper'), m.created, m.org, m.id"
    rows = yield Query(_SELECT + where, (account,))
    return [Membership(*row) for row in rows]


def of_organisation(org: int) -> Plan[list[Membership]]:
    """Every membership of an organisation, oldest first."""
    rows = yield Query(_SELECT + "m.org = ? ORDER BY m.created, m.id", (org,))
    return [Membership(*row) for row in rows]


def by_id(org: int, membership: str) -> Plan[Membership | None]:
    """A membership of the organisation, if there is one with that id."""
    rows = yield Query(_SELECT + "m.org = ? AND m.id = ?", (org, membership))
    return Membership(*rows[0]) if rows else None


def anywhere(membership: str) -> Plan[Membership | None]:
    """A membership by its id alone, for what the holder of a secret may know."""
    rows = yield Query(_SELECT + "m.id = ?", (membership,))
    return Membership(*rows[0]) if rows else None


def patients(membership: str) -> Plan[tuple[str, ...]]:
    """Logical ids of the Patients that are the membership's own."""
    rows = yield Query("SELECT patient FROM entrusted WHERE membership = ? ORDER BY patient", (membership,))
    return tuple(patient for (patient,) in rows)


def needs_second_factor(account: str) -> Plan[bool]:
    """Whether any active or promised membership of the account is staff's."""
    rows = yield Query("SELECT role FROM membership WHERE account = ? AND status <> 'disabled'", (account,))
    return any(is_staff(role) for (role,) in rows)


def home(account: str) -> Plan[int]:
    """The organisation in whose log an account's failures stand; 0 when it belongs to none."""
    rows = yield Query("SELECT org FROM membership WHERE account = ? ORDER BY created, id LIMIT 1", (account,))
    return int(rows[0][0]) if rows else 0


def change(membership: str, *, role: str, status: str) -> Plan[None]:
    """Give the membership another role or status."""
    yield Change("UPDATE membership SET role = ?, status = ? WHERE id = ?", (role, status, membership))


def end_trust(membership: str, patient: str, now: int) -> Plan[None]:
    """Entrust the patient no longer; without any left the membership ends."""
    yield Change("UPDATE entrusted SET ends = ? WHERE membership = ? AND patient = ?", (now, membership, patient))
    others = yield Query(
        "SELECT 1 FROM entrusted WHERE membership = ? AND (ends = 0 OR ends > ?) LIMIT 1", (membership, now)
    )
    if not others:
        yield Change("UPDATE membership SET status = 'disabled' WHERE id = ?", (membership,))


def become(membership: str, who: str) -> Plan[None]:
    """Let the membership act as a person of the records, as `Practitioner/x`."""
    yield Change("UPDATE membership SET who = ? WHERE id = ?", (who, membership))


def remove(membership: str) -> Plan[None]:
    """End the membership."""
    yield Change("DELETE FROM entrusted WHERE membership = ?", (membership,))
    yield Change("DELETE FROM one_time_link WHERE membership = ?", (membership,))
    yield Change("DELETE FROM program WHERE membership = ?", (membership,))
    yield Change("DELETE FROM membership WHERE id = ?", (membership,))


def active_with_role(org: int, role: str) -> Plan[list[str]]:
    """Ids of the organisation's active memberships with that role."""
    rows = yield Query("SELECT id FROM membership WHERE org = ? AND role = ? AND status = 'active'", (org, role))
    return [membership for (membership,) in rows]


def with_role(role: str, org: int = 0) -> Plan[list[str]]:
    """Accounts that have an active membership with that role: in the organisation, or (0) in any."""
    sql = "SELECT DISTINCT account FROM membership WHERE role = ? AND status = 'active'"
    rows = yield Query(f"{sql} AND org = ?" if org else sql, (role, org) if org else (role,))  # constants
    return [account for (account,) in rows]
