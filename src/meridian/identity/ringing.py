"""What an alarm brings about: its entry, and mails to the security officers, in the caller's own transaction."""

from meridian.audit import detectors
from meridian.audit.detectors import ALERT
from meridian.audit.entry import Entry
from meridian.identity import mail, memberships
from meridian.store import outbox, watched
from meridian.store.plan import Plan, Record

OFFICER = "security-officer"
TOPIC = "alarm"
"""Of the outbox: somebody else is to be told; `jobs.alarming` does it, where the settings say so."""
OTHERS = ("webhook", "alertmanager")


def ring(alert: Entry) -> Plan[None]:
    """
    Keep the *alert* and have its organisation's security officers told, in the caller's own transaction.

    Whoever else the settings name is told of each. Officers get one mail of a kind an hour, but for what is `AT_ONCE`;
    the log and the figures have all of them.
    """
    yield Record(alert)
    kind, key = alert.action.removeprefix(ALERT), f"{alert.action}|{alert.org}"
    for other in OTHERS:
        said = {"to": other, "kind": kind, "account": alert.account, "request": alert.request, "time": alert.time}
        yield from outbox.put(alert.org, TOPIC, other, alert.time, said)
    if kind in detectors.RINGING:
        yield from watched.note(kind, f"{alert.org}|{alert.account}", alert.time, most=0, window=1)
    heard = yield from watched.note(watched.TOLD, key, alert.time, most=0, window=detectors.MAILS)
    if not heard and kind not in detectors.AT_ONCE:
        return
    for officer in (yield from memberships.with_role(OFFICER, alert.org)):
        yield from mail.tell(0, officer, alert.action, alert.time)
