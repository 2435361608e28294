"""
Narrative: well-formed XHTML of an allow-list, so that showing it can run nothing and fetch no document.

Expat reads it with every door shut: a document type (the only way to entities of one's own), a processing
instruction or a CDATA section ends the reading. That is what defusedxml does, without building a tree.

Source: hl7.org/fhir/R4/narrative.html#xhtml.
"""

import re
from typing import Any
from xml.parsers import expat

from .findings import Context, Findings, one

_NAMESPACE = "http://www.w3.org/1999/xhtml"
_NAMESPACED = f"{_NAMESPACE} "

ELEMENTS = frozenset(
    """
    a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5
    h6 hr i img kbd li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var
    """.split()  # noqa: SIM905 - sixty words read better so
)
ATTRIBUTES = frozenset(
    """
    abbr align alt axis bgcolor border cellpadding cellspacing char charoff cite class clear color colspan compact
    coords dir frame headers height href hreflang hspace id lang longdesc name noshade nowrap rel rev rowspan rules
    scope shape size span src start style summary tabindex title type valign value vspace width
    """.split()  # noqa: SIM905 - as above
) | {"http://www.w3.org/XML/1998/namespace lang", "http://www.w3.org/XML/1998/namespace space"}

_link = re.compile(r"(?:https?:|mailto:|tel:|urn:|#|[^:]*(?:[/?#]|$))", re.IGNORECASE).match
_SOURCES = {"src", "longdesc", "cite"}
_image = re.compile(r"(?:https?:|#|data:image/(?:png|gif|jpeg|webp);base64,|[^:]*(?:[/?#]|$))", re.IGNORECASE).match
_own_image = re.compile(
    r"""url\(\s*["']?(?:data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=]*|[\w.\-]+(?:/[\w.\-]+)*)["']?\s*\)""",
    re.IGNORECASE,
)
_active_style = re.compile(r"expression|javascript|behavior|binding|@import|url\s*\(|\\|/\*", re.IGNORECASE).search

_NOT_TEXT = one("structure", "must be a string")
_NOT_XHTML = one("structure", "is not well-formed XHTML")
_BLANK = one("invariant", "must hold text or an image (txt-2)")


class _Refused(Exception):
    """Ends the reading."""


def narrative(value: Any, _: Context) -> Findings:
    """`xhtml`: one `div` of allowed elements and attributes, with something to see in it."""
    if type(value) is not str:
        return _NOT_TEXT
    reader = _Reader()
    try:
        reader.read(value)
    except _Refused as refusal:
        return one("invariant", f"{refusal} (txt-1)")
    except (expat.ExpatError, UnicodeEncodeError):
        return _NOT_XHTML
    return None if reader.visible else _BLANK


class _Reader:
    """Expat's handlers, and whether they met anything to see."""

    def __init__(self) -> None:
        self.visible = False
        self.inside = False

    def read(self, text: str) -> None:
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self.refuse
        parser.ProcessingInstructionHandler = self.refuse
        parser.StartCdataSectionHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        parser.Parse(text, True)  # noqa: FBT003 - expat takes it by place

    def refuse(self, *_: Any) -> None:
        raise _Refused("must not hold a document type, a processing instruction or CDATA")

    def start(self, name: str, attributes: list[str]) -> None:
        tag = name.removeprefix(_NAMESPACED)
        if tag == name or tag not in ELEMENTS or not (self.inside or tag == "div"):
            raise _Refused("may only hold the allowed XHTML elements, in one div")
        self.inside = True
        if tag == "img":
            self.visible = True
        if attributes:
            _check_attributes(dict(zip(attributes[::2], attributes[1::2], strict=True)))

    def text(self, data: str) -> None:
        if not self.visible and not data.isspace():
            self.visible = True


def _check_attributes(attributes: dict[str, str]) -> None:
    """Names from the allow-list; addresses and styles that cannot run anything."""
    if not attributes.keys() <= ATTRIBUTES:
        raise _Refused("may only hold the allowed XHTML attributes: no handlers")
    for name, value in attributes.items():
        if name == "style" and _active_style(_own_image.sub("", value)):
            raise _Refused("must not hold a style that fetches or runs something")
        if name == "href" and not _link(_plain(value)):
            raise _Refused("must not link to anything but web, mail, telephone and places in the text")
        if name in _SOURCES and not _image(_plain(value)):
            raise _Refused("must not show anything but images")


def _plain(address: str) -> str:
    """*address* as a browser reads it: without control characters and spaces, which could hide a scheme."""
    return "".join(c for c in address if c > " " and c != "\x7f")
