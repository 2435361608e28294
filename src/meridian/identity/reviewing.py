"""
What an access review needs to know: who has which role, when they were last here, programs, and changes.

Patients and whom they trust are counted and not named: their access is their own business.

Source: 45 CFR 164.308(a)(3)(ii)(B), (C) and (a)(4)(ii)(C).
"""

from typing import NamedTuple

from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.audit.terms import BLOCK, DAY, Kind, fingerprint
from meridian.identity.facts import PERSONAL, PROGRAM
from meridian.identity.sealing import open_text
from meridian.store.plan import Plan, Query
from meridian.vault.platform import PlatformKey

CHANGES = (
    "account-created",
    "account-disabled",
    "account-enabled",
    "member-added",
    "member-invited",
    "member-changed",
    "member-removed",
    "second-factor-reset",
    "program-created",
    "program-removed",
)
"""Actions of the log that change who may do what."""
EMERGENCIES = ("break-glass-start",)
"""Actions by which somebody opened a record in an emergency."""

_FACTORS = (
    "(SELECT COUNT(*) FROM totp t WHERE t.account = m.account AND t.confirmed > 0) "
    "+ (SELECT COUNT(*) FROM passkey p WHERE p.account = m.account) "
    "+ (SELECT COUNT(*) FROM pool_user u WHERE u.account = m.account AND u.totp > 0 AND u.renew = 0)"
)
_LAST = "(SELECT MAX(s.created) FROM session s WHERE s.membership = m.id)"


class Worker(NamedTuple):
    """
    Somebody of the workforce in one role.

    Args:
        membership, account: Ids.
        email: What they sign in with.
        role: Of the membership.
        status: `active`, `invited`, or `disabled`, the account's or the membership's.
        since: When the membership was made, ms since the epoch.
        last: When they last signed in with it; 0 for never, or longer ago than sessions are remembered.
        second_factor: Whether the account has one.
    """

    membership: str
    account: str
    email: str
    role: str
    status: str
    since: int
    last: int
    second_factor: bool


class Program(NamedTuple):
    """A program: its client id, what it is called, when it was made and last got a token (0: never)."""

    client: str
    name: str
    since: int
    last: int


def workforce(sealer: PlatformKey, org: int) -> Plan[list[Worker]]:
    """Everybody with a role in the organisation but patients, whom they trust, and programs; oldest first."""
    roles = (*sorted(PERSONAL), PROGRAM)
    rows = yield Query(
        f"SELECT m.id, m.account, a.email, m.role, m.status, a.active, m.created, {_LAST}, {_FACTORS} "  # noqa: S608  # ours
        "FROM membership m JOIN account a ON a.id = m.account "
        f"WHERE m.org = ? AND m.role NOT IN ({', '.join('?' * len(roles))}) ORDER BY m.created, m.id",
        (org, *roles),
    )
    return [
        Worker(
            membership=membership,
            account=account,
            email=open_text(sealer, "account.email", account, email),
            role=role,
            status=status if active else "disabled",
            since=since,
            last=last or 0,
            second_factor=factors > 0,
        )
        for membership, account, email, role, status, active, since, last, factors in rows
    ]


def programs(sealer: PlatformKey, org: int) -> Plan[list[Program]]:
    """The organisation's programs, oldest first."""
    rows = yield Query(
        "SELECT p.id, a.id, a.name, p.created, p.used FROM program p JOIN membership m ON m.id = p.membership "
        "JOIN account a ON a.id = m.account WHERE m.org = ? ORDER BY p.created, p.id",
        (org,),
    )
    return [
        Program(client, open_text(sealer, "account.name", account, name), since, last)
        for client, account, name, since, last in rows
    ]


def personal(org: int) -> Plan[int]:
    """How many memberships patients and those they trust have."""
    roles = sorted(PERSONAL)
    rows = yield Query(
        f"SELECT COUNT(*) FROM membership WHERE org = ? AND role IN ({', '.join('?' * len(roles))})",  # noqa: S608  # marks
        (org, *roles),
    )
    return int(rows[0][0])


def noted(org: int, actions: tuple[str, ...], since: int) -> Plan[list[tuple[int, Entry]]]:
    """
    Entries of the log by their actions, with their places, oldest first.

    Args:
        org: Whose log; 0 is the platform's.
        actions: Names as entries have them.
        since: Milliseconds since the epoch.
    """
    rows = yield Query("SELECT size FROM audit_head WHERE org = ?", (org,))
    size = rows[0][0] if rows else 0
    found: list[tuple[int, Entry]] = []
    for block in (yield from _blocks(org, actions, since, size)):
        rows = yield Query(
            "SELECT seq, body FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ? ORDER BY seq",
            (org, block * BLOCK, min((block + 1) * BLOCK, size)),
        )
        entries = [(seq, open_body(body)) for seq, body in rows]
        found += [(seq, one) for seq, one in entries if one.action in actions and one.time >= since]
    return found


def _blocks(org: int, actions: tuple[str, ...], since: int, size: int) -> Plan[list[int]]:
    """Blocks that may hold them, in order; the one that is not full yet has no terms."""
    first = yield Query(
        "SELECT MIN(block) FROM audit_term WHERE org = ? AND kind = ? AND value >= ?",
        (org, int(Kind.DAY), since // DAY),
    )
    words = sorted({fingerprint(one) for one in actions})
    rows = yield Query(
        "SELECT DISTINCT block FROM audit_term WHERE org = ? AND kind = ? "  # noqa: S608  # marks
        f"AND value IN ({', '.join('?' * len(words))}) ORDER BY block",
        (org, int(Kind.ACTION), *words),
    )
    full, start = size // BLOCK, first[0][0]
    kept = [block for (block,) in rows if start is not None and start <= block < full]
    return [*kept, full] if size % BLOCK else kept
