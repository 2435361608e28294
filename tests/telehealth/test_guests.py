"""Guests: a link that works once, for one visit and a quarter of an hour, and is nowhere to be read."""

import asyncio
from dataclasses import dataclass, field

import pytest

from meridian.access.interaction import Interaction
from meridian.access.kinds import EVERY
from meridian.access.policy import Allowed, Facts, decide
from meridian.access.subject import Role
from meridian.access.video_visits import Guest
from meridian.faults import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from meridian.identity.facts import Caller
from meridian.identity.opaque import mark
from meridian.jobs.worker import Worker
from meridian.post.letters import Letter, Note, Undeliverable
from meridian.store.plan import Plan, Query
from meridian.telehealth import guests, visits
from meridian.telehealth.guests import Inviting
from meridian.telehealth.visits import Coming
from meridian.testing.identity import PRODUCT
from meridian.testing.practice import at
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
NAMED = Coming(consent=True, name="Ina")


async def link(surgery: Surgery, part: str = "guest") -> tuple[Guest, str]:
    made = await guests.invite(surgery.ann(), VISIT, Inviting(part))
    return made.guest, made.path.partition("#")[2]


async def rows(surgery: Surgery) -> str:
    """Everything that the tables of visits hold, as text."""

    def plan() -> Plan[str]:
        people = yield Query("SELECT * FROM visit_person")
        links = yield Query("SELECT * FROM visit_guest")
        jobs = yield Query("SELECT * FROM outbox")
        return repr([people, links, jobs])

    return await surgery.practice.clinic.engine.read(plan)


async def test_a_link_is_exchanged_for_a_cookie_of_its_visit_and_part(surgery: Surgery) -> None:
    made, code = await link(surgery, "interpreter")

    found, cookie = await guests.redeem(surgery.parts.calls, code)
    again = await guests.recognised(surgery.parts.calls, cookie)

    assert (found.id, again.id, again.visit, again.part) == (made.id, made.id, VISIT, "interpreter")
    assert again.ends == surgery.practice.watch.now + guests.SESSION


async def test_a_link_works_once_though_fifty_try_at_once(surgery: Surgery) -> None:
    _, code = await link(surgery)

    tries = await asyncio.gather(*(guests.redeem(surgery.parts.calls, code) for _ in range(50)), return_exceptions=True)

    good = [one for one in tries if not isinstance(one, BaseException)]
    assert len(good) == 1
    assert {type(one) for one in tries if isinstance(one, BaseException)} == {NotFound}
    assert (await guests.recognised(surgery.parts.calls, good[0][1])).visit == VISIT, "and it is the winner's"


@pytest.mark.parametrize(("clock", "good"), [("09:09", True), ("09:10", False)])
async def test_a_link_lasts_a_quarter_of_an_hour(surgery: Surgery, clock: str, good: bool) -> None:  # noqa: FBT001  # from the table
    _, code = await link(surgery)

    surgery.practice.watch.set(at(clock))

    if good:
        await guests.redeem(surgery.parts.calls, code)
    else:
        with pytest.raises(NotFound):
            await guests.redeem(surgery.parts.calls, code)


async def test_whatever_is_wrong_with_a_link_is_said_alike(surgery: Surgery) -> None:
    _, used = await link(surgery)
    await guests.redeem(surgery.parts.calls, used)
    taken, taken_code = await link(surgery)
    await guests.cancel(surgery.parts, surgery.ann(), VISIT, taken.id)
    _, old = await link(surgery)
    surgery.practice.watch.set(at("09:30"))

    said = set()
    for code in (used, taken_code, old, "A" * 43, ""):
        with pytest.raises(NotFound) as refused:
            await guests.redeem(surgery.parts.calls, code)
        said.add(str(refused.value))
    assert len(said) == 1


async def test_neither_code_nor_cookie_nor_name_nor_address_is_kept_to_be_read(surgery: Surgery) -> None:
    _, code = await link(surgery)
    found, cookie = await guests.redeem(surgery.parts.calls, code)
    await surgery.enter(surgery.chart_of(found), Coming(consent=True, name="Ina Interpreter"))
    await guests.invite(surgery.ann(), VISIT, Inviting("family", "mail", "somebody@mail.example"))

    kept = await rows(surgery)
    for secret in (code, cookie, "Ina", "somebody"):
        assert secret not in kept
    log = repr(await surgery.practice.clinic.log())
    for secret in (code, cookie, "Ina Inter", "somebody@"):
        assert secret not in log
    assert repr(mark(code))[2:-1] in kept, "its digest is"


