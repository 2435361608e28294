"""A practice that sees Pat by video, and those who come to such visits: for tests of telehealth."""

from dataclasses import dataclass, field
from typing import Any

from meridian.access.chart import Chart
from meridian.access.video_visits import Guest
from meridian.access.work import Plan, Work
from meridian.app.video import video_visits
from meridian.fhir.ours import extension
from meridian.identity.facts import Caller
from meridian.store.engine import Engine
from meridian.telehealth import allowing, guests, missed, sweeping, visits
from meridian.telehealth.media.port import Media
from meridian.telehealth.visits import Coming, Done
from meridian.telehealth.ways import Parts
from meridian.testing.practice import Practice, Watch, at, joined, ms
from meridian.testing.resources import minimal

VISIT = "video"
AGREED = Coming(consent=True)
ANN = "Practitioner/ann"


@dataclass
class Surgery:
    """
    The practice, what its visits are made of, and charts of people.

    Args:
        practice: With a visit of Pat's with Ann, at nine on Monday, by video.
        parts: Without a gateway unless one is put in.
        carried: What became of visits that were swept.
    """

    practice: Practice
    parts: Parts
    carried: list[tuple[int, Done]] = field(default_factory=list)

    @classmethod
    async def at(cls, practice: Practice, gateway: Media | None = None) -> "Surgery":
        """It is five to nine."""
        clinic = practice.clinic
        made = cls(practice, video_visits(clinic.engine, clinic.relays, gateway, clock=practice.watch))
        await made.visit(VISIT)
        practice.watch.set(at("08:55"))
        return made

    @classmethod
    def joined(cls, engine: Engine, now: int) -> "Surgery":
        """A surgery that is there already, at another process's server whose clock stands at *now*."""
        practice = joined(engine, Watch(now))
        return cls(practice, video_visits(engine, practice.clinic.relays, clock=practice.watch))

    def served_by(self, engine: Engine) -> "Surgery":
        """The same surgery at another server, by the same clock."""
        practice = joined(engine, self.practice.watch)
        parts = video_visits(engine, practice.clinic.relays, self.parts.gateway, clock=practice.watch)
        return Surgery(practice, parts)

    async def visit(self, logical_id: str, patient: str = "pat", clock: str = "09:00", **more: Any) -> None:
        """One more visit by video, with Ann."""
        actors = [f"Patient/{patient}", ANN]
        said = {
            "status": "booked",
            "start": at(clock),
            "end": at(f"{clock[:3]}{int(clock[3:]) + 20:02}"),
            "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
            "extension": [extension("video", valueBoolean=True)],
        }
        await self.practice.put("Appointment", logical_id, **said | more)

    async def recording_allowed(self) -> None:
        """The clinic records visits."""
        await allowing.set_policy(self.other("administrator"), on=True)

    async def watched(self, visit: str = VISIT, clock: str = "09:00") -> None:
        """Somebody looks whether the patient comes, as scheduling arranges it."""
        start = ms(at(clock))
        said = {"start": start, "step": 0}

        def plan(work: Work) -> Plan[None]:
            yield from work.emit(missed.TOPIC, f"Appointment/{visit}", due=start + missed.STEPS[0], said=said)

        await self.practice.clinic.servant().work(missed.WATCH, plan)

    def ann(self, role: str = "clinician") -> Chart:
        """Whose visit it is."""
        return self._chart(role, ANN)

    def ben(self) -> Chart:
        """A colleague."""
        return self._chart("clinician", "Practitioner/ben")

    def nurse(self) -> Chart:
        """Who holds visits too."""
        return self._chart("nurse", "Practitioner/nan")

    def dan(self) -> Chart:
        """Of the front desk."""
        return self._chart("front-desk", "Practitioner/dan")

    def other(self, role: str) -> Chart:
        """Somebody of the clinic, or a helper of Pat's, who has no part in visits."""
        return self._chart(role, "Practitioner/oda", patients=["pat"] if role == "helper" else [])

    async def elsewhere(self) -> Chart:
        """A clinician of another organisation."""
        clinic = self.practice.clinic
        await clinic.servant(2).update("Organization", "org2", minimal("Organization", "org2"))
        return clinic.chart_of(clinic.sign_in("clinician", ANN, org=2))

    async def guest_elsewhere(self) -> Chart:
        """Who came by a link to another visit of the clinic's."""
        await self.visit("elsewhere", "pia", "10:30")
        return await self.guest(visit="elsewhere")

    def pat(self, logical_id: str = "pat") -> Chart:
        """A patient."""
        return self._chart("patient", f"Patient/{logical_id}", patients=[logical_id])

    def rel(self, logical_id: str = "pat") -> Chart:
        """Somebody who acts for a patient."""
        return self._chart("proxy", "RelatedPerson/rel", patients=[logical_id])

    def _chart(self, role: str, who: str, **more: Any) -> Chart:
        clinic = self.practice.clinic
        return clinic.chart_of(clinic.sign_in(role, who, **more))

    async def guest(self, part: str = "interpreter", visit: str = VISIT) -> Chart:
        """Somebody who came by a link."""
        link = await guests.invite(self.ann(), visit, guests.Inviting(part))
        found, _ = await guests.redeem(self.parts.calls, link.path.partition("#")[2])
        return self.chart_of(found)

    def chart_of(self, guest: Guest) -> Chart:
        """The door, for a guest."""
        subject = guests.subject_of(guest, f"org{guest.org}", Caller("192.0.2.9", "tests", "request-9"))
        return self.practice.clinic.chart(subject)

    async def enter(self, chart: Chart, coming: Coming = AGREED, visit: str = VISIT) -> Done:
        """Somebody is there, and agrees."""
        return await visits.enter(self.parts, chart, visit, coming)

    async def let_in(self, chart: Chart, coming: Coming = AGREED) -> Done:
        """Somebody is there, and Ann lets them in."""
        me = (await self.enter(chart, coming)).whole.me
        return await visits.admit(self.parts, self.ann(), VISIT, me)

    async def call(self) -> Done:
        """Ann and Pat talk."""
        await self.enter(self.ann())
        return await self.let_in(self.pat())

    async def sweep(self) -> None:
        """Whoever has been away for too long has left."""

        async def after(org: int, done: Done) -> None:
            self.carried.append((org, done))

        await sweeping.Sweeper(self.parts, self.practice.clinic.serve, after).sweep()
