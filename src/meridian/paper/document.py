"""What a page says, and nothing of how it looks."""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose paper it is: an organisation's name, and lines such as its address and telephone."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks that follow are about; *level* 2 stands below 1."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; its own line breaks are kept. *strong* sets it bold, *small* in the size of notes."""

    text: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences or items."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values, as `(("Born", "12-Mar-1958"), …)`."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """
    Rows under named columns; the names come again on each page.

    Args:
        columns: Their names.
        rows: As many cells each as there are columns.
        widths: Their shares of the width; equal where empty.
        caption: What the table shows, for whoever cannot see it at a glance.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has not as many cells as there are columns")
        if self.widths and len(self.widths) != len(self.columns):
            raise ValueError("there are not as many widths as columns")


@dataclass(frozen=True, slots=True)
class Signature:
    """
    A line to sign on, or (with *at*) the word that it was signed on the computer.

    Args:
        label: As what, for example `Prescriber`.
        name: Who signs.
        at: When it was signed, as people read it; empty for a line to sign by hand.
    """

    label: str
    name: str
    at: str = ""


Block: TypeAlias = Heading | Paragraph | Points | Facts | Table | Signature


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say by themselves; `{page}` and `{pages}` are filled in."""

    page: str = "Page {page} of {pages}"
    signed: str = "Signed electronically"
    unprintable: str = "Characters in [brackets] cannot be printed with the fonts at hand and are shown by their code."


@dataclass(frozen=True, slots=True)
class Document:
    """
    One document.

    Args:
        title: What it is; goes into the file's metadata too, so it names nobody.
        letterhead: Whose paper it is.
        blocks: What it says, from the top.
        about: Whom or what it is about, in one line; stands under the title and at the foot of each further page.
        language: Of the text, as BCP 47 says it.
        at: When it was made, in ms since the epoch; also the date in the file's metadata.
        made: The same as people read it, with its zone; stands at the foot of each page.
        watermark: A word such as `COPY` beside the title; empty for none.
        letter: Whether the paper is US Letter; else A4.
        words: What the foot says, to be given in other languages.
    """

    title: str
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    at: int
    about: str = ""
    language: str = "en"
    made: str = ""
    watermark: str = ""
    letter: bool = True
    words: Words = field(default_factory=Words)
