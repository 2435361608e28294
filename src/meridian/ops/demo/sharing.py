"""One patient lets the other clinic read, which did; and looks of a visit, for whoever opens "Who saw my record"."""

from datetime import datetime

from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.ops.demo.elements import ident
from meridian.ops.demo.messages import ChartOf
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, Organisation, seat
from meridian.patients import disclosures, sharing
from meridian.patients.disclosures import Disclosure
from meridian.patients.sharing import Wish

PATIENT = "margaret-obrien"
READER = "sorensen"
"""A cardiologist of the other clinic."""
HOUR = 3_600_000
DAY = 24 * HOUR


async def write(chart_of: ChartOf, numbers: dict[str, int], ids: dict[str, str], now: datetime) -> None:
    """
    Give and look, as of the last days.

    Args:
        chart_of: The door.
        numbers: Of the organisations, by key.
        ids: Of the accounts, by address.
        now: What time it is.
    """
    moment, patient = round(now.timestamp() * 1000), ident("patient", HARBOR.key, PATIENT)
    given_at = moment - 3 * DAY

    def person(organisation: Organisation, role: Role, who: str, email: str, own: tuple[str, ...] = ()) -> Subject:
        return Subject(
            account=ids[email], org=numbers[organisation.key], organisation=organisation.id, role=role, who=who,
            patients=own, purpose=PURPOSE_OF[role], agent="meridian demo",
        )  # fmt: skip

    own = person(HARBOR, Role.PATIENT, f"Patient/{patient}", f"{PATIENT}@mail.example", (patient,))
    wish = Wish(
        patient, LAKESIDE.id, ("medicines", "allergies", "problems", "results"), labelled=False, until=moment + 90 * DAY
    )
    given = await sharing.give(chart_of(own, lambda: given_at), wish)
    member = seat(LAKESIDE, READER)
    reader = person(LAKESIDE, member.role, f"Practitioner/{member.id}", member.email)
    looking = await chart_of(reader, lambda: given_at + 4 * HOUR).through(given.share.id)
    for kind in ("Patient", "MedicationRequest", "AllergyIntolerance", "Condition", "Observation"):
        await looking.search(kind, [("_count", "50")])
    for name, ago in (("okafor", 2 * DAY), ("nurse", 2 * DAY), ("desk", DAY)):
        at = seat(HARBOR, name)
        staff = person(HARBOR, at.role, f"Practitioner/{at.id}", at.email)
        await chart_of(staff, lambda ago=ago: moment - ago).read("Patient", patient)  # type: ignore[misc]  # a default binds it
    desk = person(HARBOR, Role.FRONT_DESK, f"Practitioner/{seat(HARBOR, 'desk').id}", seat(HARBOR, "desk").email)
    told = Disclosure(
        patient=patient,
        on=now.date().replace(day=1).isoformat(),
        recipient="Maine Center for Disease Control",
        address="286 Water Street, Augusta",
        description="Result of a laboratory test that is to be reported",
        purpose="public-health",
        statement="",
    )
    await disclosures.enter(chart_of(desk, lambda: moment - DAY), told)
