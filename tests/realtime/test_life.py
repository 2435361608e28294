"""A socket lives as long as its token, its session, and what that stands for; and is told why it ends."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from meridian.faults import Unauthenticated
from meridian.identity import sessions
from meridian.identity.facts import Grant
from meridian.realtime import life
from meridian.store.plan import Change, Plan
from meridian.store.sqlite import Sqlite
from meridian.testing.identity import HERE
from meridian.testing.live import LiveClinic, opened
from meridian.testing.sockets import Socket

pytestmark = pytest.mark.anyio

FROM_NOW_ON = {"me": -1}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at sessions unless a test says so."""
    monkeypatch.setattr(life, "LOOK", 3600.0)


async def ended(socket: Socket) -> str:
    """Why it was cut; it has ended then."""
    [said] = await socket.wait("cut")
    await asyncio.wait_for(socket.closed.wait(), 10)
    return str(said["why"])


async def elsewhere(clinic: LiveClinic, sql: str, *args: str | int) -> None:
    """What another process does: this one is told nothing."""

    def plan() -> Plan[None]:
        yield Change(sql, args)

    await clinic.clinic.engine.write(plan)


def at_its_end(clinic: LiveClinic, grant: Grant, left: int = 500) -> AbstractAsyncContextManager[Socket]:
    """The socket of somebody whose token has so many milliseconds left."""
    clinic.clinic.watch.now = grant.identity.expires - left
    return clinic.page(grant)


async def test_a_socket_ends_with_its_token(clinic: LiveClinic) -> None:
    nora = await clinic.staff()

    async with at_its_end(clinic, nora) as page:
        assert await ended(page) == "expired"
    assert len(clinic.live.life) == 0


