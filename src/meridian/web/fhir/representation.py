"""
Answers that carry a resource: its bytes as they are stored, unless the caller asked for another look.

A resource is parsed only to be shortened (`_summary`, `_elements`); otherwise its bytes are copied.
"""

from meridian.access.chart import Stored
from meridian.fhir.codec import decode, encode, pretty
from meridian.web.exchange import Answer, Header
from meridian.web.fhir.call import Call
from meridian.web.fhir.conditions import etag, http_date
from meridian.web.fhir.style import Style
from meridian.web.fhir.summary import shortened

FHIR: Header = (b"content-type", b"application/fhir+json; charset=utf-8")


def shown(body: bytes, style: Style) -> bytes:
    """The bytes of a resource as *style* wants them."""
    if not style.whole:
        body = encode(shortened(decode(body), style.summary, style.elements))
    return pretty(body) if style.pretty else body


def versioned(stored: Stored) -> list[Header]:
    """ETag and Last-Modified of a resource."""
    return [(b"etag", etag(stored.version)), (b"last-modified", http_date(stored.updated))]


def located(call: Call, stored: Stored) -> Header:
    """The Location of a version (hl7.org/fhir/R4/http.html#create)."""
    return (b"location", f"{call.base}/{stored.type}/{stored.id}/_history/{stored.version}".encode())


def resource(call: Call, stored: Stored, status: int = 200) -> Answer:
    """The resource itself."""
    return Answer(status, [FHIR, *versioned(stored)], call.room.take(shown(stored.body, call.style)))


def document(call: Call, body: bytes, status: int = 200) -> Answer:
    """A resource that is not stored: a bundle, a statement, an outcome."""
    return Answer(status, [FHIR], pretty(body) if call.style.pretty else body)
