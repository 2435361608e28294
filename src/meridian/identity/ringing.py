"""What an alarm brings about: its entry, and mails to the security officers, in the caller's own transaction."""

from meridian.audit import detectors
from meridian.audit.detectors import ALERT
from meridian.audit.entry import Entry
from meridian.identity import mail, memberships
from meridian.store import watched
from meridian.store.plan import Plan, Record

OFFICER = "security-officer"


def ring(alert: Entry) -> Plan[None]:
    """
    Keep the *alert* and have its organisation's security officers told, in the caller's own transaction.

    They get one mail of a kind an hour, but for what is `AT_ONCE`; the log and the figures have all of them.
    """
    yield Record(alert)
    kind, key = alert.action.removeprefix(ALERT), f"{alert.action}|{alert.org}"
    if kind in detectors.RINGING:
        yield from watched.note(kind, f"{alert.org}|{alert.account}", alert.time, most=0, window=1)
    heard = yield from watched.note(watched.TOLD, key, alert.time, most=0, window=detectors.MAILS)
    if not heard and kind not in detectors.AT_ONCE:
        return
    for officer in (yield from memberships.with_role(OFFICER, alert.org)):
        yield from mail.tell(0, officer, alert.action, alert.time)