async def test_the_cookie_ends_after_four_hours(surgery: Surgery) -> None:
    _, cookie = await guests.redeem(surgery.parts.calls, (await link(surgery))[1])

    surgery.practice.watch.set(at("12:55"))

    with pytest.raises(Unauthenticated):
        await guests.recognised(surgery.parts.calls, cookie)


async def test_a_guest_waits_until_they_are_let_in(surgery: Surgery) -> None:
    await surgery.call()
    chart = await surgery.guest()
    with pytest.raises(Invalid, match="called"):
        await surgery.enter(chart, Coming(consent=True))
    with pytest.raises(Invalid, match="consent"):
        await surgery.enter(chart, Coming(name="Ina"))

    waiting = await surgery.enter(chart, NAMED)
    inside = await visits.admit(surgery.parts, surgery.ann(), VISIT, waiting.whole.me)

    assert {one.name: one.state for one in waiting.whole.people if one.part == "interpreter"} == {"Ina": "lobby"}
    assert {one.name: one.state for one in inside.whole.people if one.part == "interpreter"} == {"Ina": "admitted"}
    again = await surgery.enter(chart, Coming())
    assert [one.name for one in again.whole.people if one.id == again.whole.me] == ["Ina"]


async def test_taking_a_link_back_puts_out_who_is_there_by_it(surgery: Surgery) -> None:
    await surgery.call()
    made, code = await link(surgery)
    found, cookie = await guests.redeem(surgery.parts.calls, code)
    chart = surgery.chart_of(found)
    await surgery.let_in(chart, NAMED)

    done = await guests.cancel(surgery.parts, surgery.dan(), VISIT, made.id)

    assert {one.part: one.state for one in done.after.people}["guest"] == "removed"
    with pytest.raises(Unauthenticated):
        await guests.recognised(surgery.parts.calls, cookie)
    with pytest.raises(NotFound):
        await surgery.enter(chart, NAMED)


async def test_who_is_put_out_does_not_come_back_by_the_same_link(surgery: Surgery) -> None:
    await surgery.call()
    found, cookie = await guests.redeem(surgery.parts.calls, (await link(surgery))[1])
    call = await surgery.let_in(surgery.chart_of(found), NAMED)

    [me] = [one.id for one in call.after.people if one.part == "guest"]
    await visits.remove(surgery.parts, surgery.ann(), VISIT, me)

    with pytest.raises(Unauthenticated):
        await guests.recognised(surgery.parts.calls, cookie)


async def test_a_link_opens_no_other_visit(surgery: Surgery) -> None:
    await surgery.visit("other", "pat", "09:30")
    chart = await surgery.guest()

    for visit in ("other", "nowhere"):
        with pytest.raises(NotFound, match="no such visit"):
            await surgery.enter(chart, NAMED, visit)


def test_a_guest_has_no_right_but_within_what_is_done_in_a_visit() -> None:
    made = Guest(1, "g1", VISIT, "guest", "link", "Practitioner/ann", 0)
    subject = guests.subject_of(made, "org1", Caller())
    facts = [Facts(1, frozenset({"pat"})), Facts(1, frozenset()), Facts(1, frozenset({"pat"}), cared_for=True)]

    allowed = {
        (interaction, kind)
        for interaction in Interaction
        for kind in EVERY
        for fact in facts
        if isinstance(decide(subject, interaction, kind, fact), Allowed)
    }

    assert subject.role is Role.GUEST
    assert allowed == set()


@pytest.mark.parametrize("kind", ["Appointment", "Patient", "Communication", "Encounter"])
async def test_a_guests_door_shows_no_record(surgery: Surgery, kind: str) -> None:
    await surgery.call()
    chart = await surgery.guest()

    with pytest.raises(Forbidden):
        await chart.search(kind)
    with pytest.raises(Forbidden):
        await chart.read(kind, VISIT)


