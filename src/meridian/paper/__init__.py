"""
Structured pages as PDF: prescriptions, visit summaries, lists and records, all of one look.

    from meridian import paper

    body = paper.pdf(
        paper.Document(
            title="Medicines",
            letterhead=paper.Letterhead("Harbor Family Practice", ("1 Quay Street, Harbor", "+1 555 0100")),
            about="MÜLLER, Anna · born 12-Mar-1958 · female · MRN 1234",
            blocks=(
                paper.Heading("To take now"),
                paper.Table(("Medicine", "How to take it"), (("Metformin 500 mg tablet", "1 tablet twice a day"),)),
                paper.Signature("Prescriber", "Dr Adaeze Okafor", "12-Mar-2026 10:42 EST"),
            ),
            at=now,
        )
    )

The same document at the same time gives the same bytes. Pages carry their structure (headings, paragraphs, tables) and
their language for screen readers. Every script that our fonts have is set, right-to-left ones too; a character that
they lack is printed as its code point, never dropped. The file's own metadata names the title and nothing else, so a
title must not name anybody.
"""

from meridian.paper.document import (
    Block,
    Document,
    Facts,
    Heading,
    Letterhead,
    Paragraph,
    Points,
    Signature,
    Table,
    Words,
)
from meridian.paper.languages import WORDS, day, language_of
from meridian.paper.press import pdf

__all__ = [
    "WORDS",
    "Block",
    "Document",
    "Facts",
    "Heading",
    "Letterhead",
    "Paragraph",
    "Points",
    "Signature",
    "Table",
    "Words",
    "day",
    "language_of",
    "pdf",
]
