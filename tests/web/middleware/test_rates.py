import pytest
from limits.storage import MemoryStorage

from meridian.faults import Throttled, Unavailable
from meridian.web.middleware.rates import Budget, Rates


def test_a_budget_is_spent_and_then_refuses() -> None:
    rates, budget = Rates(), Budget("api", 3)
    for _ in range(3):
        rates.spend(budget, "ann")

    with pytest.raises(Throttled) as refused:
        rates.spend(budget, "ann")

    assert 1 <= refused.value.retry_after <= 60


def test_one_subject_does_not_spend_anothers_budget() -> None:
    rates, budget = Rates(), Budget("api", 1)
    rates.spend(budget, "ann")

    assert rates.spend(budget, "ben")


def test_what_is_left_is_told() -> None:
    told = dict(Rates().spend(Budget("api", 3), "ann"))

    assert told[b"ratelimit-policy"] == b'"api";q=3;w=60'
    assert told[b"ratelimit"].startswith(b'"api";r=2;t=')


class Broken(MemoryStorage):
    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:  # noqa: ARG002  # the storage's own signature
        raise ConnectionError


def test_a_storage_that_cannot_count_stops_the_request() -> None:
    with pytest.raises(Unavailable):
        Rates(Broken()).spend(Budget("api", 3), "ann")
