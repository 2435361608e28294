"""
Asking for emergency access to one patient, and giving it back.

Whoever meets a record that is not theirs to see asks with a coded reason and a sentence, having proved anew who they
are. A patient of whom nothing may be seen is named exactly: by the number of the record, or by name and birth date.
What is answered then tells whether there is such a patient, so each question counts, found or not: it leaves an alert,
a Task to be reviewed, and one use less within the hour.

The sentence is kept in the Task, sealed with the patient's key; the log and the row hold codes and ids.
"""

from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.rules import BREAKERS
from meridian.access.subject import Subject
from meridian.access.work import Plan, Work
from meridian.audit.detectors import ALERT, BREAK_GLASS
from meridian.clock import instant
from meridian.faults import Forbidden, NotFound, Throttled
from meridian.fhir import ours
from meridian.identity import emergencies, merged
from meridian.identity.emergencies import Emergency
from meridian.identity.facts import Identity
from meridian.identity.opaque import new_id
from meridian.identity.ringing import ring
from meridian.store.plan import Record

Resource: TypeAlias = dict[str, Any]

BEGIN, END = "emergency/$begin", "emergency/$end"
TASK = "emergency-review"
OFFICERS = "security-officer"
"""The role that reviews."""
REASONS = ours.CODES + "/emergency-reason"
FAMILY_NAME = "family-name"
"""Flag: the patient's family name is the asker's own."""


class Reason(StrEnum):
    """Why somebody needs to look at once; codes of ours, since v3-ActReason says no more than BTG and ETREAT."""

    LIFE_THREATENING = "life-threatening"
    """Life or limb is in danger."""
    CANNOT_SAY = "cannot-say"
    """The patient cannot say what one needs to know."""
    STANDING_IN = "standing-in"
    """Somebody of the care team is not to be had."""
    URGENT_RESULT = "urgent-result"
    """A result or a message that cannot wait."""
    MEDICINE_SAFETY = "medicine-safety"
    """A medicine is to be given or dispensed now."""
    OTHER = "other"
    """As the sentence says."""


class Wish(NamedTuple):
    """
    Whose record, and why.

    Args:
        reason: Its code.
        explanation: A sentence; kept sealed.
        patient: Logical id, where some of the record is in sight.
        number: Else an identifier of the record.
        family, given, birth_date: Else all three, exactly.
    """

    reason: Reason
    explanation: str
    patient: str = ""
    number: str = ""
    family: str = ""
    given: str = ""
    birth_date: str = ""


def may_ask(subject: Subject) -> None:
    """
    Pass if the subject's role may ask; to be called before anybody is asked for a proof.

    Raises:
        Forbidden: If not.
    """
    if subject.role not in BREAKERS:
        raise Forbidden("Emergency access is for those who treat")


async def begin(chart: Chart, identity: Identity, wish: Wish) -> Emergency:
    """
    Open one patient's record to the session for an hour; it is alerted and to be reviewed.

    Raises:
        NotFound: If nobody, or nobody alone, is meant; it counted all the same.
        Throttled: If the account asked `emergencies.MOST` times within the hour.
        Forbidden: If the role may not, or it is one's own record.
    """
    may_ask(chart.subject)
    made: Emergency = await chart.work(BEGIN, lambda work: _begin(work, identity, wish))
    if not made.patient:
        raise NotFound("Nobody is registered exactly so; ask by the number of the record")
    return made


def _begin(work: Work, identity: Identity, wish: Wish) -> Plan[Emergency]:
    now, subject = work.now, work.subject
    asked = yield from emergencies.asked_lately(subject.account, now)
    if len(asked) >= emergencies.MOST:
        wait = (asked[-emergencies.MOST] + emergencies.WINDOW_MS - now) // 1000 + 1
        raise Throttled("Emergency access was asked for too often within the hour", retry_after=wait)
    patient = yield from _meant(work, wish)
    name = patient["id"] if patient else ""
    if name:
        yield from _not_ones_own(subject, name)
    task = yield from work.create("Task", _task(work, wish, name))
    made = Emergency(
        id=new_id(),
        org=subject.org,
        account=subject.account,
        session=subject.session,
        membership=identity.membership,
        who=subject.who,
        role=subject.role.value,
        patient=name,
        reason=wish.reason.value,
        flags=(yield from _flags(work, patient)),
        task=task["id"],
        began=now,
        ends=now + emergencies.LASTING_MS if name else now,
        ended=0 if name else now,
        how="" if name else emergencies.NOBODY,
        due=now + emergencies.DUE_MS,
        overdue=0,
        reviewed=0,
        reviewer="",
        verdict="",
    )
    if name:
        yield from emergencies.end_all(subject.session, emergencies.OTHER, now)
    yield from emergencies.keep(made)
    yield from _tell(work, made)
    return made


