"""
What in the stream of entries calls for a person's attention.

One detector so far: many failed sign-ins from one address. It judges entries as they are made, keeps a bounded state,
and gives the entry of an alert; whoever holds it records that entry and tells the security officers.
"""

from collections import OrderedDict, deque
from collections.abc import Callable

from meridian.audit.entry import Entry

FAILED = "sign-in-failed"
"""The action of an entry about a sign-in that did not succeed."""
ALERT = "alert-sign-in-failures"
MOST_FAILURES = 5
"""House policy, from the threat models: more than these from one address within `WINDOW` is an alert."""
WINDOW = 10 * 60_000
"""Milliseconds."""
ADDRESSES = 10_000
"""Addresses remembered; the one heard of longest ago is forgotten first."""


def alarming(failures: "deque[int]", now: int) -> bool:
    """
    Whether these *failures* (their times, rising) are too many within the window that ends *now*.

    >>> alarming(deque([0, 1, 2, 3, 4]), 5), alarming(deque([0, 1, 2, 3, 4, 5]), 5)
    (False, True)
    """
    return sum(now - WINDOW < time <= now for time in failures) > MOST_FAILURES


class SignInFailures:
    """
    Counts failed sign-ins by address; one alert for each address and window.

    Args:
        alert: Called with the alert's entry, which goes into the platform's own log.
    """

    def __init__(self, alert: Callable[[Entry], None]) -> None:
        self._alert = alert
        self._failures: OrderedDict[str, deque[int]] = OrderedDict()
        self._alerted: OrderedDict[str, int] = OrderedDict()

    def __call__(self, entry: Entry) -> None:
        """Take note of an entry that is being recorded."""
        if entry.action != FAILED or not entry.address:
            return
        failures = self._failures.pop(entry.address, None) or deque(maxlen=MOST_FAILURES + 1)
        failures.append(entry.time)
        self._failures[entry.address] = failures
        if len(self._failures) > ADDRESSES:
            self._failures.popitem(last=False)
        if alarming(failures, entry.time) and entry.time - self._alerted.get(entry.address, -WINDOW) >= WINDOW:
            self._remember(entry)
            self._alert(Entry(org=0, time=entry.time, action=ALERT, address=entry.address, request=entry.request))

    def _remember(self, entry: Entry) -> None:
        self._alerted.pop(entry.address, None)
        self._alerted[entry.address] = entry.time
        if len(self._alerted) > ADDRESSES:
            self._alerted.popitem(last=False)
