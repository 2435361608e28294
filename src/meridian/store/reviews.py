"""What officers concluded of alarms: by the alarm's place in its organisation's log."""

from collections.abc import Sequence
from typing import NamedTuple

from meridian.store.plan import Change, Plan, Query
from meridian.store.visible import places


class Review(NamedTuple):
    """
    One conclusion; a later one of the same alarm replaces it, and the log keeps that both were made.

    Args:
        seq: The alarm's place in the log.
        verdict: `explained`, `false-alarm` or `incident`.
        note: Sealed.
        who: Whose it is, as `Practitioner/x`.
        at: When, ms since the epoch.
    """

    seq: int
    verdict: str
    note: bytes
    who: str
    at: int


def keep(org: int, review: Review) -> Plan[None]:
    """Put it down."""
    yield Change("DELETE FROM alarm_review WHERE org = ? AND seq = ?", (org, review.seq))
    yield Change(
        "INSERT INTO alarm_review (org, seq, verdict, note, who, at) VALUES (?, ?, ?, ?, ?, ?)", (org, *review)
    )


def of(org: int, seqs: Sequence[int]) -> Plan[dict[int, Review]]:
    """Those of alarms at these places."""
    if not seqs:
        return {}
    rows = yield Query(
        f"SELECT seq, verdict, note, who, at FROM alarm_review WHERE org = ? AND seq IN ({places(seqs)})", (org, *seqs)
    )
    return {row[0]: Review(*row) for row in rows}
