"""What the gateway is asked to do follows what the database says, however the two are overtaken by each other."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from meridian.faults import Conflict, Unavailable
from meridian.store.sqlite import Sqlite
from meridian.telehealth import bringing, carrying, consenting, visits
from meridian.telehealth.media.port import Mode, Pass, Room
from meridian.telehealth.visits import Coming
from meridian.testing.practice import opened
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
PAT, REL = "Patient/pat", "RelatedPerson/rel"
NAMED = Coming(consent=True, name="Ina")


@dataclass
class Gateway:
    """Remembers who may be in which room, and what it was told; may be away."""

    mode: Mode = "sfu"
    most: int = 6
    records: bool = True
    granted: dict[int, set[str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    away: bool = False
    before_grant: Callable[[], Awaitable[object]] | None = None

    async def open(self, room: Room) -> None:
        self._did("open", room)
        self.granted.setdefault(room.number, set())

    async def grant(self, room: Room, person: str) -> Pass:
        if self.before_grant:
            hook, self.before_grant = self.before_grant, None
            await hook()
        self._did("grant", room)
        self.granted.setdefault(room.number, set()).add(person)
        return Pass(room=room.label)

    async def revoke(self, room: Room, person: str) -> None:
        self._did("revoke", room)
        self.granted.get(room.number, set()).discard(person)

    async def start_recording(self, room: Room) -> None:
        self._did("record", room)

    async def stop_recording(self, room: Room) -> Sequence[Path]:
        self._did("stop", room)
        return ()

    async def close(self, room: Room) -> None:
        self._did("close", room)
        self.granted.pop(room.number, None)

    def _did(self, what: str, room: Room) -> None:
        if self.away:
            raise Unavailable("The gateway does not answer")
        self.done.append(f"{what} {room.number}")


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def surgery(sqlite_engine: Sqlite, gateway: Gateway) -> Surgery:
    return await Surgery.at(await opened(sqlite_engine), gateway)


async def three(surgery: Surgery) -> None:
    """Ann, Pat and Rel, through the gateway."""
    await surgery.call()
    done = await surgery.let_in(surgery.rel())
    await carrying.carry(surgery.parts, 1, done)


async def test_two_need_no_gateway_and_three_have_a_pass_each(surgery: Surgery, gateway: Gateway) -> None:
    await surgery.call()
    direct = await carrying.admission(surgery.parts, 1, VISIT, PAT)
    assert (direct.mode, direct.room, gateway.done) == ("p2p", carrying.NO_PASS, [])

    await three(surgery)
    passed = [await carrying.admission(surgery.parts, 1, VISIT, who) for who in (PAT, REL)]

    assert {one.mode for one in passed} == {"sfu"}
    assert gateway.granted == {1: {one.me for one in passed}}


async def test_who_waits_is_told_of_no_way(surgery: Surgery) -> None:
    await surgery.enter(surgery.pat())

    for who in (PAT, "Practitioner/ann", "Guest/nobody"):
        with pytest.raises(Conflict, match="not been let in"):
            await carrying.admission(surgery.parts, 1, VISIT, who)


async def test_who_is_put_out_while_their_pass_is_made_does_not_get_in_by_it(
    surgery: Surgery, gateway: Gateway
) -> None:
    await three(surgery)
    [rel] = [one.id for one in (await visits.look(surgery.parts, surgery.ann(), VISIT)).people if one.part == "family"]

    async def put_out() -> None:
        done = await visits.remove(surgery.parts, surgery.ann(), VISIT, rel)
        await carrying.carry(surgery.parts, 1, done)

    gateway.before_grant = put_out
    with pytest.raises(Conflict, match="not been let in"):
        await carrying.admission(surgery.parts, 1, VISIT, REL)

    assert rel not in gateway.granted[1]


async def test_a_visit_that_is_over_has_no_room(surgery: Surgery, gateway: Gateway) -> None:
    await three(surgery)
    await carrying.carry(surgery.parts, 1, await visits.end(surgery.parts, surgery.ann(), VISIT))

    assert gateway.granted == {}
    with pytest.raises(Conflict):
        await carrying.admission(surgery.parts, 1, VISIT, PAT)


async def test_a_recording_has_a_room_of_its_own_and_ends_with_a_no(surgery: Surgery, gateway: Gateway) -> None:
    await surgery.recording_allowed()
    await three(surgery)
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)
    on = await consenting.answer(surgery.parts, surgery.rel(), VISIT, yes=True)
    await carrying.carry(surgery.parts, 1, on)
    assert (await carrying.admission(surgery.parts, 1, VISIT, PAT)).recorded
    assert gateway.done[-2:] == ["open 2", "grant 2"]

    off = await consenting.answer(surgery.parts, surgery.rel(), VISIT, yes=False)
    await carrying.carry(surgery.parts, 1, off)

    with pytest.raises(Conflict, match="No browser"):
        await bringing.tape(surgery.ann(), VISIT, "a", 1)
    assert "stop 2" in gateway.done
    assert off.after.room == 3
    assert not (await carrying.admission(surgery.parts, 1, VISIT, PAT)).recorded


async def test_a_gateway_that_is_away_costs_nobody_their_place(surgery: Surgery, gateway: Gateway) -> None:
    await surgery.call()
    gateway.away = True
    done = await surgery.let_in(surgery.rel())
    await carrying.carry(surgery.parts, 1, done)

    with pytest.raises(Unavailable):
        await carrying.admission(surgery.parts, 1, VISIT, REL)
    gateway.away = False
    assert (await carrying.admission(surgery.parts, 1, VISIT, REL)).room.room


async def test_a_gateway_that_does_not_record_is_not_said_to(surgery: Surgery, gateway: Gateway) -> None:
    """Two were asked, and the third, who comes to the lobby, brings the gateway in."""
    gateway.records = False
    await surgery.recording_allowed()
    await surgery.call()
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    me = (await surgery.enter(surgery.rel())).whole.me
    await consenting.answer(surgery.parts, surgery.rel(), VISIT, yes=True)
    await visits.admit(surgery.parts, surgery.ann(), VISIT, me)

    last = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)

    assert (last.after.mode, last.after.recording) == ("sfu", "off")
