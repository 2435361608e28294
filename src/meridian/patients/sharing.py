"""
What a patient lets another organisation of this platform read, given and taken back by the patient.

Each is a Consent that says who may read which kinds of record until when, beside a row that finds it
(`access.sharing`). Taking it back makes the Consent `inactive` and closes the row in one transaction, so that nothing
is read from then on, here or in another process.

Source: hl7.org/fhir/R4/consent.html.
"""

import os
from functools import partial
from typing import Final, NamedTuple

from meridian.access import sharing
from meridian.access.chart import Chart
from meridian.access.sharing import Place, Share
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Gone, Invalid, Issue, NotFound
from meridian.fhir.ours import BASE
from meridian.patients.words import name

SHARE, WITHDRAW, LIST, IN_FORCE = (f"Consent/${each}" for each in ("share", "withdraw", "shares", "in-force"))
_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
_LOINC = "http://loinc.org"
POLICY: Final = BASE + "/papers/sharing/1"
"""Which words were agreed to; they are the portal's."""
MOST: Final = 500
"""Shares of one list of a whole organisation."""
LONGEST: Final = 3 * 366 * 86_400_000
"""Milliseconds that a share may last, house policy: who wants it longer gives it again."""


class Wish(NamedTuple):
    """
    What a patient wants to let another organisation read.

    Args:
        patient: Logical id of the Patient.
        organisation: Logical id of the Organization that may read.
        parts: Of `sharing.PARTS`.
        labelled: Whether also what is labelled as needing special protection.
        until: When it ends, in ms since the epoch.
    """

    patient: str
    organisation: str
    parts: tuple[str, ...]
    labelled: bool
    until: int


class Given(NamedTuple):
    """A share with whom it was given to; *person* is the patient as staff call them, where staff ask."""

    share: Share
    place: Place | None
    person: str = ""


def now(chart: Chart) -> int:
    """What time it is at the chart's door, ms since the epoch."""
    return chart.clock()


async def places(chart: Chart, patient: str) -> list[Place]:
    """The organisations one may let read."""

    def plan(work: Work) -> Plan[list[Place]]:
        yield from work.read("Patient", patient)
        return (yield from sharing.places(work))

    return await chart.consult(LIST, plan, what=f"Patient/{patient}")


async def give(chart: Chart, wish: Wish) -> Given:
    """
    Let an organisation read.

    Raises:
        NotFound: If the patient is not the subject's own, or there is no such organisation.
        Invalid: If nothing is chosen, or the end is over or too far away.
        Conflict: If something given to that organisation stands already.
    """
    return await chart.work(SHARE, lambda work: _given(work, wish), what=f"Patient/{wish.patient}")


def _given(work: Work, wish: Wish) -> Plan[Given]:
    yield from work.read("Patient", wish.patient)
    yield from work.hold(wish.patient)
    place = yield from _place(work, wish.organisation)
    if wish.until > work.now + LONGEST:
        raise Invalid("That is too far away", issues=(Issue("value", "is too far away", "until"),))
    for one in (yield from sharing.given(work, wish.patient)):
        if one.recipient == place.no and one.holds(work.now):
            raise Conflict("They can read already; take that back first")
    share = Share(
        id=os.urandom(16).hex(), org=work.subject.org, patient=wish.patient, consent="", recipient=place.no,
        parts=tuple(dict.fromkeys(wish.parts)), labelled=wish.labelled, starts=work.now, ends=wish.until, withdrawn=0,
    )  # fmt: skip
    consent = yield from work.create("Consent", _consent(work, share, place))
    share = share._replace(consent=str(consent["id"]))
    yield from sharing.give(work, share, place)
    return Given(share, place)


def _place(work: Work, organisation: str) -> Plan[Place]:
    for one in (yield from sharing.places(work)):
        if one.id == organisation:
            return one
    raise NotFound("There is no such organisation")


def _consent(work: Work, share: Share, place: Place) -> Resource:
    who = work.subject.who or f"Patient/{share.patient}"
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": _SCOPES, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": _LOINC, "code": "59284-0", "display": "Consent Document"}]}],
        "patient": {"reference": f"Patient/{share.patient}"},
        "dateTime": instant(work.now),
        "performer": [{"reference": who}],
        "organization": [{"reference": f"Organization/{work.subject.organisation}"}],
        "policy": [{"uri": POLICY}],
        "provision": sharing.provision(share, place),
    }


async def withdraw(chart: Chart, patient: str, share: str) -> Share:
    """
    Take it back, from now on.

    Raises:
        NotFound: If the patient is not the subject's own, or there is none of that name that still stands.
    """

    def plan(work: Work) -> Plan[Share]:
        yield from work.read("Patient", patient)
        taken = yield from sharing.withdraw(work, patient, share)
        try:
            yield from work.change("Consent", taken.consent, partial(_ended, instant(work.now)))
        except (NotFound, Gone):  # somebody deleted it, and nothing was open any more
            return taken
        return taken._replace(withdrawn=work.now)

    return await chart.work(WITHDRAW, plan, what=f"Patient/{patient}")


def _ended(now: str, consent: Resource) -> Resource:
    provision = consent.get("provision", {})
    period = provision.get("period", {})
    over = period | {"end": min(now, period.get("end", now))}
    return consent | {"status": "inactive", "provision": provision | {"period": over}}


async def given(chart: Chart, patient: str) -> list[Given]:
    """All that a patient ever let others read, the newest first."""

    def plan(work: Work) -> Plan[list[Given]]:
        yield from work.read("Patient", patient)
        known = {one.no: one for one in (yield from sharing.places(work))}
        return [Given(one, known.get(one.recipient)) for one in (yield from sharing.given(work, patient))]

    return await chart.consult(LIST, plan, what=f"Patient/{patient}")


async def in_force(chart: Chart) -> list[Given]:
    """What the organisation's patients let others read now, what ends first before the rest; for security officers."""

    def plan(work: Work) -> Plan[list[Given]]:
        known = {one.no: one for one in (yield from sharing.places(work))}
        found: list[Given] = []
        for one in (yield from sharing.in_force(work, MOST)):
            person = yield from work.find("Patient", one.patient)
            found.append(Given(one, known.get(one.recipient), name(person) if person else ""))
        return found

    return await chart.consult(IN_FORCE, plan, what="Consent")
