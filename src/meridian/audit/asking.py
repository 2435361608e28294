"""What a security officer asks the log for: a filter of codes and ids, as a search that the terms narrow."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from meridian.audit.detectors import ALERT
from meridian.audit.entry import Entry
from meridian.audit.search import Asked, Test
from meridian.audit.terms import Kind, entities
from meridian.faults import Malformed
from meridian.telemetry.figures import ALERTS

LONGEST = 128
"""Characters of a value."""
FOREVER = 1 << 62
ALERTED = tuple(ALERT + kind for kind in ALERTS)
"""The actions of alarms."""
_PLAIN = re.compile(r"[\w./:$@+ |-]*")


class Filter(NamedTuple):
    """
    Entries of one log; what is empty is not looked at.

    Args:
        account: Account id.
        who: The person, as `Practitioner/x`.
        patient: Logical id of a Patient that is named or was given out.
        action: As the log has it; `alert` is any alarm, `failures` sign-ins that failed.
        outcome: `ok`, `refused` or `failed`.
        purpose: v3-ActReason code.
        rule: One of the rules that allowed, or the reason that refused.
        address, session, request: Of the request.
        since: From when, ms since the epoch.
        until: Until when, which is not part of it; 0 is without end.
    """

    account: str = ""
    who: str = ""
    patient: str = ""
    action: str = ""
    outcome: str = ""
    purpose: str = ""
    rule: str = ""
    address: str = ""
    session: str = ""
    request: str = ""
    since: int = 0
    until: int = 0

    def words(self) -> str:
        """
        The filter on one line, as an export says what was asked for.

        >>> Filter(patient="p7", since=5).words()
        'patient=p7 since=5'
        """
        return " ".join(f"{name}={value}" for name, value in zip(self._fields, self, strict=True) if value)


def asked(by: Filter, count: int, after: int | None = None) -> Asked:
    """
    The search for one page, newest first.

    Raises:
        Malformed: If a value is longer than any id, or holds what no id holds.
    """
    for name, value in zip(by._fields, by, strict=True):
        if isinstance(value, str) and (len(value) > LONGEST or not _PLAIN.fullmatch(value)):
            raise Malformed(f"{name} takes an id or a code")
    until = by.until or FOREVER
    tests = (*_tests(by), Test(lambda entry: by.since <= entry.time < until))
    return Asked(tests, low=by.since, high=until, count=count, after=after)


def _tests(by: Filter) -> Iterator[Test]:
    if by.who:
        yield Test(lambda entry: entry.who == by.who, Kind.AGENT, (by.who,), _hint(by.who))
    if by.patient:
        yield Test(lambda entry: _names(entry, by.patient), Kind.PATIENT, (by.patient,), _hint(by.patient))
    if by.action:
        among = {"alert": ALERTED, "failures": ("sign-in-failed",)}.get(by.action, (by.action,))
        yield Test(lambda entry: entry.action in among, Kind.ACTION, among)
    if by.outcome:
        yield Test(lambda entry: entry.outcome == by.outcome, Kind.OUTCOME, (by.outcome,))
    if by.address:
        yield Test(lambda entry: entry.address == by.address, Kind.ADDRESS, (by.address,), _hint(by.address))
    if by.rule:
        yield Test(lambda entry: by.rule in entry.rule.split("|"), hint=_hint(by.rule))
    for name in ("account", "purpose", "session", "request"):
        if value := getattr(by, name):
            yield Test(_is(name, value), hint=_hint(value))


def _is(name: str, value: str) -> Callable[[Entry], bool]:
    return lambda entry: bool(getattr(entry, name) == value)


def _names(entry: Entry, patient: str) -> bool:
    return entry.patient == patient or f"Patient/{patient}" in set(entities(entry))


def _hint(text: str) -> bytes:
    return msgspec.json.encode(text)[1:-1]