def _tell(work: Work, made: Emergency) -> Plan[None]:
    """The entry of its beginning, and the alert: in the log, to the security officers, in the figures."""
    outcome = "ok" if made.patient else "refused"
    rule = "|".join(filter(None, ("emergency", made.reason, made.flags)))
    yield Record(emergencies.entry(made, emergencies.START, work.now, outcome=outcome, rule=rule))
    yield from ring(emergencies.entry(made, ALERT + BREAK_GLASS, work.now, rule=made.reason))
    yield from work.tell(f"team:{OFFICERS}", BREAK_GLASS)


def _meant(work: Work, wish: Wish) -> Plan[Resource | None]:
    """The one patient that is meant; `None` for nobody, or several."""
    if wish.patient:
        return (yield from work.find("Patient", wish.patient))
    if wish.number:
        found = yield from work.search("Patient", [("identifier", wish.number.replace("|", "\\|"))])
    else:
        born = [("birthdate", wish.birth_date), ("family", wish.family.replace(",", "\\,"))]
        found = [one for one in (yield from work.search("Patient", born)) if _is_called(one, wish)]
    return found[0] if len(found) == 1 else None


def _is_called(patient: Resource, wish: Wish) -> bool:
    names = patient.get("name", ())
    family, given = wish.family.casefold(), wish.given.casefold()
    return any(
        str(one.get("family", "")).casefold() == family
        and given in {str(each).casefold() for each in (*one.get("given", ()), " ".join(one.get("given", ())))}
        for one in names
    )


def _not_ones_own(subject: Subject, patient: str) -> Plan[None]:
    """
    Pass unless the account reaches the record as its patient or as somebody entrusted.

    Raises (when driven):
        Forbidden: If it does; it is looked at in that role.
    """
    reach = yield from merged.bearers(subject.org, patient)
    if any(one.account == subject.account for one in reach):
        raise Forbidden("This is your own record, or one entrusted to you: open it as such")


def _flags(work: Work, patient: Resource | None) -> Plan[str]:
    """What a reviewer looks at first; an emergency among relatives is none the less one, so nothing is refused."""
    kind, _, name = work.subject.who.partition("/")
    if patient is None or kind != "Practitioner":
        return ""
    asker = yield from work.find("Practitioner", name)
    theirs, mine = _families(patient), _families(asker or {})
    return FAMILY_NAME if theirs & mine else ""


def _families(person: Resource) -> set[str]:
    return {str(one["family"]).casefold() for one in person.get("name", ()) if one.get("family")}


def _task(work: Work, wish: Wish, patient: str) -> Resource:
    """What is to be reviewed; labelled, so that the patient's care and those who oversee see it, and nobody else."""
    task = ours.task(
        TASK,
        patient=f"Patient/{patient}" if patient else "",
        requester=work.subject.who,
        now=instant(work.now),
        due=instant(work.now + emergencies.DUE_MS),
        priority="urgent",
        role=OFFICERS,
        note=wish.explanation,
    )
    task["meta"]["security"].append(dict(ours.RESTRICTED))
    task["reasonCode"] = {"coding": [{"system": REASONS, "code": wish.reason.value}]}
    return task


async def end(chart: Chart) -> bool:
    """Give it back; gives whether the session had any."""
    subject = chart.subject

    def plan(work: Work) -> Plan[bool]:
        return (yield from emergencies.end_all(subject.session, emergencies.HAND, work.now))

    return await chart.work(END, plan, what=f"Patient/{subject.emergency}" if subject.emergency else "")
