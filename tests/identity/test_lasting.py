"""How sessions stand on which something lasting rests."""

import pytest

from meridian.identity import lasting, sessions
from meridian.identity.lasting import Lasting
from meridian.identity.tokens import LASTING_MS
from meridian.testing.identity import HERE, Clinic

pytestmark = pytest.mark.anyio


async def test_a_session_stands_for_who_signed_in(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    session = grant.identity.session

    found = await quay.service.rests.look([session])

    assert list(found) == [session]
    assert found[session].why == ""
    standing = found[session].identity
    assert standing is not None
    assert lasting.same(grant.identity, standing)


async def test_what_is_no_session_has_ended(quay: Clinic) -> None:
    assert await quay.service.rests.look(["none"]) == {"none": Lasting(None, "signed-out")}
    assert await quay.service.rests.look([]) == {}


async def test_many_are_looked_at_at_once(quay: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "AT_ONCE", 2)
    await quay.person()
    ids = [(await quay.sign_in()).identity.session for _ in range(5)]
    now = quay.watch.now
    await quay.engine.write(lambda: sessions.end(ids[3], now))

    found = await quay.service.rests.look([*ids, "none"])

    assert [found[one].why for one in [*ids, "none"]] == ["", "", "", "signed-out", "", "signed-out"]


async def test_looking_is_no_use_and_using_is(quay: Clinic) -> None:
    await quay.person()
    session = (await quay.sign_in()).identity.session
    quay.watch.pass_(minutes=14)
    await quay.service.rests.look([session])
    await quay.service.rests.used(session)
    quay.watch.pass_(minutes=14)
    assert (await quay.service.rests.look([session]))[session].why == ""

    quay.watch.pass_(minutes=1)

    assert (await quay.service.rests.look([session]))[session] == Lasting(None, "idle")


async def test_who_is_idle_is_not_woken_by_having_ended(quay: Clinic) -> None:
    await quay.service.rests.used("none")

    assert (await quay.service.rests.look(["none"]))["none"].why == "signed-out"


async def test_it_lasts_until_the_newest_token_ends_and_no_longer_than_the_session(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    assert await quay.service.rests.until(grant.identity) == grant.identity.expires

    quay.watch.pass_(minutes=10)
    fresh = await quay.service.signed_in.refresh(grant.refresh, HERE)
    assert await quay.service.rests.until(grant.identity) == fresh.identity.expires
    assert fresh.identity.expires == (quay.watch.now + LASTING_MS) // 1000 * 1000


async def test_a_program_has_no_newer_token(quay: Clinic) -> None:
    client = await quay.service.administration.create_program(quay.org, "lab system")
    token, _ = await quay.service.programs.token(client.id, client.secret, HERE)

    assert await quay.service.rests.until(await quay.service.recognise(token)) == 0
