"""Who is told, by which way, when, and in which words."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.subject import Role, Subject
from meridian.jobs.worker import Job, Later, Worker
from meridian.messaging.notify import NOTIFY, POST, Minter, Notice, Notifier
from meridian.post.letters import Letter, Note, Undeliverable
from meridian.testing.clinic import Clinic
from meridian.testing.identity import PRODUCT, Watch
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio
MORNING = 1_800_018_000_000
"""08:00 in New York."""
NIGHT = MORNING - 5 * 3_600_000


@dataclass
class Carrier:
    """Remembers what it was given, or refuses it."""

    letters: list[Letter] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refusal: Exception | None = None

    async def mail(self, letter: Letter) -> None:
        if self.refusal:
            raise self.refusal
        self.letters.append(letter)

    async def text(self, note: Note) -> None:
        if self.refusal:
            raise self.refusal
        self.notes.append(note)


@dataclass
class House:
    """A clinic that tells people."""

    clinic: Clinic
    watch: Watch
    carrier: Carrier = field(default_factory=Carrier)
    links: dict[str, Minter] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)

    def chart(self) -> Chart:
        subject = Subject("meridian", 1, "org1", Role.SERVICE, purpose="HOPERAT")
        return Chart(subject, self.clinic.engine, self.clinic.keyring, self.watch)

    async def work(self) -> None:
        async def servant(_org: int) -> Chart:
            return self.chart()

        async def mailbox(_org: int, reference: str) -> str:
            return self.boxes.get(reference, "")

        notifier = Notifier(servant, mailbox, self.carrier, PRODUCT, self.links, self.watch)

        async def send(job: Job) -> None:
            if due := await notifier.send(job):
                raise Later(due)

        await Worker(self.clinic.engine, {NOTIFY: notifier.spread, POST: send}, clock=self.watch).until_idle()

    async def tell(self, kind: str, recipient: str = "Patient/ann", what: str = "Appointment/17") -> None:
        said = {"kind": kind, "recipient": recipient}
        await self.chart().work("test/$tell", lambda work: work.emit(NOTIFY, what, said=said))
        await self.work()

    async def person(self, resource_type: str = "Patient", **more: Any) -> str:
        ways = [
            {"system": "email", "value": "ann@mail.example"},
            {"system": "phone", "value": "(415) 555-0123", "use": "mobile"},
        ]
        resource = minimal(resource_type, "ann", telecom=ways, **more)
        if resource_type == "Patient":
            await self.chart().update("Patient", "ann", resource)
            return "Patient/ann"
        return f"{resource_type}/{(await self.chart().create(resource_type, resource)).stored.id}"


@pytest.fixture
def house(clinic: Clinic) -> House:
    return House(clinic, Watch(MORNING))


async def test_a_reminder_goes_by_mail_and_by_text_message(house: House) -> None:
    await house.person()

    await house.tell("appointment-reminder")

    [letter], [note] = house.carrier.letters, house.carrier.notes
    assert (letter.to, note.to) == ("ann@mail.example", "+14155550123")
    assert f"{PRODUCT.origin}/settings/notifications" in letter.text


async def test_whoever_is_awaited_by_video_is_led_to_their_visit(house: House) -> None:
    await house.person()

    await house.tell("visit-waiting")

    [letter], [note] = house.carrier.letters, house.carrier.notes
    assert all(f"{PRODUCT.origin}/visits/17" in one.text.split() for one in (letter, note))


async def test_a_telephone_does_not_ring_at_night(house: House) -> None:
    await house.person()
    house.watch.now = NIGHT

    await house.tell("appointment-reminder")
    assert (len(house.carrier.letters), house.carrier.notes) == (1, [])
    house.watch.now = MORNING - 1
    await house.work()
    assert house.carrier.notes == []
    house.watch.now = MORNING
    await house.work()

    assert (len(house.carrier.letters), len(house.carrier.notes)) == (1, 1)


async def test_a_text_message_that_failed_until_night_waits_for_the_morning(house: House) -> None:
    await house.person()
    house.carrier.refusal = OSError("away")
    await house.tell("appointment-reminder")
    house.carrier.refusal, house.watch.now = None, MORNING + 19 * 3_600_000

    await house.work()
    assert (len(house.carrier.letters), house.carrier.notes) == (1, [])
    house.watch.now = MORNING + 24 * 3_600_000
    await house.work()

    assert len(house.carrier.notes) == 1


async def test_nobody_is_told_what_they_do_not_want_to_be_told(house: House) -> None:
    await house.person()
    wish = correspondence.Wish("appointment-reminder", mail=False, sms=False)
    await house.chart().work("test/$wish", lambda work: correspondence.wish(work, "Patient/ann", wish))

    await house.tell("appointment-reminder")

    assert (house.carrier.letters, house.carrier.notes) == ([], [])


async def test_the_dead_are_not_written_to(house: House) -> None:
    await house.person(deceasedBoolean=True)

    await house.tell("appointment-reminder")

    assert (house.carrier.letters, house.carrier.notes) == ([], [])


async def test_what_failed_by_one_way_is_not_sent_again_by_the_other(house: House) -> None:
    await house.person()
    await house.tell("appointment-reminder")
    house.carrier.refusal = None
    house.watch.pass_(hours=1)

    await house.work()

    assert (len(house.carrier.letters), len(house.carrier.notes)) == (1, 1)


async def test_what_a_carrier_never_takes_is_not_tried_for_ever(house: House) -> None:
    await house.person()
    house.carrier.refusal = Undeliverable("OptedOut")

    await house.tell("appointment-reminder")
    house.carrier.refusal = None
    house.watch.pass_(days=1)
    await house.work()

    assert (house.carrier.letters, house.carrier.notes) == ([], [])


async def test_somebody_is_written_to_in_their_language(house: House) -> None:
    spanish = {"coding": [{"system": "urn:ietf:bcp:47", "code": "es-MX"}]}
    await house.person(communication=[{"language": spanish, "preferred": True}])

    await house.tell("message")

    [letter] = house.carrier.letters
    assert (letter.language, letter.subject) == ("es", "Tiene un mensaje nuevo")


async def test_a_link_is_minted_when_it_is_sent_and_nothing_is_sent_when_there_is_nothing_to_tell(
    house: House,
) -> None:
    await house.person()
    asked: list[Notice] = []

    def minting(path: str | None) -> Minter:
        async def mint(notice: Notice) -> str | None:
            asked.append(notice)
            return path

        return mint

    house.links["appointment-booked"] = minting("/appointment#SECRET")
    await house.tell("appointment-booked")
    house.links["appointment-booked"] = minting(None)
    await house.tell("appointment-booked")

    [letter] = house.carrier.letters
    assert f"{PRODUCT.origin}/appointment#SECRET" in letter.text
    assert {(one.kind, one.what, one.recipient) for one in asked} == {
        ("appointment-booked", "Appointment/17", "Patient/ann")
    }


async def test_staff_are_told_at_the_address_of_their_account(house: House) -> None:
    who = await house.person("Practitioner")
    house.boxes[who] = "nora@clinic.example"

    await house.tell("task", who, "Task/1")

    assert [letter.to for letter in house.carrier.letters] == ["nora@clinic.example"]


async def test_a_patient_without_an_address_is_told_at_that_of_the_account(house: House) -> None:
    await house.chart().update("Patient", "ann", minimal("Patient", "ann"))
    house.boxes["Patient/ann"] = "ann@account.example"

    await house.tell("message", what="Communication/1")

    assert [letter.to for letter in house.carrier.letters] == ["ann@account.example"]


async def test_a_row_names_no_address_and_an_entry_no_word(house: House) -> None:
    await house.person()
    await house.tell("message")

    entries = repr(await house.clinic.log())
    assert "mail.example" not in entries
    assert "415" not in entries