@pytest.mark.parametrize(
    "inviting",
    [Inviting("host"), Inviting("patient"), Inviting("guest", "mail", "nobody"), Inviting("guest", "sms", "12"),
     Inviting("guest", "link", "a@mail.example"), Inviting("guest", "fax", "12")],
)  # fmt: skip
async def test_what_cannot_be_sent_is_refused(surgery: Surgery, inviting: Inviting) -> None:
    with pytest.raises(Invalid):
        await guests.invite(surgery.ann(), VISIT, inviting)


async def test_a_visit_has_ten_links_that_can_be_used(surgery: Surgery) -> None:
    made = [await link(surgery) for _ in range(guests.MOST)]
    with pytest.raises(Conflict, match="many links"):
        await link(surgery)

    await guests.cancel(surgery.parts, surgery.ann(), VISIT, made[0][0].id)
    await link(surgery)
    surgery.practice.watch.set(at("09:15"))
    await link(surgery)

    assert len(await guests.listed(surgery.dan(), VISIT)) == guests.MOST + 2


async def test_nobody_is_invited_to_a_visit_that_is_over(surgery: Surgery) -> None:
    await surgery.call()
    await visits.end(surgery.parts, surgery.ann(), VISIT)

    with pytest.raises(Conflict, match="over"):
        await link(surgery)


@dataclass
class Carrier:
    """Remembers what it was given, or refuses it."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    refusal: Exception | None = None

    async def mail(self, letter: Letter) -> None:
        self._took(letter.to, letter.text)

    async def text(self, note: Note) -> None:
        self._took(note.to, note.text)

    def _took(self, to: str, text: str) -> None:
        if self.refusal:
            raise self.refusal
        self.sent.append((to, text))


def worker(surgery: Surgery, carrier: Carrier) -> Worker:
    clinic = surgery.practice.clinic
    sender = guests.Sender(clinic.serve, carrier, PRODUCT)
    return Worker(clinic.engine, {guests.TOPIC: sender}, clock=surgery.practice.watch)


@pytest.mark.parametrize(
    ("way", "to", "goes"),
    [("mail", " ina@mail.example ", "ina@mail.example"), ("sms", "(415) 555-0123", "+14155550123")],
)
async def test_a_link_is_sent_and_works_from_then_on(surgery: Surgery, way: str, to: str, goes: str) -> None:
    made = await guests.invite(surgery.ann(), VISIT, Inviting("family", way, to))
    carrier = Carrier()
    surgery.practice.watch.set(at("09:20"))

    await worker(surgery, carrier).until_idle()

    [(address, text)] = carrier.sent
    code = text.partition(f"{PRODUCT.origin}{guests.PATH}#")[2].split()[0]
    found, _ = await guests.redeem(surgery.parts.calls, code)
    assert (made.path, address, found.id, found.part) == ("", goes, made.guest.id, "family")
    assert "4155550123" not in await rows(surgery)  # three digits would be found in an id now and then
    assert "mail.example" not in await rows(surgery)


async def test_a_link_that_could_not_be_sent_is_sent_later_and_only_the_last_works(surgery: Surgery) -> None:
    await guests.invite(surgery.ann(), VISIT, Inviting("family", "mail", "ina@mail.example"))
    carrier = Carrier(refusal=OSError("away"))
    await worker(surgery, carrier).until_idle()
    carrier.refusal = None
    surgery.practice.watch.now += 60_000

    await worker(surgery, carrier).until_idle()
    await worker(surgery, carrier).until_idle()

    assert len(carrier.sent) == 1


async def test_a_link_that_was_taken_back_is_not_sent(surgery: Surgery) -> None:
    made = await guests.invite(surgery.ann(), VISIT, Inviting("family", "mail", "ina@mail.example"))
    await guests.cancel(surgery.parts, surgery.ann(), VISIT, made.guest.id)
    carrier = Carrier()

    await worker(surgery, carrier).until_idle()

    assert carrier.sent == []


async def test_an_address_that_takes_nothing_is_forgotten(surgery: Surgery) -> None:
    await guests.invite(surgery.ann(), VISIT, Inviting("family", "mail", "ina@mail.example"))
    carrier = Carrier(refusal=Undeliverable("no such address"))

    await worker(surgery, carrier).until_idle()

    def plan() -> Plan[object]:
        return (yield Query("SELECT address FROM visit_guest"))

    assert await surgery.practice.clinic.engine.read(plan) == [(None,)]
