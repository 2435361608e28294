"""What both shelves do alike."""

from collections.abc import AsyncIterator

import pytest

from meridian.files.shelf import Missing, Shelf

pytestmark = pytest.mark.anyio

NAME, OTHER = "0123456789abcdef" * 2, "f" * 32


class LeftError(Exception):
    """Whoever was sending went away."""


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def broken() -> AsyncIterator[bytes]:
    yield b"first half"
    raise LeftError


async def test_what_was_put_comes_back_whole(shelf: Shelf) -> None:
    await shelf.put(NAME, pieces(b"one ", b"two"))

    assert await shelf.get(NAME, 0, 100) == b"one two"
    assert await shelf.size(NAME) == 7


async def test_any_part_can_be_read(shelf: Shelf) -> None:
    await shelf.put(NAME, pieces(b"0123456789"))

    assert await shelf.get(NAME, 3, 4) == b"3456"
    assert await shelf.get(NAME, 8, 100) == b"89"
    assert await shelf.get(NAME, 10, 5) == b""


async def test_what_breaks_off_leaves_nothing(shelf: Shelf) -> None:
    with pytest.raises(LeftError):
        await shelf.put(NAME, broken())

    with pytest.raises(Missing):
        await shelf.size(NAME)
    assert [kept.name async for kept in shelf.names()] == []


async def test_what_is_not_there_is_missing(shelf: Shelf) -> None:
    with pytest.raises(Missing):
        await shelf.get(NAME, 0, 1)
    with pytest.raises(Missing):
        await shelf.size(NAME)


async def test_what_is_removed_is_gone_and_removing_it_again_is_no_error(shelf: Shelf) -> None:
    await shelf.put(NAME, pieces(b"x"))

    await shelf.remove(NAME)
    await shelf.remove(NAME)

    with pytest.raises(Missing):
        await shelf.get(NAME, 0, 1)


async def test_every_object_is_named_with_its_time(shelf: Shelf) -> None:
    await shelf.put(NAME, pieces(b"x"))
    await shelf.put(OTHER, pieces(b"y"))

    found = [kept async for kept in shelf.names()]

    assert {kept.name for kept in found} == {NAME, OTHER}
    assert all(kept.written > 1_600_000_000_000 for kept in found)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 32, NAME + "/x", f".{NAME}"])
async def test_a_name_that_leads_elsewhere_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        await shelf.put(name, pieces(b"x"))
    with pytest.raises(ValueError, match="hexadecimal"):
        await shelf.get(name, 0, 1)


async def test_an_empty_object_is_one(shelf: Shelf) -> None:
    await shelf.put(NAME, pieces())

    assert await shelf.size(NAME) == 0
