import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.identity import attempts
from meridian.identity.attempts import FORGOTTEN_MS, LONGEST_LOCKOUT, lockout
from meridian.store.engine import Engine

MARK = b"m" * 32


@given(st.integers(0, 10_000))
def test_the_lockout_never_shrinks_and_never_exceeds_its_longest(failures: int) -> None:
    assert 0 <= lockout(failures) <= lockout(failures + 1) <= LONGEST_LOCKOUT


def test_a_negative_count_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        lockout(-1)


async def tries(engine: Engine, *times: int) -> list[int]:
    return [await engine.write(lambda now=now: attempts.begin(MARK, now)) for now in times]  # type: ignore[misc]  # bound per turn


@pytest.mark.anyio
async def test_a_try_is_refused_until_the_time_is_over(engine: Engine) -> None:
    assert await tries(engine, 0, 1, 999, 1000, 1001, 2999, 3000) == [0, 1, 1, 0, 2, 1, 0]


@pytest.mark.anyio
async def test_the_count_starts_anew_when_it_is_cleared(engine: Engine) -> None:
    await tries(engine, 0, 1000, 3000)

    await engine.write(lambda: attempts.clear(MARK))

    assert await tries(engine, 3001, 4001, 6001) == [0, 0, 0]


@pytest.mark.anyio
async def test_the_count_starts_anew_a_day_after_the_last_failure(engine: Engine) -> None:
    await tries(engine, 0, 1000, 3000)

    assert await tries(engine, 3001 + FORGOTTEN_MS, 4001 + FORGOTTEN_MS) == [0, 0]


@pytest.mark.anyio
async def test_of_many_tries_at_once_one_is_let_through(engine: Engine) -> None:
    waits: list[int] = []

    async def one() -> None:
        waits.append(await engine.write(lambda: attempts.begin(MARK, 5)))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(one)

    assert sorted(waits) == [0] + [1] * 19
