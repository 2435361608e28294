import io
import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from meridian import paper
from meridian.paper.printable import printable

LETTERHEAD = paper.Letterhead("Harbor Family Practice", ("1 Quay Street",))
NOON = 1_770_000_000_000


def document(*blocks: paper.Block, about: str = "", title: str = "Medicines", at: int = NOON) -> paper.Document:
    return paper.Document(title, LETTERHEAD, blocks, at, about=about, language="es")


def pages(*blocks: paper.Block, about: str = "") -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(paper.pdf(document(*blocks, about=about)))).pages]


def test_the_same_document_gives_the_same_bytes() -> None:
    one = document(paper.Heading("Now"), paper.Facts((("Born", "12-Mar-1958"),)))

    assert paper.pdf(one) == paper.pdf(one)


def test_every_kind_of_block_is_read_back() -> None:
    [page] = pages(
        paper.Heading("To take"),
        paper.Heading("Mornings", 2),
        paper.Paragraph("With food.\nWith water."),
        paper.Points(("First", "Second")),
        paper.Facts((("Prescriber", "Dr Okafor"),)),
        paper.Table(("Medicine", "Dose"), (("Metformin", "500 mg"),), widths=(2, 1), caption="Medicines"),
        paper.Signature("Prescriber", "Dr Okafor", "12-Mar-2026 10:42"),
        paper.Signature("Patient", "Anna Müller"),
        about="MÜLLER, Anna",
    )

    for said in (
        "Harbor Family Practice", "1 Quay Street", "MÜLLER, Anna", "To take", "Mornings", "With food.", "With water.",
        "Second", "Prescriber", "Dr Okafor", "Metformin", "500 mg", "Signed electronically", "Anna Müller",
        "Page 1 of 1",
    ):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("text", ["Łukasz Żółć", "Ελλάδα", "Рецепт", "Nguyễn Thị Hương", "Հայաստան", "5 µg ≤ 10 µg"])
def test_scripts_that_our_fonts_have_are_set_as_they_are(text: str) -> None:
    assert printable(text) == text
    assert text in pages(paper.Paragraph(text))[0]


def test_right_to_left_text_is_set_with_other_text_beside_it() -> None:
    [page] = pages(paper.Paragraph("שלום 500 mg مرحبا"))

    assert "500" in page
    assert "[U+" not in page


def test_a_character_that_no_font_has_is_printed_as_its_code_and_explained() -> None:
    [page] = pages(paper.Paragraph("李"))

    assert "[U+674E]" in page
    assert "cannot be printed" in page


def test_a_control_that_would_reorder_a_dose_is_shown() -> None:
    assert printable("5\u202e0 mg") == "5[U+202E]0 mg"


@given(st.text(max_size=40))
def test_no_character_is_dropped(text: str) -> None:
    shown = printable(text)

    for one in unicodedata.normalize("NFC", text):
        assert one in shown or f"[U+{ord(one):04X}]" in shown or one in "\r\t\x0b\x0c\u2028\u2029"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(alphabet="abc \n", max_size=900), max_size=4))
def test_whatever_is_said_fits_on_pages(texts: list[str]) -> None:
    assert paper.pdf(document(*map(paper.Paragraph, texts), paper.Table(("A", "B"), tuple((t, t) for t in texts))))


def test_a_long_table_says_its_columns_on_each_page() -> None:
    found = pages(paper.Table(("Medicine", "Dose"), tuple((f"Medicine {no}", "1 tablet") for no in range(90))))

    assert len(found) > 2
    assert all("Dose" in page for page in found)
    assert all(f"Medicine {no}" in "".join(found) for no in range(90))


def test_a_cell_longer_than_a_page_goes_on_over_it() -> None:
    found = pages(paper.Table(("Text",), ((" ".join(f"word{no}" for no in range(3000)),),)))

    assert len(found) > 3
    assert "word2999" in found[-1]


def test_every_page_is_numbered_and_says_whom_it_is_about() -> None:
    found = pages(paper.Paragraph("Words. " * 3000), about="MÜLLER, Anna")

    assert len(found) > 2
    assert all(f"Page {no} of {len(found)}" in page and "MÜLLER" in page for no, page in enumerate(found, 1))


def test_the_files_metadata_names_the_title_and_nobody() -> None:
    reader = PdfReader(io.BytesIO(paper.pdf(document(paper.Paragraph("Secret"), about="MÜLLER, Anna"))))

    assert reader.metadata is not None
    assert {name: str(value) for name, value in reader.metadata.items()} == {
        "/Title": "Medicines",
        "/Producer": "Meridian",
        "/CreationDate": "D:20260202024000Z",
    }


def test_pages_say_their_language_and_structure() -> None:
    reader = PdfReader(io.BytesIO(paper.pdf(document(paper.Heading("Now"), paper.Paragraph("Text.")))))
    root: Any = reader.trailer["/Root"]
    elements = root["/StructTreeRoot"]["/K"][0].get_object()["/K"]
    tags = [one.get_object()["/S"] for one in elements]

    assert root["/Lang"] == "es"
    assert str(root["/MarkInfo"]["/Marked"]).lower() == "true"
    assert tags[2:] == ["/H1", "/H2", "/P"]


def test_the_order_of_structure_is_the_order_of_reading() -> None:
    [page] = pages(*(paper.Paragraph(f"Sentence {no}.") for no in range(9)))
    places = [page.index(f"Sentence {no}.") for no in range(9)]

    assert all(one < other for one, other in pairwise(places))


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="columns"):
        paper.Table(("A", "B"), (("only one",),))

    with pytest.raises(ValueError, match="widths"):
        paper.Table(("A", "B"), (), widths=(1,))


def test_a_page_says_in_each_language_how_many_there_are() -> None:
    for words in paper.WORDS.values():
        assert words.page.format(page=1, pages=2) != words.page


def test_a_patients_page_is_in_the_first_language_that_pages_are_written_in() -> None:
    assert [paper.language_of("fr", "es-MX"), paper.language_of("en-US", "es"), paper.language_of("fr")] == [
        "es",
        "en",
        "en",
    ]
