"""One line of the audit log, as the system means it; `events.py` shows it as a FHIR AuditEvent."""

import msgspec


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    Who did what to which record, when, why, and how it ended. Holds ids only: no name, no value, no search text.

    Source: 45 CFR 164.312(b); elements follow hl7.org/fhir/R4/auditevent.html.
    """

    org: int
    """Organisation number whose log takes the entry; 0 is the platform's own log."""
    time: int
    """Milliseconds since the epoch."""
    action: str
    """Interaction or event: `read`, `search-type`, `create`, `sign-in`, `sign-in-failed`, ..."""
    outcome: str = "ok"
    """`ok`, `refused`, or `failed`."""
    account: str = ""
    """Account id; empty for nobody (a failed sign-in of an unknown name)."""
    who: str = ""
    """The person as a reference, `Practitioner/x`."""
    role: str = ""
    purpose: str = ""
    """Purpose of use, v3-ActReason code: TREAT, HPAYMT, HOPERAT, PATRQT, ETREAT, SYSADMIN ..."""
    what: str = ""
    """`Type/id`, `Type/id/_history/n`, or `Type` for a search."""
    patient: str = ""
    """Logical id of the patient whose record it concerns; empty when none or several."""
    count: int = 0
    """Resources a search or bundle gave out."""
    seen: tuple[str, ...] = ()
    """`Type/id` of every resource a search, `$everything` or bundle gave out or changed."""
    rule: str = ""
    """Why it was allowed or refused: the policy rule's name."""
    address: str = ""
    agent: str = ""
    """User-Agent, at most 200 characters."""
    request: str = ""
    """Request id, as in `X-Request-ID`."""
    session: str = ""
