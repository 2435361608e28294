"""The clock's one format."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from meridian.clock import instant


@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_reads_back_to_the_same_millisecond(moment: int) -> None:
    assert round(datetime.fromisoformat(instant(moment)).timestamp() * 1000) == moment
