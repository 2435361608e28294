import re

from hypothesis import given
from hypothesis import strategies as st

from meridian.ops.demo import pdf


@given(st.lists(st.text(alphabet="abc()\\ üé€", max_size=40), max_size=20))
def test_the_table_says_where_each_object_begins(lines: list[str]) -> None:
    body = pdf.page("A (title)", lines)

    places = [int(place) for place in re.findall(rb"^(\d{10}) 00000 n $", body, flags=re.MULTILINE)]

    assert len(places) == 6
    assert all(body[place:].startswith(b"%d 0 obj\n" % number) for number, place in enumerate(places, 1))


def test_the_last_lines_point_at_the_table() -> None:
    body = pdf.page("t", ["x"])
    [start] = re.findall(rb"startxref\n(\d+)\n", body)

    assert body[int(start) :].startswith(b"xref\n")


def test_letters_that_the_font_lacks_are_known_beforehand() -> None:
    assert pdf.fits("O'Brien, Müller")
    assert not pdf.fits("Łukasz")
