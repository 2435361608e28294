"""One call of the FHIR API: the chart it goes to, what its path names, and how its answer is to look."""

from dataclasses import dataclass, field

from meridian.access.chart import Chart
from meridian.access.exports import Exports
from meridian.access.files import Files
from meridian.faults import TooCostly
from meridian.web.exchange import Request, parameters
from meridian.web.fhir.conditions import Prefer, prefer
from meridian.web.fhir.negotiation import check_accept
from meridian.web.fhir.offering import Operations
from meridian.web.fhir.style import PLAIN, Pairs, Style, split

RESOURCE_BODY = 10 * 1024 * 1024
"""Bytes of one resource, house policy."""
BUNDLE_BODY = 16 * 1024 * 1024
"""Bytes of a batch or transaction, house policy; Synthea's bundles have up to 1 MB."""
FORM_BODY = 64 * 1024
"""Bytes of a POSTed search, house policy."""
ANSWER = 50 * 1024 * 1024
"""Bytes of the records in one answer, house policy: small requests must not ask for gigabytes."""


_NONE: Operations = {}


class Room:
    """What is left of `ANSWER`; the entries of a batch share theirs."""

    __slots__ = ("left",)

    def __init__(self, left: int = ANSWER) -> None:
        self.left = left

    def holds(self, body: bytes) -> bool:
        """Whether *body* still fits; if so, its place is taken."""
        fits = len(body) <= self.left
        self.left -= len(body) if fits else 0
        return fits

    def take(self, body: bytes) -> bytes:
        """
        *body*, if it still fits.

        Raises:
            TooCostly: If not.
        """
        if not self.holds(body):
            raise TooCostly(f"The answer would be over {ANSWER:,} bytes; ask for less at a time, with _count")
        return body


@dataclass(slots=True)
class Call:
    """
    What a handler is given.

    Args:
        chart: The one door, bound to the subject.
        request: The exchange.
        base: `https://host/fhir/R4`.
        parts: Segments of the path below the base.
        pairs: Query parameters that are not about style, in their order.
        style: What the others said.
        room: How much more the answer may hold.
        operations: What is offered besides the interactions.
        files: The bytes of documents.
        exports: Exports of many records.
    """

    chart: Chart
    request: Request
    base: str
    parts: list[str]
    pairs: Pairs
    style: Style
    room: Room
    operations: Operations = field(default_factory=dict)
    files: Files | None = None
    exports: Exports | None = None

    @property
    def type(self) -> str:
        """The resource type that the path names."""
        return self.parts[0]

    @property
    def id(self) -> str:
        """The logical id that the path names."""
        return self.parts[1]

    @property
    def prefer(self) -> Prefer:
        """What the caller would like."""
        return prefer(self.request.header(b"prefer"))


def open_call(
    chart: Chart,
    request: Request,
    base: str,
    parts: list[str],
    *,
    room: Room | None = None,
    operations: Operations = _NONE,
    files: Files | None = None,
    exports: Exports | None = None,
) -> Call:
    """
    The call of *request*; refuses what could not be answered before anything is done.

    Raises:
        Malformed: If its query cannot be read.
        Unsupported: If it wants another format than JSON.
    """
    pairs, style = split(parameters(request.query)) if request.query else ([], PLAIN)
    if not style.format and parts[:1] not in (["Binary"], ["_export"]):  # they have contents of other types
        check_accept(request.header(b"accept"))
    return Call(chart, request, base, parts, pairs, style, room or Room(), operations, files, exports)
