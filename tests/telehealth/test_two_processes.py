"""What two processes do at a visit at the same time is done one after the other."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast

import pytest

from meridian.faults import NotFound
from meridian.store.mariadb import Mariadb
from meridian.store.sqlite import Sqlite
from meridian.telehealth import chat, consenting, guests, visits
from meridian.testing.surgery import VISIT, Surgery

if TYPE_CHECKING:
    from meridian.store.engine import Engine

pytestmark = pytest.mark.anyio
ROUNDS = 5


@pytest.fixture
async def elsewhere(surgery: Surgery) -> AsyncIterator[Surgery]:
    """The same surgery, served by another process."""
    engine = surgery.practice.clinic.engine
    other: Engine = Sqlite(engine._database) if isinstance(engine, Sqlite) else Mariadb(cast("Mariadb", engine)._server)
    await other.open()
    yield surgery.served_by(other)
    await other.close()


async def test_fifty_try_one_link_at_two_servers(surgery: Surgery, elsewhere: Surgery) -> None:
    code = (await guests.invite(surgery.ann(), VISIT, guests.Inviting("guest"))).path.partition("#")[2]

    tries = await asyncio.gather(
        *(guests.redeem((surgery, elsewhere)[number % 2].parts.calls, code) for number in range(50)),
        return_exceptions=True,
    )

    assert sum(not isinstance(one, BaseException) for one in tries) == 1
    assert {type(one) for one in tries if isinstance(one, BaseException)} == {NotFound}


async def test_one_patient_comes_once_and_agrees_once(surgery: Surgery, elsewhere: Surgery) -> None:
    for turn in range(ROUNDS):
        patient, visit = f"racer{turn}", f"race{turn}"
        await surgery.practice.put("Patient", patient)
        await surgery.visit(visit, patient, participant=only(patient))
        both = await asyncio.gather(*(one.enter(one.pat(patient), visit=visit) for one in (surgery, elsewhere)))

        assert len({one.whole.me for one in both}) == 1
        assert len(await surgery.practice.search("Consent", patient=f"Patient/{patient}")) == 1
        assert len(await surgery.practice.search("Encounter", patient=f"Patient/{patient}")) == 1


async def test_one_patient_agrees_once_though_two_pages_say_so(surgery: Surgery, elsewhere: Surgery) -> None:
    for turn in range(ROUNDS):
        patient, visit = f"racer{turn}", f"race{turn}"
        await surgery.practice.put("Patient", patient)
        await surgery.visit(visit, patient, participant=only(patient))
        await asyncio.gather(
            visits.agree(surgery.parts, surgery.pat(patient), visit),
            visits.agree(elsewhere.parts, elsewhere.pat(patient), visit),
            elsewhere.enter(elsewhere.pat(patient), visit=visit),
        )

        assert len(await surgery.practice.search("Consent", patient=f"Patient/{patient}")) == 1


def only(patient: str) -> list[dict[str, object]]:
    """Nobody whose time could be taken."""
    return [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}]


async def test_two_hosts_let_in_and_put_out(surgery: Surgery, elsewhere: Surgery) -> None:
    me = (await surgery.enter(surgery.pat())).whole.me
    await surgery.enter(surgery.ann())
    await elsewhere.enter(elsewhere.ben())
    for _ in range(ROUNDS):
        await asyncio.gather(
            visits.admit(surgery.parts, surgery.ann(), VISIT, me),
            visits.admit(elsewhere.parts, elsewhere.ben(), VISIT, me),
        )
        out = await asyncio.gather(
            visits.remove(surgery.parts, surgery.ann(), VISIT, me),
            visits.remove(elsewhere.parts, elsewhere.ben(), VISIT, me),
            return_exceptions=True,
        )
        assert sum(isinstance(one, BaseException) for one in out) == 1, out
        await surgery.enter(surgery.pat())

    seen = await visits.look(surgery.parts, surgery.ann(), VISIT)
    assert seen.epoch == 2 + 2 * ROUNDS, "each coming and going counted once"
    assert len(await surgery.practice.search("Encounter")) == 1


async def test_a_line_that_two_servers_are_sent_is_one(surgery: Surgery, elsewhere: Surgery) -> None:
    await surgery.call()
    for turn in range(ROUNDS):
        both = await asyncio.gather(*(chat.say(one.pat(), VISIT, f"c{turn}", "Hello") for one in (surgery, elsewhere)))
        assert both[0].id == both[1].id

    assert len(await chat.transcript(surgery.ann(), VISIT)) == ROUNDS


async def test_a_no_at_one_server_and_a_yes_at_the_other(surgery: Surgery, elsewhere: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    await surgery.let_in(surgery.rel())
    for _ in range(ROUNDS):
        await consenting.ask(surgery.parts, surgery.ann(), VISIT)
        await asyncio.gather(
            consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True),
            consenting.answer(elsewhere.parts, elsewhere.rel(), VISIT, yes=False),
            return_exceptions=True,
        )
        assert (await visits.look(surgery.parts, surgery.ann(), VISIT)).recording == "off"

    papers = [one for one in await surgery.practice.search("Consent") if one["policy"][0]["uri"] == consenting.PAPER]
    assert len(papers) == 1
