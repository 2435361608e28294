"""
Documents set on A4 or Letter and written as PDF; the one place that knows the library.

The library (fpdf2) is loaded by the first document. Its structure tree is flat: headings and paragraphs are tagged as
such, cells of a table as paragraphs in the order of reading, head and foot of the pages as artifacts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple

from meridian.paper.document import (
    Block,
    Document,
    Facts,
    Heading,
    Paragraph,
    Points,
    Signature,
    Table,
)
from meridian.paper.printable import BOLD, OTHERS, REGULAR, printable

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, FOOT = 18.0, 16.0
"""Millimetres."""
POINT = 0.352778
"""Millimetres to a point."""
LEADING = 1.38
LABELS = 0.32
"""Share of the width that the names of facts take."""
INK, SOFT, LINE = (20, 24, 32), (88, 96, 108), (190, 196, 204)
UNPRINTABLE = "[U+"


class Style(NamedTuple):
    """How a text looks: *space* is the millimetres above it, *tag* what it is for screen readers."""

    size: float
    bold: bool = False
    space: float = 0.0
    tag: str = "P"
    ink: tuple[int, int, int] = INK


TITLE = Style(18, bold=True, space=4, tag="H1")
HEADINGS = {1: Style(13, bold=True, space=5, tag="H2"), 2: Style(11, bold=True, space=3.5, tag="H3")}
BODY, STRONG, NOTE = Style(10.5, space=1.6), Style(10.5, bold=True, space=1.6), Style(8.5, space=1.4, ink=SOFT)
LABEL, COLUMN, CELL = Style(9.5, ink=SOFT), Style(9, bold=True, ink=SOFT), Style(10)


def pdf(document: Document, passphrase: str = "") -> bytes:
    """
    The document as PDF; the same bytes for the same document, unless it is sealed.

    Args:
        document: What it says.
        passphrase: What opens it, by AES-256 (ISO 32000-2 section 7.6, revision 6); empty: nothing is needed.
    """
    press = _Press(document)
    if passphrase:
        _seal(press.sheet, passphrase)
    press.head()
    for block in document.blocks:
        press.put(block)
    return press.finished()


class _Press:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.sheet = _sheet(document)
        self.unprintable = False
        self.sheet.add_page()

    # --- the parts of a page

    def head(self) -> None:
        document, sheet = self.document, self.sheet
        self.line(document.letterhead.name, STRONG)
        for line in document.letterhead.lines:
            self.line(line, NOTE._replace(space=0.2))
        self.rule(2.5)
        self.text(document.title + (f" · {document.watermark}" if document.watermark else ""), TITLE)
        if document.about:
            self.text(document.about, STRONG)
        sheet.ln(1.5)

    def put(self, block: Block) -> None:  # one case for each kind of block
        match block:
            case Heading(text, level):
                style = HEADINGS.get(level, HEADINGS[2])
                self.room(style.space + 3 * height(style))
                self.text(text, style)
            case Paragraph(text, strong, small):
                self.text(text, STRONG if strong else NOTE if small else BODY)
            case Points(items):
                for item in items:
                    self.row(("•", item), (0.03, 0.97), (BODY, BODY))
            case Facts(pairs):
                for name, value in pairs:
                    self.row((name, value), (LABELS, 1 - LABELS), (LABEL, BODY))
            case Table():
                self.table(block)
            case Signature():
                self.signature(block)

    def table(self, table: Table) -> None:
        shares = table.widths or tuple(1.0 for _ in table.columns)
        widths = tuple(share / sum(shares) for share in shares)
        heads, cells = (COLUMN,) * len(widths), (CELL,) * len(widths)
        if table.caption:
            self.text(table.caption, NOTE)

        def names() -> None:
            self.row(table.columns, widths, heads)
            self.rule(0.8)

        self.room(6 * height(CELL))
        names()
        for row in table.rows:
            if self.room(self.depth(row, widths, cells)):
                names()
            self.row(row, widths, cells)
            self.rule(0.8)

    def signature(self, block: Signature) -> None:
        self.room(26)
        self.sheet.ln(6 if block.at else 16)
        if block.at:
            self.text(f"{self.document.words.signed}: {block.name}, {block.at}", STRONG)
        else:
            self.rule(0, share=0.5)
            self.text(block.name, BODY)
        self.text(block.label, NOTE)

    def finished(self) -> bytes:
        if self.unprintable:
            self.text(self.document.words.unprintable, NOTE._replace(space=5))
        words, sheet = self.document.words, self.sheet
        count = sheet.pages_count
        for page in range(1, count + 1):
            sheet.page = page
            foot = words.page.format(page=page, pages=count)
            self.foot(" · ".join(one for one in (self.document.made, foot) if one), self.document.about)
        sheet.page = count
        return bytes(sheet.output())

    # --- text

    def text(self, text: str, style: Style) -> None:
        """A paragraph over the whole width, which may go on over the page."""
        self.sheet.ln(style.space)
        for lines in self.pages(self.lines(text, style, self.sheet.epw), style):
            with self.tagged(style.tag):
                for line in lines:
                    self.draw(line, style, self.sheet.l_margin)
                    self.sheet.ln(height(style))

    def line(self, text: str, style: Style) -> None:
        self.text(text, style)

    def row(self, texts: Sequence[str], widths: Sequence[float], styles: Sequence[Style]) -> None:
        """Texts beside each other; a row higher than a page goes on over it."""
        sheet = self.sheet
        columns = [self.lines(*one) for one in self.cells(texts, widths, styles)]
        self.room(min(self.depth(texts, widths, styles), sheet.eph / 2))
        sheet.ln(BODY.space / 2)
        step = max(height(style) for style in styles)
        rest = columns
        while any(rest):
            fitting = max(int((sheet.page_break_trigger - sheet.y) / step), 1)
            top, left, deepest = sheet.y, sheet.l_margin, 0
            for lines, share, style in zip(rest, widths, styles, strict=True):
                with self.tagged(style.tag):
                    for at, line in enumerate(lines[:fitting]):
                        sheet.y = top + at * step
                        self.draw(line, style, left)
                deepest = max(deepest, len(lines[:fitting]))
                left += share * sheet.epw
            sheet.y = top + deepest * step
            rest = [lines[fitting:] for lines in rest]
            if any(rest):
                sheet.add_page()

    def cells(
        self, texts: Sequence[str], widths: Sequence[float], styles: Sequence[Style]
    ) -> Iterator[tuple[str, Style, float]]:
        for text, share, style in zip(texts, widths, styles, strict=True):
            yield text, style, share * self.sheet.epw - 2

    def depth(self, texts: Sequence[str], widths: Sequence[float], styles: Sequence[Style]) -> float:
        """Millimetres that a row takes."""
        most = max(len(self.lines(*one)) for one in self.cells(texts, widths, styles))
        return most * max(height(style) for style in styles) + 3

    def lines(self, text: str, style: Style, width: float) -> list[str]:
        """The text in lines of at most *width* millimetres."""
        shown = printable(text)
        self.unprintable |= UNPRINTABLE in shown
        self.dress(style)
        return [line for one in shown.split("\n") for line in (self.wrapped(one, width) if one.strip() else [""])]

    def wrapped(self, text: str, width: float) -> list[str]:
        found: list[str] = self.sheet.multi_cell(  # type: ignore[assignment]  # what it gives depends on *output*
            width, text=text, align="L", dry_run=True, output="LINES"
        )
        return found

    def pages(self, lines: list[str], style: Style) -> Iterator[list[str]]:
        """The lines of each page; the sheet is on that page while its lines are given."""
        rest = lines
        while rest:
            fitting = int((self.sheet.page_break_trigger - self.sheet.y) / height(style))
            if fitting < 1:
                self.sheet.add_page()
                continue
            yield rest[:fitting]
            rest = rest[fitting:]

    def draw(self, line: str, style: Style, left: float) -> None:
        self.dress(style)
        self.sheet.x = left
        self.sheet.cell(0, height(style), line, align="L")

    def dress(self, style: Style) -> None:
        self.sheet.set_font("Noto", "B" if style.bold else "", style.size)
        self.sheet.set_text_color(*style.ink)

    # --- the sheet

    def room(self, needed: float) -> bool:
        """Whether a page was begun because *needed* millimetres were not left."""
        if self.sheet.y + needed <= self.sheet.page_break_trigger:
            return False
        self.sheet.add_page()
        return True

    def rule(self, space: float, share: float = 1.0) -> None:
        sheet = self.sheet
        sheet.y += space
        with self.artifact():
            sheet.set_draw_color(*LINE)
            sheet.set_line_width(0.2)
            sheet.line(sheet.l_margin, sheet.y, sheet.l_margin + sheet.epw * share, sheet.y)
        sheet.y += 0.4

    def foot(self, right: str, left: str) -> None:
        sheet = self.sheet
        with self.artifact():
            self.dress(TITLE)  # a font is said again only when it changes, and this page may have ended with another
            self.dress(NOTE)
            shown = self.lines(left, NOTE, sheet.epw * 0.6)[0] if left else ""
            for text, align in ((shown, "L"), (printable(right), "R")):
                sheet.set_xy(sheet.l_margin, sheet.h - FOOT + 4)
                sheet.cell(0, 4, text, align=align)

    @contextmanager
    def tagged(self, tag: str) -> Iterator[None]:
        """What is drawn here is one element of the page's structure."""
        sheet: Any = self.sheet
        mcid = sheet.struct_builder.next_mcid_for_page(sheet.page)
        sheet._add_marked_content(struct_type=f"/{tag}", mcid=mcid)  # noqa: SLF001  # the public way tags figures only
        sheet._out(f"/{tag} <</MCID {mcid}>> BDC")  # noqa: SLF001  # likewise
        yield
        sheet._out("EMC")  # noqa: SLF001  # likewise

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn here is not read out."""
        sheet: Any = self.sheet
        sheet._out("/Artifact BMC")  # noqa: SLF001  # likewise
        yield
        sheet._out("EMC")  # noqa: SLF001  # likewise


def height(style: Style) -> float:
    """Millimetres from line to line."""
    return style.size * POINT * LEADING


def _seal(sheet: "FPDF", passphrase: str) -> None:
    from fpdf.enums import EncryptionMethod  # noqa: PLC0415  # with the library, and as late

    sheet.set_encryption(
        owner_password=token_hex(32),
        user_password=passphrase,
        encryption_method=EncryptionMethod.AES_256,
        encrypt_metadata=True,
    )


def _sheet(document: Document) -> "FPDF":
    from fpdf import FPDF, ViewerPreferences  # noqa: PLC0415  # a second of loading, once something is printed

    sheet = FPDF(format="letter" if document.letter else "A4")
    sheet.set_margin(MARGIN)
    sheet.set_auto_page_break(auto=False, margin=FOOT + 4)
    sheet.c_margin = 0
    sheet.add_font("Noto", "", REGULAR)
    sheet.add_font("Noto", "B", BOLD)
    sheet.add_font("Others", "", OTHERS)
    sheet.set_fallback_fonts(["Others"], exact_match=False)
    sheet.set_text_shaping(use_shaping_engine=True)
    sheet.set_title(document.title)
    sheet.set_lang(document.language)
    sheet.set_producer("Meridian")
    sheet.set_creation_date(datetime.fromtimestamp(document.at / 1000, UTC))
    sheet.viewer_preferences = ViewerPreferences(display_doc_title=True)
    sheet.alias_nb_pages(None)  # type: ignore[arg-type]  # as its documentation says
    return sheet
