"""How somebody can be reached: what their record says, as far as it holds now."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from meridian.fhir import ours
from meridian.fhir.spoken import spoken
from meridian.post.phones import e164
from meridian.post.texts import language_of

Resource: TypeAlias = dict[str, Any]

_ROUGH = {"home": 1, "mobile": 0, "work": 2, "temp": 3}
"""Which of several is taken, after their `rank`."""


class Reach(NamedTuple):
    """
    Where and how somebody is told.

    Args:
        mail: An address; empty if none is recorded.
        phone: A number that takes text messages, as E.164 writes it; likewise.
        language: One that we write.
        zone: Time zone (IANA), empty if it is not known.
        gone: Whether nothing is to be sent at all: the person has died, or the record is not in use.
    """

    mail: str = ""
    phone: str = ""
    language: str = "en"
    zone: str = ""
    gone: bool = False


def reach(person: Resource, now: int) -> Reach:
    """What a Patient, RelatedPerson or Practitioner says at *now* (ms since the epoch)."""
    telecom = sorted(_valid(person, now), key=lambda one: (one.get("rank", 99), _ROUGH.get(one.get("use", ""), 1)))
    mails = (one["value"] for one in telecom if one.get("system") == "email")
    phones = (e164(one["value"]) for one in telecom if _takes_texts(one))
    zone = ours.extended(person, "timezone") or {}
    return Reach(
        mail=next(mails, ""),
        phone=next(filter(None, phones), ""),
        language=language_of(*spoken(person)),
        zone=str(zone.get("valueCode", "")),
        gone=person.get("active") is False or bool(person.get("deceasedBoolean") or person.get("deceasedDateTime")),
    )


def _valid(person: Resource, now: int) -> Iterator[Resource]:
    for one in person.get("telecom", ()):
        if one.get("value") and one.get("use") != "old" and _holds(one.get("period", {}), now):
            yield one


def _takes_texts(one: Resource) -> bool:
    """Whether it is a mobile telephone, or may be one: a line at home or at work takes no text."""
    if one.get("system") == "sms":
        return True
    return one.get("system") == "phone" and one.get("use", "mobile") == "mobile"


def _holds(period: Resource, now: int) -> bool:
    """Whether a Period contains the day of *now*; days are compared as they are written."""
    today = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    start, end = str(period.get("start", "")), str(period.get("end", ""))
    return (not start or start[:10] <= today[: len(start)]) and (not end or end[:10] >= today[: len(end)])
