"""
Rows of what patients let other organisations read: by whom, which parts, from when until when.

A row is made and ended by the patient's own operation only. It says no more than that somebody agreed once: what is
open now is for `access.sharing` to find out, which reads the Consent.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from meridian.store.plan import Change, Plan, Query

_COLUMNS = "s.id, s.org, s.patient, s.consent, s.recipient, s.parts, s.labelled, s.starts, s.ends, s.withdrawn"


class Share(NamedTuple):
    """
    What one patient let one organisation read.

    Args:
        id: Its name.
        org: Number of the organisation whose record it is.
        patient: Logical id there.
        consent: Logical id of the Consent there.
        recipient: Number of the organisation that may read.
        parts: Codes of what is open (`access.sharing.PARTS`).
        labelled: Whether what is labelled R or V is.
        starts: Ms since the epoch.
        ends: Likewise; from then on it is closed.
        withdrawn: When the patient took it back, likewise; 0 while it stands.
    """

    id: str
    org: int
    patient: str
    consent: str
    recipient: int
    parts: tuple[str, ...]
    labelled: bool
    starts: int
    ends: int
    withdrawn: int

    def holds(self, now: int) -> bool:
        """Whether it is neither over nor taken back at *now* (ms since the epoch)."""
        return not self.withdrawn and self.starts <= now < self.ends


class Place(NamedTuple):
    """An organisation: number, the Organization's logical id, and name."""

    no: int
    id: str
    name: str


def keep(one: Share) -> Plan[None]:
    """Keep a new one."""
    yield Change(
        "INSERT INTO share (id, org, patient, consent, recipient, parts, labelled, starts, ends, withdrawn)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.id, one.org, one.patient, one.consent, one.recipient, " ".join(one.parts), int(one.labelled), one.starts,
         one.ends, one.withdrawn),
    )  # fmt: skip


def withdraw(org: int, patient: str, share: str, now: int) -> Plan[bool]:
    """Take one back; whether there was one that had not been."""
    done = yield Change(
        "UPDATE share SET withdrawn = ? WHERE id = ? AND org = ? AND patient = ? AND withdrawn = 0",
        (now, share, org, patient),
    )
    return bool(done.rows)


def find(share: str) -> Plan[Share | None]:
    """The one of that name."""
    rows = yield Query(f"SELECT {_COLUMNS} FROM share s WHERE s.id = ?", (share,))
    return _share(rows[0]) if rows else None


def of_patients(org: int, patients: Sequence[str]) -> Plan[list[Share]]:
    """All that was ever given from the records of *patients*, the newest first."""
    if not patients:
        return []
    holes = ", ".join("?" * len(patients))
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM share s WHERE s.org = ? AND s.patient IN ({holes}) ORDER BY s.starts DESC, s.id",
        (org, *patients),
    )
    return [_share(row) for row in rows]


def of_organisation(org: int, now: int, most: int) -> Plan[list[Share]]:
    """What is neither over nor taken back of an organisation's records, what ends first before the rest."""
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM share s WHERE s.org = ? AND s.ends > ? AND s.withdrawn = 0"
        " ORDER BY s.ends, s.id LIMIT ?",
        (org, now, most),
    )
    return [_share(row) for row in rows]


def with_organisation(recipient: int, now: int, most: int) -> Plan[list[Share]]:
    """Likewise what an organisation may read of others'."""
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM share s WHERE s.recipient = ? AND s.ends > ? AND s.withdrawn = 0"
        " ORDER BY s.ends, s.id LIMIT ?",
        (recipient, now, most),
    )
    return [_share(row) for row in rows]


def places() -> Plan[list[Place]]:
    """Every organisation, by name."""
    rows = yield Query("SELECT no, id, name FROM organisation ORDER BY name, no")
    return [Place(*row) for row in rows]


def reader(org: int, account: str) -> Plan[str]:
    """As which Practitioner an account works in an organisation; empty if as none."""
    rows = yield Query(
        "SELECT who FROM membership WHERE org = ? AND account = ? AND who LIKE 'Practitioner/%' ORDER BY created",
        (org, account),
    )
    return str(rows[0][0]) if rows else ""


def _share(row: Sequence[Any]) -> Share:
    number, org, patient, consent, recipient, parts, labelled, starts, ends, withdrawn = row
    return Share(
        number, org, patient, consent, recipient, tuple(parts.split()), bool(labelled), starts, ends, withdrawn
    )
