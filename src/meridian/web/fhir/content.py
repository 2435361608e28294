"""
The content of a Binary as it is, for whoever asks for something else than FHIR: a browser, a viewer of images.

What patients and clinics uploaded is served from our own origin, so it must not come to life there: only what cannot
carry a script is shown by the browser, and everything else is a download. Nothing is sniffed (`middleware.headers`).
Scripts and styles are given under no type that a page could load them by: to a page of ours they come from ourselves,
which is where its policy lets it load from.

Source: hl7.org/fhir/R4/binary.html#rest; fetch.spec.whatwg.org, "should response be blocked due to nosniff".
"""

import base64
import binascii
import re

from meridian.access.chart import Stored
from meridian.access.files import Files
from meridian.faults import TooCostly, Unavailable
from meridian.fhir.codec import decode
from meridian.web.exchange import Answer
from meridian.web.fhir.call import Call
from meridian.web.fhir.representation import versioned

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "text/plain"})
"""Media types that a browser shows without running anything."""
UNKNOWN = "application/octet-stream"
POLICY = b"default-src 'none'; sandbox; frame-ancestors 'none'"
LARGEST = 32 * 1024 * 1024
"""Bytes of an uploaded file that one answer holds, house policy."""
_MEDIA = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}(; ?charset=[a-z0-9-]{1,32})?")
_LOADED = re.compile(r"[a-z]+/(?:x-)?(?:java|ecma|j|live)script\b.*|text/css\b.*|application/wasm\b.*")
"""Scripts and styles, by every name that browsers take. Source: mimesniff.spec.whatwg.org section 4.6."""
_ASKS_FHIR = re.compile(r"\bjson\b")


def wants_content(call: Call) -> bool:
    """Whether the caller wants the content of a Binary rather than the resource: no JSON among what it accepts."""
    accept = call.request.header(b"accept")
    return call.type == "Binary" and bool(accept) and not call.style.format and not _ASKS_FHIR.search(accept.lower())


async def content(call: Call, stored: Stored) -> Answer:
    """The bytes of a Binary under their own media type, whether they lie in it or beside the records."""
    resource = decode(stored.body)
    media = str(resource["contentType"]).lower()
    known = media if _MEDIA.fullmatch(media) and not _LOADED.fullmatch(media) else UNKNOWN
    shown = known.partition(";")[0] in SHOWN
    headers = [
        (b"content-type", known.encode()),
        (b"content-disposition", b"inline" if shown else b"attachment"),
        *versioned(stored),
    ]
    if "data" not in resource and call.files is not None:
        beside = await _beside(call, call.files)
        if beside is not None:
            return Answer(200, [*headers, (b"content-security-policy", POLICY)], beside)
    try:
        body = base64.b64decode(resource.get("data", ""), validate=False)
    except binascii.Error as wrong:
        raise Unavailable("The content of this Binary cannot be read") from wrong
    return Answer(200, headers, call.room.take(body))


async def _beside(call: Call, files: Files) -> bytes | None:
    """The bytes of an uploaded file, if it was found clean; a large one is had by a link, in parts."""
    sealed = await call.chart.consult(
        "Binary/$content", lambda work: files.opened(work, call.id), what=f"Binary/{call.id}"
    )
    if sealed is None:
        return None
    if sealed.size > LARGEST:
        raise TooCostly("This file is too large for one answer; ask for a link to its document")
    await sealed.check()
    return call.room.take(b"".join([piece async for piece in sealed.read()]))
