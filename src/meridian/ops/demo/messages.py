"""
Conversations between patients and the two clinics, and what waits to be done, as the people of the demo wrote them.

They go through the doors of those who write, at the times they wrote, so that threads, read states and tasks are as
they are in a clinic at work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from meridian.access.chart import Chart
from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.clock import Clock, instant
from meridian.messaging import inbox, threads, writing
from meridian.messaging.letters import Draft
from meridian.ops.demo.elements import ident
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, Organisation, seat
from meridian.ops.demo.people import proxy_id


class ChartOf(Protocol):
    """Opens the door for a subject, at another time than now if need be."""

    def __call__(self, subject: Subject, time: Clock = ...) -> Chart:
        """The door."""


@dataclass(frozen=True)
class Said:
    """
    One message.

    Args:
        who: A seat of the organisation, a patient's key, or `mother` for the proxy of her child.
        ago: Hours before now.
        text: What was said.
        note: Whether it is a note among staff.
    """

    who: str
    ago: float
    text: str
    note: bool = False


@dataclass(frozen=True)
class Conversation:
    """A thread: of which patient, about what, and all that was said; *read* by these seats and keys at the end."""

    organisation: Organisation
    patient: str
    about: str
    subject: str
    said: tuple[Said, ...]
    read: tuple[str, ...] = ()


CONVERSATIONS = (
    Conversation(
        HARBOR, "margaret-obrien", "health", "Knee is worse on the stairs",
        (
            Said("margaret-obrien", 50, "Good morning. Since Friday my right knee hurts more when I go downstairs. "
                 "It is not red or warm. Should I come before my next visit?"),
            Said("nurse", 46, "Thank you for writing. Can you put your full weight on it, and is it swollen?"),
            Said("margaret-obrien", 44, "I can stand on it. It is a little swollen in the evening only."),
            Said("nurse", 43.8, "Swelling in the evening only, no fever. Could wait for the visit; please have a look.",
                 note=True),
            Said("okafor", 27, "Please keep it raised in the evening and cool it for ten minutes, three times a day. "
                 "If it turns red or warm, or you cannot stand on it, call us the same day. We look at it together "
                 "at your next visit."),
        ),
        ("nurse", "okafor"),
    ),
    Conversation(
        HARBOR, "margaret-obrien", "visit", "Where can my daughter park?",
        (
            Said("margaret-obrien", 5, "My daughter drives me next time. Is there a place to park near the entrance?"),
        ),
    ),
    Conversation(
        HARBOR, "grace-mbeki", "health", "Question about my blood pressure readings",
        (
            Said("grace-mbeki", 20, "I measured at home for a week, mornings and evenings. Most are about 138 over 86. "
                 "Is that good enough, or shall I bring the list before my visit?"),
        ),
    ),
    Conversation(
        HARBOR, "mateo-alvarez", "health", "Inhaler at school",
        (
            Said("mother", 30, "Mateo's school asks for a letter that he may keep his inhaler with him. "
                 "Can you write one?"),
            Said("castillo", 24, "Yes, I will. You will find it in Mateo's documents by tomorrow evening."),
            Said("mother", 3, "Thank you! One more question: the letter should also name the spacer, they say."),
        ),
        ("castillo",),
    ),
    Conversation(
        HARBOR, "sofia-alvarez", "other", "New address",
        (
            Said("sofia-alvarez", 74, "We have moved. Do you need anything besides what I changed in my details?"),
            Said("desk", 71, "Thank you, we have seen it. Please bring your insurance card next time, that is all."),
        ),
        ("desk", "sofia-alvarez"),
    ),
    Conversation(
        LAKESIDE, "elena-rossi", "health", "Palpitations at night",
        (
            Said("elena-rossi", 9, "Twice this week I woke up with a fast heartbeat. It went away after some minutes. "
                 "I am well during the day."),
            Said("nurse", 7, "Tunde, Mette: she has her monitor appointment next week. Sooner?", note=True),
        ),
        ("nurse",),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ToDo:
    """Something to do: given by one seat to another seat or to a team, due some hours from now (0 is not said)."""

    by: str
    title: str
    to: str = ""
    team: str = ""
    due: float = 0
    patient: str = ""
    urgent: bool = False


TO_DOS = (
    ToDo("okafor", "Call the pharmacy on Ropewalk Street about the delivery times", to="nurse", due=-20),
    ToDo("okafor", "Ask for last year's echo report from Lakeside", team="front-desk", due=50, patient="elena-rossi"),
    ToDo("nurse", "Order paper for the tracing machine", due=5),
    ToDo("nurse", "Check the dates in the emergency bag", team="nurse", due=70),
    ToDo("lindqvist", "Call back about the night cough", to="okafor", due=3, patient="daniel-kowalski", urgent=True),
    ToDo("admin", "Read the new fire plan and sign it", to="okafor", due=140),
)


async def write(chart_of: ChartOf, numbers: dict[str, int], now: datetime) -> None:
    """Everything that was said, and what waits; *numbers* are those of the organisations, by key."""
    hand = _Hand(chart_of, numbers, round(now.timestamp() * 1000))
    for number, conversation in enumerate(CONVERSATIONS):
        await _converse(hand, conversation, number)
    for to_do in TO_DOS:
        await _give(hand, to_do)


async def _converse(hand: "_Hand", one: Conversation, number: int) -> None:
    patient, thread = ident("patient", one.organisation.key, one.patient), ""
    for step, said in enumerate(one.said):
        chart = hand.of(one.organisation, said.who, one.patient, ago=said.ago)
        draft = Draft(said.text, f"demo-message-{number:02}-{step:02}")
        if not thread:
            thread = await writing.start(chart, draft, subject=one.subject, patient=patient, about=one.about)
        elif said.note:
            await writing.note(chart, thread, draft)
        else:
            await writing.answer(chart, thread, draft)
    for who in one.read:
        await threads.see(hand.of(one.organisation, who, one.patient), thread, hand.now)


async def _give(hand: "_Hand", one: ToDo) -> None:
    await inbox.add(
        hand.of(HARBOR, one.by, "", ago=30),
        one.title,
        owner=f"Practitioner/{seat(HARBOR, one.to).id}" if one.to else "",
        role=one.team,
        due=instant(hand.now + round(one.due * 3_600_000)) if one.due else "",
        patient=ident("patient", HARBOR.key, one.patient) if one.patient else "",
        urgent=one.urgent,
    )


class _Hand:
    """Opens doors for the people of the demo, at the time they come."""

    def __init__(self, chart_of: ChartOf, numbers: dict[str, int], now: int) -> None:
        self._chart_of, self._numbers, self.now = chart_of, numbers, now
        self._at = now

    def of(self, organisation: Organisation, who: str, patient: str, *, ago: float = 0) -> Chart:
        """The door for somebody, as it was *ago* hours before now; the one door that was handed out before closes."""
        self._at = self.now - round(ago * 3_600_000)
        return self._chart_of(self._subject(organisation, who, patient), self._clock)

    def _clock(self) -> int:
        return self._at

    def _subject(self, organisation: Organisation, who: str, patient: str) -> Subject:
        identity = ident("patient", organisation.key, patient)
        if who == patient:
            return self._person(organisation, Role.PATIENT, f"Patient/{identity}", (identity,))
        if who == "mother":
            reference = f"RelatedPerson/{proxy_id(HARBOR, 'sofia-alvarez', patient)}"
            return self._person(organisation, Role.PROXY, reference, (identity,))
        member = seat(organisation, who)
        return self._person(organisation, member.role, f"Practitioner/{member.id}", ())

    def _person(self, organisation: Organisation, role: Role, who: str, patients: tuple[str, ...]) -> Subject:
        return Subject(
            account="demo",
            org=self._numbers[organisation.key],
            organisation=organisation.id,
            role=role,
            who=who,
            patients=patients,
            purpose=PURPOSE_OF[role],
            agent="meridian demo",
        )
