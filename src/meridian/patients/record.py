"""
One's record, to take along: all of it as a FHIR Bundle, streamed page by page, each page recorded before it leaves.

Source: 45 CFR 164.524(c)(2)(ii), an electronic copy in a machine-readable form; hl7.org/fhir/R4/bundle.html.
"""

from collections.abc import AsyncIterator

from meridian.access.chart import Chart, Page
from meridian.clock import instant
from meridian.fhir.codec import encode

PAGE = "200"
"""Resources read at a time; what is held in memory."""


COPY, PRINT = "record/$copy", "record/$print"


async def given(chart: Chart, patient: str, how: str) -> None:
    """
    Record that the whole record is handed out, as a file or on paper: an accounting of disclosures counts it.

    Raises:
        NotFound: If it is not one's own.
    """
    await chart.consult(how, lambda work: work.read("Patient", patient), what=f"Patient/{patient}")


async def bundle(chart: Chart, patient: str, now: int, base: str) -> AsyncIterator[bytes]:
    """
    The record as a Bundle of type `collection`, in pieces.

    Args:
        chart: Of the patient, of somebody they trust, or of staff.
        patient: Logical id.
        now: When it is made, ms since the epoch.
        base: Our FHIR address, for `fullUrl`.

    Raises:
        NotFound: If it is not one's own; before anything is given out.
    """
    page = await chart.everything(patient, [("_count", PAGE)])
    yield b'{"resourceType":"Bundle","type":"collection","timestamp":%s,"entry":[' % encode_text(instant(now))
    separator = b""
    while True:
        for piece in _entries(page, base):
            yield separator + piece
            separator = b","
        if not page.next:
            break
        page = await chart.everything(patient, [("_count", PAGE), ("_cursor", page.next)])
    yield b"]}"


def _entries(page: Page, base: str) -> list[bytes]:
    return [b'{"fullUrl":"%s/%s/%s","resource":%s}' % (
        base.encode(), one.type.encode(), one.id.encode(), one.body) for one in page.matches]  # fmt: skip


def encode_text(text: str) -> bytes:
    """
    *text* as a JSON string.

    >>> encode_text("noon")
    b'"noon"'
    """
    return encode({"_": text})[5:-1]
