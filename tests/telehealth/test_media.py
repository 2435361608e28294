"""What every carrier of media keeps to: directly, in a mesh, and through a real Janus."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from meridian.telehealth.media.direct import MESH, P2P
from meridian.telehealth.media.janus import Janus
from meridian.telehealth.media.port import Media, Room, labelled

pytestmark = pytest.mark.anyio

_visits = count(1)


@pytest.fixture(params=["p2p", "mesh", "sfu"])
async def media(request: pytest.FixtureRequest) -> AsyncIterator[Media]:
    if request.param == "sfu":
        server, vault = request.getfixturevalue("janus_server"), request.getfixturevalue("janus_vault")
        adapter = Janus(server.settings, vault)
        yield adapter
        await adapter.let_go()
    else:
        yield P2P if request.param == "p2p" else MESH


@pytest.fixture
def room() -> Room:
    return Room(1, f"visit-{next(_visits)}", 1)


@pytest.fixture
def taped() -> Room:
    return Room(1, f"visit-{next(_visits)}", 2, recorded=True)


async def test_it_says_how_it_carries_and_how_many(media: Media) -> None:
    assert (media.mode, media.most, media.records) in {("p2p", 2, False), ("mesh", 4, False), ("sfu", 6, True)}


async def test_a_room_that_is_there_may_be_opened_again(media: Media, room: Room) -> None:
    await media.open(room)
    given = await media.grant(room, "ann")

    await media.open(room)

    assert (await media.grant(room, "ann")).room == given.room


async def test_somebody_who_is_let_in_twice_is_let_in_the_same_way(media: Media, room: Room) -> None:
    await media.open(room)

    first, second = await media.grant(room, "ann"), await media.grant(room, "ann")

    assert (first.room, first.pin, first.feed, first.path) == (second.room, second.pin, second.feed, second.path)


async def test_somebody_is_let_into_a_room_nobody_has_opened(media: Media, room: Room) -> None:
    await media.grant(room, "ann")

    await media.close(room)


async def test_who_never_came_can_be_put_out(media: Media, room: Room) -> None:
    await media.open(room)

    await media.revoke(room, "nobody")
    await media.revoke(room, "nobody")


async def test_nobody_can_be_put_out_of_a_room_that_is_not_there(media: Media, room: Room) -> None:
    await media.revoke(room, "ann")


async def test_a_room_is_closed_once_and_again(media: Media, room: Room) -> None:
    await media.open(room)

    await media.close(room)
    await media.close(room)


async def test_a_closed_room_can_be_opened_anew(media: Media, room: Room) -> None:
    await media.open(room)
    await media.close(room)

    await media.open(room)

    await media.grant(room, "ann")


async def test_a_recording_of_nobody_has_no_files(media: Media, taped: Room) -> None:
    await media.open(taped)
    await media.start_recording(taped)

    assert list(await media.stop_recording(taped)) == []
    assert list(await media.stop_recording(taped)) == []


async def test_where_there_is_no_room_a_recording_can_be_stopped(media: Media, taped: Room) -> None:
    assert list(await media.stop_recording(taped)) == []


@pytest.mark.parametrize("visit", ["a", "0f3e-7.x", "..", "-", "1-2-3"])
def test_a_label_is_read_as_it_is_written(visit: str) -> None:
    room = Room(12, visit, 3, recorded=True)

    assert labelled(room.label) == room
    assert "/" not in room.label


@pytest.mark.parametrize("label", ["", "made", "1-2", "1-2-", "x-2-a", "1-2-a/b", "1-2-" + "a" * 65, ".."])
def test_what_is_no_label_is_no_room(label: str) -> None:
    assert labelled(label) is None
