"""
How an answer is to look: `_format`, `_pretty`, `_summary` and `_elements`, told apart from what is asked for.

Source: hl7.org/fhir/R4/http.html#parameters, hl7.org/fhir/R4/search.html#summary.
"""

from dataclasses import dataclass

from meridian.faults import Malformed
from meridian.web.fhir.negotiation import check_format

Pairs = list[tuple[str, str]]

SUMMARIES = frozenset({"true", "text", "data", "count", "false"})


@dataclass(frozen=True, slots=True)
class Style:
    """
    How an answer is to look.

    Args:
        pretty: With line breaks and indents.
        summary: `true`, `text`, `data`, `count`, or empty for whole resources.
        elements: The only elements wanted, besides those that must be; empty for all.
        format: Whether `_format` was given, which stands above the Accept header.
    """

    pretty: bool = False
    summary: str = ""
    elements: tuple[str, ...] = ()
    format: bool = False

    @property
    def whole(self) -> bool:
        """Whether resources leave as they are stored."""
        return not self.summary and not self.elements


PLAIN = Style()
_NAMES = frozenset({"_format", "_pretty", "_summary", "_elements"})


def split(pairs: Pairs) -> tuple[Pairs, Style]:
    """
    The parameters that are not about style, and the style.

    >>> split([("name", "Ann"), ("_summary", "true")])
    ([('name', 'Ann')], Style(pretty=False, summary='true', elements=(), format=False))

    Raises:
        Unsupported: If `_format` asks for anything but JSON.
        Malformed: If `_summary` is not one of `SUMMARIES`.
    """
    said = {name: value for name, value in pairs if name in _NAMES}
    if not said:
        return pairs, PLAIN
    if "_format" in said:
        check_format(said["_format"])
    summary = said.get("_summary", "false")
    if summary not in SUMMARIES:
        raise Malformed("_summary is to be true, text, data, count or false")
    elements = tuple(name.strip() for name in said.get("_elements", "").split(",") if name.strip())
    style = Style(
        pretty=said.get("_pretty") in {"true", ""},
        summary="" if summary == "false" else summary,
        elements=elements,
        format="_format" in said,
    )
    return [pair for pair in pairs if pair[0] not in _NAMES], style
