"""
The content of a Binary as it is, for whoever asks for something else than FHIR: a browser, a viewer of images.

What patients and clinics uploaded is served from our own origin, so it must not come to life there: only what cannot
carry a script is shown by the browser, and everything else is a download. Nothing is sniffed (`middleware.headers`).

Source: hl7.org/fhir/R4/binary.html#rest.
"""

import base64
import binascii
import re

from meridian.access.chart import Stored
from meridian.faults import Unavailable
from meridian.fhir.codec import decode
from meridian.web.exchange import Answer
from meridian.web.fhir.call import Call
from meridian.web.fhir.representation import versioned

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "text/plain"})
"""Media types that a browser shows without running anything."""
_MEDIA = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}(; ?charset=[a-z0-9-]{1,32})?")
_ASKS_FHIR = re.compile(r"\bjson\b")


def wants_content(call: Call) -> bool:
    """Whether the caller wants the content of a Binary rather than the resource: no JSON among what it accepts."""
    accept = call.request.header(b"accept")
    return call.type == "Binary" and bool(accept) and not call.style.format and not _ASKS_FHIR.search(accept.lower())


def content(call: Call, stored: Stored) -> Answer:
    """The bytes of a Binary under their own media type."""
    resource = decode(stored.body)
    media = str(resource["contentType"]).lower()
    known = media if _MEDIA.fullmatch(media) else "application/octet-stream"
    shown = known.partition(";")[0] in SHOWN
    headers = [
        (b"content-type", known.encode()),
        (b"content-disposition", b"inline" if shown else b"attachment"),
        *versioned(stored),
    ]
    try:
        body = base64.b64decode(resource.get("data", ""), validate=False)
    except binascii.Error as wrong:
        raise Unavailable("The content of this Binary cannot be read") from wrong
    return Answer(200, headers, call.room.take(body))
