"""What was shut while an incident is answered: every process looks here before it goes there."""

from meridian.store.plan import Change, Plan, Query

PARTNER = "partner"
"""A safety partner that is not to be called."""


def shut(kind: str, name: str, now: int) -> Plan[bool]:
    """Shut it; whether it was open."""
    if (yield from is_shut(kind, name)):
        return False
    yield Change("INSERT INTO shut (kind, name, since) VALUES (?, ?, ?)", (kind, name, now))
    return True


def reopen(kind: str, name: str) -> Plan[bool]:
    """Open it again; whether it was shut."""
    done = yield Change("DELETE FROM shut WHERE kind = ? AND name = ?", (kind, name))
    return bool(done.rows)


def is_shut(kind: str, name: str) -> Plan[bool]:
    """Whether it is shut."""
    rows = yield Query("SELECT 1 FROM shut WHERE kind = ? AND name = ?", (kind, name))
    return bool(rows)


def everything() -> Plan[list[tuple[str, str, int]]]:
    """Kind, name and since when (ms since the epoch) of all that is shut."""
    rows = yield Query("SELECT kind, name, since FROM shut ORDER BY kind, name")
    return [(kind, name, since) for kind, name, since in rows]
