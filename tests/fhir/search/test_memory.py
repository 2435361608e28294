import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from meridian.fhir.search.hashing import address, code, fingerprint
from meridian.fhir.search.moments import interval
from meridian.fhir.search.text import contact, fold, phonetic


@pytest.mark.parametrize("function", [fold, phonetic, contact, fingerprint, code, address, interval])
def test_long_texts_leave_nothing_behind(function: Callable[[str], Any]) -> None:
    tracemalloc.start()
    for number in range(100):
        function(f"{number} {'report ' * 10_000}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1_000_000


def test_a_text_that_grows_eighteen_times_is_cut_first() -> None:
    assert len(fold("\ufdfa" * 300_000)) == 120
    assert fold("Müller " * 1000) == ("muller " * 18)[:120]
