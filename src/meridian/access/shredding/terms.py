"""
What may be destroyed, and who may be the second to say so; pure.

Records of care are kept as long as the law of the place says (`settings.retention`). What is found against a
destruction either forbids it, as a legal hold does, or asks the second person for a coded reason and words.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why somebody asks for a destruction."""

    PATIENT = "patient-request"
    """The patient wants it, and the law of the place gives them the right."""
    RETENTION = "retention-ended"
    ERROR = "recorded-in-error"
    """There is no such patient here, or never was."""
    COURT = "court-order"


class Override(StrEnum):
    """Why what was found does not forbid it."""

    LAW = "local-law"
    COURT = "court-order"
    NO_CARE = "no-care-given"
    SETTLED = "settled-elsewhere"


class HoldReason(StrEnum):
    """Why a record is not to be destroyed."""

    LITIGATION = "litigation"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    OTHER = "other"


class Terms(NamedTuple):
    """Years as `settings.retention` has them, for one organisation."""

    years: int
    majority: int


class Finding(NamedTuple):
    """
    Something that stands against it.

    Args:
        code: `hold`, `retention`, `open-task`, `coming-appointment` or `open-encounter`.
        what: Which, as `Task/17`; empty for the record itself.
        says: A date, or what a Task is about.
    """

    code: str
    what: str = ""
    says: str = ""

    @property
    def forbids(self) -> bool:
        """Whether nobody can override it."""
        return self.code == "hold"


class Seat(NamedTuple):
    """
    Somebody in a role.

    Args:
        account: Whose account.
        membership: The role's.
        role: As what.
        who: The person in the records, as `Practitioner/17`.
        since: Since when the membership is there, ms since the epoch.
    """

    account: str
    membership: str
    role: str
    who: str
    since: int


def kept_until(born: str, last: int, terms: Terms) -> date:
    """
    The day on which a record need be kept no longer.

    Args:
        born: FHIR `date`, perhaps of a year alone, which counts to its end; empty counts as born on the last day.
        last: When the patient was seen last, ms since the epoch.
        terms: How long.

    >>> seen = 1_600_000_000_000    # 13-Sep-2020
    >>> kept_until("1980-02-29", seen, Terms(10, 18)).isoformat()
    '2030-09-13'
    >>> kept_until("2012-05-01", seen, Terms(10, 18)).isoformat()
    '2040-05-01'
    """
    seen = datetime.fromtimestamp(last / 1000, UTC).date()
    of_age = _later(_born(born) or seen, terms.majority)
    return _later(max(seen, of_age), terms.years)


def _born(said: str) -> date | None:
    parts = [int(one) for one in said.split("-")] if said else []
    if not parts:
        return None
    year, month, day = (*parts, *(12, 31)[len(parts) - 1 :])[:3]
    while True:
        try:
            return date(year, month, day)
        except ValueError:  # a month that is shorter
            day -= 1


def _later(day: date, years: int) -> date:
    """
    So many years later; of 29 February, on 1 March where that year has none.

    >>> _later(date(2020, 2, 29), 1).isoformat()
    '2021-03-01'
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def not_second(asker: Seat, second: Seat, asked: int, patients_people: Collection[str]) -> str:
    """
    Why *second* may not approve what *asker* asked for at *asked*; empty if they may.

    Two people are two accounts, two persons in the records and two roles, one of them in charge of security, since
    there is one of those in every clinic (45 CFR 164.308(a)(2)). Nobody becomes the second person after the first one
    asked, since who invites people could invite themselves.

    Args:
        asker: Who asked.
        second: Who approves.
        asked: When it was asked, ms since the epoch.
        patients_people: Accounts of the patient and of those entrusted with them.
    """
    refusals = {
        "same-account": second.account == asker.account,
        "same-membership": second.membership == asker.membership,
        "same-person": not second.who or second.who == asker.who,
        "same-role": second.role == asker.role,
        "new-member": second.since >= asked,
        "is-patient": second.account in patients_people,
    }
    return next((code for code, holds in refusals.items() if holds), "")


def unseen(found: Sequence[Finding], allowed: str) -> list[Finding]:
    """Of what is found now, what the second person did not override: *allowed* are the codes they did."""
    known = set(allowed.split())
    return [one for one in found if one.forbids or one.code not in known]
