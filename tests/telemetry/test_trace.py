import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.telemetry import trace

ID, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GOOD = f"00-{ID}-{SPAN}-01"


def test_a_good_header_gives_its_trace_and_a_part_of_ones_own() -> None:
    here = trace.begun(GOOD, "r-1")

    assert (here.id, here.parent, here.request, here.decided) == (ID, SPAN, "r-1", True)
    assert here.span not in {SPAN, ""}
    assert trace.read(here.header()) == (ID, here.span, 1)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nothing",
        GOOD.upper(),
        GOOD + "-more",  # version 00 says no more
        f"ff-{ID}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{ID}-{'0' * 16}-01",
        f"00-{ID[:-1]}-{SPAN}-01",
        f"00-{ID}-{SPAN}-1",
        f"00-{ID}-{SPAN}-01\n",
        f"00-{ID}-{SPAN}-01, {GOOD}",
        f" {GOOD}",
        "00-" + "\N{ARABIC-INDIC DIGIT ONE}" * 32 + f"-{SPAN}-01",
        f"01-{ID}-{SPAN}-01-" + "x" * 300,
    ],
)
def test_what_is_no_good_header_begins_a_trace_of_ones_own(said: str) -> None:
    here = trace.begun(said)

    assert here.id != ID
    assert (len(here.id), len(here.span), here.parent, here.decided) == (32, 16, "", None)


def test_a_later_version_may_say_more() -> None:
    assert trace.read(f"01-{ID}-{SPAN}-00-later") == (ID, SPAN, 0)


@given(st.text(max_size=80))
def test_no_text_breaks_it(said: str) -> None:
    here = trace.begun(said)

    assert trace.read(here.header()) is not None


def test_the_callers_address_goes_nowhere_with_it() -> None:
    here = trace.begun(GOOD, "r-1", "203.0.113.9")

    assert "203.0.113.9" not in here.header()
