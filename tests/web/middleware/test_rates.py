import asyncio

import pytest

from meridian.counting import Count, InMemory, Window
from meridian.faults import Throttled, Unavailable
from meridian.web.middleware.rates import Budget, Rates

pytestmark = pytest.mark.anyio


async def test_a_budget_is_spent_and_then_refuses() -> None:
    rates, budget = Rates(), Budget("api", 3)
    for _ in range(3):
        await rates.spend(budget, "ann")

    with pytest.raises(Throttled) as refused:
        await rates.spend(budget, "ann")

    assert 1 <= refused.value.retry_after <= 60


async def test_one_subject_does_not_spend_anothers_budget() -> None:
    rates, budget = Rates(), Budget("api", 1)
    await rates.spend(budget, "ann")

    assert await rates.spend(budget, "ben")


async def test_what_is_left_is_told() -> None:
    told = dict(await Rates().spend(Budget("api", 3), "ann"))

    assert told[b"ratelimit-policy"] == b'"api";q=3;w=60'
    assert told[b"ratelimit"].startswith(b'"api";r=2;t=')


class Broken(InMemory):
    async def take(self, window: Window, who: str, many: int = 1) -> Count:  # noqa: ARG002  # the counter's own signature
        raise Unavailable("The rate limiter did not answer")


async def test_a_counter_that_cannot_count_stops_the_request() -> None:
    with pytest.raises(Unavailable):
        await Rates(Broken()).spend(Budget("api", 3), "ann")


class Slow(InMemory):
    async def take(self, window: Window, who: str, many: int = 1) -> Count:
        await asyncio.sleep(0)  # others come between, as with a counter on another machine
        return await super().take(window, who, many)


async def test_what_was_counted_ahead_for_many_requests_at_once_is_all_there_to_be_used() -> None:
    rates, budget = Rates(Slow()), Budget("fhir", 600)  # six at a time

    done = await asyncio.gather(*(rates.spend(budget, "ann") for _ in range(600)), return_exceptions=True)

    refused = sum(isinstance(one, Throttled) for one in done)
    assert refused <= 6
