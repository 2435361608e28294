"""
Looks at records, judged: what `audit.unusual` calls unusual of them becomes an alarm.

A process asks the database about the first look of an hour of an account at a patient, and several processes agree
there on which of them raises what.
"""

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from meridian.audit import unusual
from meridian.audit.detectors import ALERT, DAY, HOUR, SIGNED_IN
from meridian.audit.entry import Entry
from meridian.identity.facts import PROGRAM
from meridian.identity.ringing import ring
from meridian.settings.oversight import Oversight
from meridian.store import standing, watched
from meridian.store.plan import Plan


class Unusual:
    """
    Which entries are to be judged, and how.

    Args:
        limits: The clinic's thresholds.
    """

    def __init__(self, limits: Oversight) -> None:
        self._limits = limits
        self._lately = unusual.Lately(HOUR)

    def plans(self, entry: Entry) -> Iterator[Callable[[], Plan[bool]]]:
        """What is to be asked of the database about *entry*; nothing of most."""
        if unusual.looked(entry) and self._lately.is_new(entry.time, entry.org, entry.account, entry.patient):
            yield partial(self._glanced, entry)
        if entry.action == SIGNED_IN and entry.account and entry.address and entry.role != PROGRAM:
            yield partial(self._came_from, entry)

    def _glanced(self, entry: Entry) -> Plan[bool]:
        pair = f"{entry.org}|{entry.account}|{entry.patient}"
        if not (yield from _first("hour", pair, entry.time, HOUR)):
            return False
        told = yield from self._counted(entry)
        if (yield from _first("day", pair, entry.time, DAY)):
            found = yield from standing.of(entry.org, entry.account, entry.who, entry.patient)
            for kind in unusual.judged(entry, found) if found else ():
                told = (yield from self._unusual(kind, pair, entry)) or told
        return told

    def _counted(self, entry: Entry) -> Plan[bool]:
        """By how many patients an hour, and by the time of day."""
        who, told, most = f"{entry.org}|{entry.account}", False, self._limits.baseline(entry.role)
        if most and (yield from watched.note(unusual.READING, who, entry.time, most=most, window=HOUR)):
            yield from ring(_alert(unusual.READING, entry, whose=False))
            told = True
        night = unusual.at_night(entry, self._limits)
        if night and (yield from watched.note(unusual.NIGHT, who, entry.time, most=0, window=DAY // 2)):
            yield from ring(_alert(unusual.NIGHT, entry))
            told = True
        return told

    def _unusual(self, kind: str, pair: str, entry: Entry) -> Plan[bool]:
        if kind == unusual.STRANGER:
            who, most = f"{entry.org}|{entry.account}", self._limits.strangers_a_day
            told = yield from watched.note(kind, who, entry.time, most=most, window=DAY)
        else:
            told = yield from watched.note(kind, pair, entry.time, most=0, window=unusual.AGAIN)
        if told:
            yield from ring(_alert(kind, entry))
        return told

    def _came_from(self, entry: Entry) -> Plan[bool]:
        """Somebody signed in: how many accounts come from that address."""
        if not (yield from _first("address", f"{entry.address}|{entry.account}", entry.time, HOUR)):
            return False
        most = self._limits.accounts_an_address
        told = yield from watched.note(unusual.ADDRESS, entry.address, entry.time, most=most, window=HOUR)
        if told:
            yield from ring(Entry(0, entry.time, ALERT + unusual.ADDRESS, address=entry.address, request=entry.request))
        return told


def _first(sort: str, key: str, now: int, window: int) -> Plan[bool]:
    """Whether it is the first time in the *window*, for all processes."""
    return (yield from watched.note(watched.LOOKED, f"{sort}|{key}", now, most=0, window=window))


def _alert(kind: str, cause: Entry, *, whose: bool = True) -> Entry:
    """The entry of an alarm that the look *cause* brought about; *whose* record it was, if it is about one."""
    return msgspec.structs.replace(
        cause,
        action=ALERT + kind,
        purpose="",
        what=f"Patient/{cause.patient}" if whose else "",
        patient=cause.patient if whose else "",
        count=0,
        seen=(),
        rule="",
        agent="",
    )
