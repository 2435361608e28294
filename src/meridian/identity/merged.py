"""
Portal accounts of a patient whose record is merged into another's: the memberships go with it, and come back.

A membership that is the patient's own or was entrusted the patient names the other one from then on. Where an account
would have the same twice, the one that moves is put aside. Sessions see it within ten seconds, as every change of a
membership; accounts, passwords and second factors are left alone.
"""

from typing import Any, NamedTuple, TypeAlias

from meridian.store.plan import Change, Plan, Query

Row: TypeAlias = list[Any]


class Bearer(NamedTuple):
    """A membership that reaches a patient: as whom, and in which state."""

    membership: str
    account: str
    role: str
    who: str
    status: str


def bearers(org: int, patient: str) -> Plan[list[Bearer]]:
    """The memberships that are the patient's own or were entrusted the patient."""
    rows = yield Query(
        "SELECT DISTINCT m.id, m.account, m.role, m.who, m.status FROM membership m"
        " LEFT JOIN entrusted e ON e.membership = m.id AND e.org = m.org AND e.patient = ?"
        " WHERE m.org = ? AND (m.who = ? OR e.patient IS NOT NULL) ORDER BY m.id",
        (patient, org, f"Patient/{patient}"),
    )
    return [Bearer(*row) for row in rows]


def move(org: int, gone: str, keep: str) -> Plan[dict[str, list[Row]]]:
    """Let what names *gone* name *keep*; gives what `move_back` needs."""
    mine = yield Query(
        "SELECT id, account, role, status FROM membership WHERE org = ? AND who = ? ORDER BY id FOR UPDATE",
        (org, f"Patient/{gone}"),
    )
    moved: list[Row] = []
    for membership, account, role, status in mine:
        twice = yield Query(
            "SELECT 1 FROM membership WHERE org = ? AND account = ? AND role = ? AND who = ?",
            (org, account, role, f"Patient/{keep}"),
        )
        who, then = (f"Patient/{gone}", "disabled") if twice else (f"Patient/{keep}", status)
        yield Change("UPDATE membership SET who = ?, status = ? WHERE id = ?", (who, then, membership))
        moved.append([membership, status, who, then])
    theirs = yield Query(
        "SELECT membership, starts, ends FROM entrusted WHERE org = ? AND patient = ? ORDER BY membership FOR UPDATE",
        (org, gone),
    )
    entrusted: list[Row] = []
    for membership, starts, ends in theirs:
        twice = yield Query("SELECT 1 FROM entrusted WHERE membership = ? AND patient = ?", (membership, keep))
        if twice:
            yield Change("DELETE FROM entrusted WHERE membership = ? AND patient = ?", (membership, gone))
        else:
            yield Change(
                "UPDATE entrusted SET patient = ? WHERE membership = ? AND patient = ?", (keep, membership, gone)
            )
        entrusted.append([membership, starts, ends, bool(twice)])
    return {"memberships": moved, "entrusted": entrusted}


def changed_since(org: int, keep: str, moved: dict[str, list[Row]]) -> Plan[list[str]]:
    """Ids of memberships that are no longer as `move` left them, or that reach *keep* since."""
    changed: list[str] = []
    for membership, _, who, status in moved["memberships"]:
        rows = yield Query("SELECT who, status FROM membership WHERE id = ? FOR UPDATE", (membership,))
        if not rows or (rows[0][0], rows[0][1]) != (who, status):
            changed.append(membership)
    for membership, starts, ends, twice in moved["entrusted"]:
        rows = yield Query(
            "SELECT starts, ends FROM entrusted WHERE membership = ? AND patient = ? FOR UPDATE", (membership, keep)
        )
        if not rows or (not twice and (rows[0][0], rows[0][1]) != (starts, ends)):
            changed.append(membership)
    del org
    return changed


def move_back(org: int, gone: str, keep: str, moved: dict[str, list[Row]]) -> Plan[None]:
    """As it was before `move`."""
    for membership, status, *_ in moved["memberships"]:
        yield Change("UPDATE membership SET who = ?, status = ? WHERE id = ?", (f"Patient/{gone}", status, membership))
    for membership, starts, ends, twice in moved["entrusted"]:
        if twice:
            yield Change(
                "INSERT INTO entrusted (membership, patient, org, starts, ends) VALUES (?, ?, ?, ?, ?)",
                (membership, gone, org, starts, ends),
            )
        else:
            yield Change(
                "UPDATE entrusted SET patient = ? WHERE membership = ? AND patient = ?", (gone, membership, keep)
            )
