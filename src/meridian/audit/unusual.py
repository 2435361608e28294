"""
Which access to a record is unusual, judged of one look at one patient: pure, like `detectors`.

Each patient that an account looks at is judged once a day and counted once an hour (`looked`). How the two stand to
each other is the database's to say (`store.standing`); names are compared there, and an alarm holds ids only.
Thresholds are the clinic's (`settings.oversight`); an alarm is no verdict, and officers settle those that turn out to
be nothing.

Source: 45 CFR 164.308(a)(1)(ii)(D), information system activity review.
"""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime

from meridian.audit.detectors import ALERT, DAY
from meridian.audit.entry import Entry
from meridian.settings.oversight import Oversight
from meridian.store.standing import Standing

OWN, FAMILY, PROTECTED, STRANGER = "own-record", "own-family", "protected-record", "no-relation"
READING, NIGHT, ADDRESS = "bulk-reading", "odd-hours", "shared-address"
KINDS = (OWN, FAMILY, PROTECTED, STRANGER, READING, NIGHT, ADDRESS)
"""What is raised here."""
AGAIN = 7 * DAY
"""Milliseconds in which one look at one patient is told of once; longer ones would be forgotten (`alarms.KEPT`)."""
STILL = 90 * DAY
"""Milliseconds without anything done for a patient, after which a stranger has no evident reason to look."""
STAFF = frozenset({"front-desk", "nurse", "clinician", "lab", "pharmacist", "administrator", "security-officer"})
CARERS = frozenset({"nurse", "clinician"})
"""Roles whose looks are to have a reason in the record: the others work on whatever comes."""
EMERGENCY = "BTG"
"""The purpose of a look that has its own alarm and its own review."""
REMEMBERED = 50_000
"""Looks that a process keeps in mind, so that it asks the database about the first of an hour only."""


def looked(entry: Entry) -> bool:
    """
    Whether somebody of the workforce was given something of one patient's record.

    >>> looked(Entry(org=1, time=1, action="read", account="a", role="nurse", purpose="TREAT", patient="p"))
    True
    """
    given = entry.outcome == "ok" and bool(entry.purpose) and not entry.action.startswith(ALERT)
    return given and bool(entry.patient and entry.account) and entry.role in STAFF


def judged(entry: Entry, standing: Standing) -> Iterator[str]:
    """What is unusual about the look, given how the two stand to each other; `STRANGER` is only counted, not raised."""
    if standing.own:
        yield OWN
    elif standing.kin:
        yield FAMILY
    if standing.cares or entry.purpose == EMERGENCY:
        return
    if standing.protected:
        yield PROTECTED
    if entry.role in CARERS and standing.moved < entry.time - STILL:
        yield STRANGER


def at_night(entry: Entry, limits: Oversight) -> bool:
    """Whether it happened while nobody is at work."""
    at = datetime.fromtimestamp(entry.time / 1000, UTC).astimezone(limits.clock)
    return limits.is_night(at.hour * 60 + at.minute)


class Lately:
    """What a process has seen in the last while, so that most looks cost nothing."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._seen: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def is_new(self, now: int, *key: object) -> bool:
        """Whether *key* was not seen in the window before *now*; it is now."""
        seen = self._seen.get(key)
        if seen is not None and now - seen < self._window:
            return False
        self._seen[key] = now
        self._seen.move_to_end(key)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True
