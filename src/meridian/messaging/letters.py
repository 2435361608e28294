"""What a message is as a Communication: its parts, and what may stand in it."""

import unicodedata
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.faults import Invalid, Issue, TooLarge
from meridian.fhir.ours import BASE, CODES, RESTRICTED

Resource: TypeAlias = dict[str, Any]

KEY: Final = BASE + "/message"
"""System of the identifier that whoever writes a message chooses, so that sending it twice is sending it once."""
CATEGORY: Final = CODES + "/message"
MESSAGE, NOTE = "message", "note"
ABOUT: Final = {"health": "nurse", "visit": "front-desk", "other": "front-desk", "privacy": "security-officer"}
"""What a thread is about, as patients choose, and the role that answers first."""
PRIVACY: Final = "privacy"
"""About who saw the record: labelled R, so that of those who treat only the care team can see it."""
NOPAT: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}
"""Withheld from the patient. Source: terminology.hl7.org/CodeSystem/v3-ActCode."""

LONGEST_TEXT = 5000
LONGEST_SUBJECT = 120
MOST_ATTACHMENTS = 10


class Draft(NamedTuple):
    """
    What somebody wants to send.

    Args:
        text: Plain text; nothing in it is read as HTML.
        key: Chosen by whoever sends, another for each message: sent twice, it is kept once.
        attachments: Logical ids of DocumentReferences about the same patient.
    """

    text: str
    key: str
    attachments: tuple[str, ...] = ()


def checked(draft: Draft) -> Draft:
    """
    The draft with its text in order.

    Raises:
        Invalid: If there is nothing to send, or characters that are no text.
        TooLarge: If it is too long, or brings too much.
    """
    text = tidy(draft.text)
    if not text and not draft.attachments:
        raise Invalid("A message needs words", issues=(Issue("required", "is needed", "text"),))
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"A message has at most {LONGEST_TEXT:,} characters")
    if len(draft.attachments) > MOST_ATTACHMENTS:
        raise TooLarge(f"A message brings at most {MOST_ATTACHMENTS} documents")
    return draft._replace(text=text, attachments=tuple(dict.fromkeys(draft.attachments)))


def tidy(text: str) -> str:
    r"""
    Text without what cannot be seen: control characters but for line ends, and marks that turn the direction round.

    >>> tidy(" a\r\nb\x00\u202e ")
    'a\nb'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in lines if one in "\n\t" or (unicodedata.category(one) != "Cc" and one not in _TURNS))
    return kept.strip()


_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Of which a message could seem to say something else. Source: unicode.org/reports/tr36, section 2.5."""


def subject_line(text: str) -> str:
    """
    What a thread is called, on one line.

    Raises:
        Invalid: If it is empty or too long.
    """
    line = " ".join(tidy(text).split())
    if not line or len(line) > LONGEST_SUBJECT:
        what = f"takes 1 to {LONGEST_SUBJECT} characters"
        raise Invalid(f"The subject {what}", issues=(Issue("value", what, "subject"),))
    return line


def communication(
    draft: Draft,
    *,
    patient: str,
    sender: str,
    recipients: tuple[str, ...],
    sent: str,
    category: str = MESSAGE,
    about: str = "",
    topic: str = "",
    thread: str = "",
    entry: str = "",
    restricted: bool = False,
) -> Resource:
    """
    A message as it is kept.

    Args:
        draft: Checked.
        patient: Reference of whose record it belongs to.
        sender: Reference of who writes.
        recipients: References of whom it is for.
        sent: Instant.
        category: `message`, or `note` among staff, which is withheld from the patient.
        about: One of `ABOUT`, of a thread's first.
        topic: Subject line, likewise.
        thread: Logical id of the thread's first; empty for the first itself.
        entry: Logical id of an AuditEvent that it asks about; mostly empty.
        restricted: Labelled R, as all of a thread about privacy.
    """
    words = [category, *([f"about-{about}"] if about else [])]
    made: Resource = {
        "resourceType": "Communication",
        "identifier": [{"system": KEY, "value": draft.key}],
        "status": "completed",
        "category": [{"coding": [{"system": CATEGORY, "code": word}]} for word in words],
        "subject": {"reference": patient},
        "sent": sent,
        "sender": {"reference": sender},
        "payload": [
            *([{"contentString": draft.text}] if draft.text else []),
            *({"contentReference": {"reference": f"DocumentReference/{one}"}} for one in draft.attachments),
        ],
    }
    if recipients:
        made["recipient"] = [{"reference": one} for one in recipients]
    if topic:
        made["topic"] = {"text": topic}
    if thread:
        made["partOf"] = [{"reference": f"Communication/{thread}"}]
    if entry:
        made["about"] = [{"reference": f"AuditEvent/{entry}"}]
    labels = [*([NOPAT] if category == NOTE else []), *([dict(RESTRICTED)] if restricted else [])]
    if labels:
        made["meta"] = {"security": labels}
    return made


def is_restricted(message: Resource) -> bool:
    """Whether it is labelled R."""
    return any(one.get("code") == RESTRICTED["code"] for one in message.get("meta", {}).get("security", ()))


def entry(message: Resource) -> str:
    """Logical id of the AuditEvent that it asks about; empty if it asks about none."""
    names = (one.get("reference", "") for one in message.get("about", ()))
    return next((name.partition("/")[2] for name in names if name.startswith("AuditEvent/")), "")


def words(message: Resource) -> set[str]:
    """The codes of its categories."""
    codings = [one for concept in message.get("category", ()) for one in concept.get("coding", ())]
    return {one.get("code", "") for one in codings if one.get("system") == CATEGORY}


def is_note(message: Resource) -> bool:
    """Whether it is a note among staff."""
    return NOTE in words(message)


def starts_a_thread(message: Resource) -> bool:
    """Whether it is the first of a thread of ours."""
    return MESSAGE in words(message) and not message.get("partOf")


def about(message: Resource) -> str:
    """What the thread is about."""
    return next((word.removeprefix("about-") for word in words(message) if word.startswith("about-")), "other")


def text(message: Resource) -> str:
    """Its words."""
    return "\n".join(part["contentString"] for part in message.get("payload", ()) if "contentString" in part)


def attached(message: Resource) -> list[str]:
    """Logical ids of the documents it brings."""
    references = [part.get("contentReference", {}).get("reference", "") for part in message.get("payload", ())]
    return [one.removeprefix("DocumentReference/") for one in references if one.startswith("DocumentReference/")]


def key(message: Resource) -> str:
    """What its writer sent it under; empty if it was not written here."""
    found = (one.get("value", "") for one in message.get("identifier", ()) if one.get("system") == KEY)
    return next(found, "")


def sender(message: Resource) -> str:
    """Reference of who wrote it."""
    return str(message.get("sender", {}).get("reference", ""))


def patient(message: Resource) -> str:
    """Logical id of whose record it belongs to."""
    return str(message.get("subject", {}).get("reference", "")).removeprefix("Patient/")
