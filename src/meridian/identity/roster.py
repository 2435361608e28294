"""Memberships with their accounts, for lists: one query, however many there are."""

from typing import Any

from meridian.identity.facts import PROGRAM
from meridian.identity.sealing import open_text
from meridian.identity.views import Member, Status, Trusted
from meridian.store.plan import Plan, Query
from meridian.vault.platform import PlatformKey

_SELECT = (
    "SELECT m.id, m.account, a.name, a.email, m.role, m.who, m.status, a.active, m.org, o.id, "
    "(SELECT MAX(s.created) FROM session s WHERE s.membership = m.id), "
    "(SELECT COUNT(*) FROM totp t WHERE t.account = m.account AND t.confirmed > 0) "
    "+ (SELECT COUNT(*) FROM passkey p WHERE p.account = m.account) "
    "+ (SELECT COUNT(*) FROM pool_user u WHERE u.account = m.account AND u.totp > 0 AND u.renew = 0) "
    "FROM membership m JOIN account a ON a.id = m.account JOIN organisation o ON o.no = m.org "
)
_ORDER = " ORDER BY m.org, m.created, m.id"


def of_organisation(sealer: PlatformKey, org: int) -> Plan[list[Member]]:
    """Everybody with a membership or an open invitation; programs are left out."""
    rows = yield Query(_SELECT + "WHERE m.org = ? AND m.role <> ?" + _ORDER, (org, PROGRAM))
    return [_member(sealer, row) for row in rows]


def of_everywhere(sealer: PlatformKey) -> Plan[list[Member]]:
    """Every membership of every organisation, programs' too."""
    rows = yield Query(_SELECT + _ORDER)
    return [_member(sealer, row) for row in rows]


def of_membership(sealer: PlatformKey, membership: str) -> Plan[Member]:
    """One that is there."""
    rows = yield Query(_SELECT + "WHERE m.id = ?", (membership,))
    return _member(sealer, rows[0])


def trusted(sealer: PlatformKey, org: int, patient: str) -> Plan[list[Trusted]]:
    """The patient, proxies and helpers of one patient, oldest first."""
    rows = yield Query(
        "SELECT m.id, m.account, a.name, a.email, m.role, m.who, m.status, a.active, e.starts, e.ends FROM entrusted e "
        "JOIN membership m ON m.id = e.membership JOIN account a ON a.id = m.account "
        "WHERE e.org = ? AND e.patient = ? AND m.role IN ('patient', 'proxy', 'helper') ORDER BY m.created, m.id",
        (org, patient),
    )
    return [
        Trusted(
            membership=membership,
            name=open_text(sealer, "account.name", account, name),
            email=open_text(sealer, "account.email", account, email),
            role=role,
            who=who,
            status=_status(status, active=bool(active)),
            starts=starts,
            ends=ends,
        )
        for membership, account, name, email, role, who, status, active, starts, ends in rows
    ]


def _member(sealer: PlatformKey, row: Any) -> Member:
    membership, account, name, email, role, who, status, active, org, organisation, last, factors = row
    return Member(
        membership=membership,
        account=account,
        name=open_text(sealer, "account.name", account, name),
        email=open_text(sealer, "account.email", account, email),
        role=role,
        who=who,
        status=_status(status, active=bool(active)),
        last_sign_in=last or 0,
        second_factor=factors > 0,
        active=bool(active),
        org=org,
        organisation=organisation,
    )


def _status(status: str, *, active: bool) -> Status:
    if status == "invited":
        return "invited"
    return "active" if active and status == "active" else "disabled"