async def test_a_program_s_socket_does_likewise(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    clinic.clinic.watch.now = nora.identity.expires - 500

    async with clinic.program(nora) as program:
        assert await ended(program) == "expired"


async def test_it_goes_on_with_the_session_s_next_token(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    async with at_its_end(clinic, nora, 60_000) as page:
        fresh = await clinic.clinic.service.signed_in.refresh(nora.refresh, HERE)

        answer = await page.say("session.refresh")

        assert answer == {"ok": True, "data": {"expires": fresh.identity.expires}}
        [connection] = clinic.live.life.all()
        assert connection.timer is not None
        assert connection.timer.when() - asyncio.get_running_loop().time() > 800
        assert page.all("cut") == []


async def test_without_another_token_it_is_given_no_longer_life(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    async with at_its_end(clinic, nora) as page:
        assert (await page.say("session.refresh"))["data"] == {"expires": nora.identity.expires}
        assert await ended(page) == "expired"


async def test_sessions_are_looked_at_again_and_again(
    sqlite_engine: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "LOOK", 0.05)
    async with opened(sqlite_engine, tmp_path) as clinic:
        nora = await clinic.staff()
        async with clinic.page(nora) as page:
            await clinic.clinic.engine.write(lambda: sessions.end(nora.identity.session, clinic.clinic.watch.now))

            assert await ended(page) == "signed-out"


async def test_who_signs_out_is_gone_from_all_their_pages_at_once(clinic: LiveClinic) -> None:
    nora, nick = await clinic.staff(), await clinic.staff()
    async with clinic.page(nora) as first, clinic.page(nora) as second, clinic.page(nick) as other:
        await clinic.clinic.service.signed_in.sign_out(nora.access, nora.refresh, HERE)

        assert await ended(first) == await ended(second) == "signed-out"
        assert (await other.say("presence.list"))["ok"]


async def test_a_sign_out_in_another_process_is_seen_with_the_next_event(either: LiveClinic) -> None:
    nora = await either.staff()
    async with either.page(nora) as page:
        await either.clinic.engine.write(lambda: sessions.end(nora.identity.session, either.clinic.watch.now))

        answer = await page.say("feeds.sync", since={"me": 0})

        assert (answer["ok"], answer["error"]["code"]) == (False, "login")
        assert await ended(page) == "signed-out"


async def test_and_without_one_when_the_sessions_are_looked_at(either: LiveClinic) -> None:
    nora, nick = await either.staff(), await either.staff()
    async with either.page(nora) as page, either.page(nick) as other:
        await either.clinic.engine.write(lambda: sessions.end(nora.identity.session, either.clinic.watch.now))

        await either.live.life.look()

        assert await ended(page) == "signed-out"
        assert (await other.say("presence.list"))["ok"]


ELSEWHERE = {
    "another role": ("UPDATE membership SET role = 'front-desk' WHERE id = ?", "membership", "changed"),
    "no membership": ("UPDATE membership SET status = 'inactive' WHERE id = ?", "membership", "signed-out"),
    "no account": ("UPDATE account SET active = 0 WHERE id = ?", "account", "signed-out"),
    "another person": ("UPDATE membership SET who = 'Practitioner/other' WHERE id = ?", "membership", "changed"),
    "one factor": ("UPDATE session SET factors = 'pwd' WHERE id = ?", "session", "signed-out"),
}


@pytest.mark.parametrize("event", [True, False], ids=["with the next event", "when looked at"])
async def test_what_a_session_stands_for_is_looked_up_afresh(clinic: LiveClinic, event: bool) -> None:  # noqa: FBT001  # which of two
    for what, (sql, column, why) in ELSEWHERE.items():
        nora = await clinic.staff()
        async with clinic.page(nora) as page:
            await elsewhere(clinic, sql, getattr(nora.identity, column))

            if event:
                assert (await page.say("presence.list"))["error"]["code"] == "login", what
            else:
                await clinic.live.life.look()

            assert await ended(page) == why, what


async def test_a_change_of_role_ends_sockets_at_once(clinic: LiveClinic) -> None:
    boss, nora = await clinic.staff("administrator"), await clinic.staff()
    async with clinic.page(nora) as page:
        people = clinic.clinic.service.people
        await people.change(boss.identity, nora.identity.membership, "front-desk", None, HERE)

        assert await ended(page) == "signed-out"


async def test_who_chooses_another_patient_is_somebody_else(clinic: LiveClinic) -> None:
    await clinic.patient("ann")
    await clinic.patient("ben")
    await clinic.clinic.person(
        "ria@home.example", "proxy", seed="", who="RelatedPerson/ria", patients=("ann", "ben")
    )  # fmt: skip
    ria = await clinic.clinic.sign_in("ria@home.example")
    async with clinic.page(ria) as page:
        assert set((await page.say("feeds.sync", since={"mine": -1}))["data"]["feeds"]) == {
            "patient:ann",
            "patient:ben",
        }

        await clinic.clinic.service.signed_in.choose_patient(ria.identity, "ben", HERE)

        assert await ended(page) == "changed"


async def test_a_trust_that_ends_takes_its_feed_along(either: LiveClinic) -> None:
    await either.patient("ann")
    await either.clinic.person("ria@home.example", "proxy", seed="", who="RelatedPerson/ria", patients=("ann",))
    ria = await either.clinic.sign_in("ria@home.example")
    async with either.page(ria) as page:
        assert (await page.say("feeds.sync", since={"mine": -1}))["ok"]
        await elsewhere(either, "UPDATE entrusted SET ends = ? WHERE patient = 'ann'", either.clinic.watch.now)

        await either.live.life.look()

        assert await ended(page) == "changed"


async def test_an_idle_session_loses_its_sockets(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    async with clinic.page(nora) as page:
        clinic.clinic.watch.pass_(minutes=14)
        assert (await page.say("feeds.sync", since=FROM_NOW_ON))["ok"]  # a page asks that by itself
        await clinic.live.life.look()
        assert page.all("cut") == []

        clinic.clinic.watch.pass_(minutes=1)
        await clinic.live.life.look()

        assert await ended(page) == "idle"


async def test_what_somebody_does_on_purpose_keeps_the_session_awake(either: LiveClinic) -> None:
    nora = await either.staff()
    async with either.page(nora) as page:
        either.clinic.watch.pass_(minutes=14)
        await page.say("thread.read", thread="x")
        either.clinic.watch.pass_(minutes=14)
        fresh = await either.clinic.service.signed_in.refresh(nora.refresh, HERE)
        await either.live.life.look()

        assert fresh.access
        assert page.all("cut") == []


async def test_a_database_that_is_away_cuts_nobody_and_answers_no_event(
    clinic: LiveClinic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with clinic.page(await clinic.staff()) as page:

        async def away(*_: object) -> None:
            raise OSError("as asked")

        with monkeypatch.context() as patched:
            patched.setattr(clinic.clinic.service.rests, "look", away)
            await clinic.live.life.look()
            assert (await page.say("presence.list"))["error"]["code"] == "internal"

        assert (await page.say("presence.list"))["ok"]
    assert "as asked" not in caplog.text


async def test_a_cut_is_said_once(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    async with clinic.page(nora) as page:
        await clinic.clinic.service.signed_in.sign_out(nora.access, nora.refresh, HERE)
        await asyncio.gather(*(clinic.live.life.look() for _ in range(5)))

        assert await ended(page) == "signed-out"
        assert len(page.all("cut")) == 1
    with pytest.raises(Unauthenticated):
        clinic.live.life["no such socket"]
