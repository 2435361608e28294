"""
Bulk Data: asked for now, made meanwhile, fetched when it is there.

    GET, POST $export | Patient/$export | Group/[id]/$export    202, and in Content-Location where to look
    GET       _export/[id]                                      202 with X-Progress, then 200 with the manifest
    GET       _export/[id]/[n].ndjson                           a file
    DELETE    _export/[id]                                      202; nothing is left

Whose records, and who may ask, is `access.exports`. Source: hl7.org/fhir/uv/bulkdata/STU2/export.html.
"""

import re
from typing import Any, Final

from meridian.access.exports import Asked, Exports, Level, Standing, State
from meridian.clock import instant
from meridian.faults import Malformed, NotFound, Unavailable, Unsupported
from meridian.fhir.codec import decode, encode
from meridian.fhir.parameters import Parameters, of_body, of_query
from meridian.fhir.search.moments import interval
from meridian.fhir.types import SUPPORTED
from meridian.web.exchange import Answer
from meridian.web.fhir.call import FORM_BODY, Call
from meridian.web.fhir.conditions import http_date
from meridian.web.fhir.negotiation import FHIR_JSON, check_accept, check_content

NDJSON: Final = "application/fhir+ndjson"
FORMATS: Final = frozenset({NDJSON, "application/ndjson", "ndjson"})
"""What `_outputFormat` may say."""
KNOWN: Final = frozenset({"_outputFormat", "_since", "_type"})
AGAIN: Final = b"5"
"""Seconds between looks."""
_FILE: Final = re.compile(r"(\d{1,9})\.ndjson")
_LEVELS: Final = {"$export": Level.SYSTEM, "Patient": Level.PATIENT, "Group": Level.GROUP}


async def kick_off(call: Call) -> Answer:
    """
    Have an export made.

    Raises:
        Malformed: If `Prefer: respond-async` is missing, or a parameter cannot be read.
        Unsupported: If a parameter or format is not offered, unless `handling=lenient` lets it be ignored.
    """
    level = _LEVELS.get(call.parts[0])
    if level is None or (level is Level.GROUP) is not (len(call.parts) == 3):  # noqa: PLR2004  # Group/id/$export
        raise NotFound("There is nothing here")
    if "respond-async" not in call.request.header(b"prefer").lower():
        raise Malformed("An export is made meanwhile: say Prefer: respond-async")
    group = call.id if level is Level.GROUP else ""
    asked = _asked(call, level, group, await _parameters(call))
    identity = await _desk(call).begin(call.chart, asked)
    return Answer(202, [(b"content-location", f"{call.base}/_export/{identity}".encode())])


async def look(call: Call) -> Answer:
    """How it stands: on the way, or where its files are."""
    standing = await _desk(call).standing(call.chart, call.id)
    match standing.state:
        case State.RUNNING:
            progress = f"{standing.resources} resources".encode()
            return Answer(202, [(b"x-progress", progress), (b"retry-after", AGAIN)])
        case State.FAILED:
            raise Unavailable("The export could not be finished; ask for it anew")
        case State.DONE:
            headers = [(b"content-type", b"application/json"), (b"expires", http_date(standing.expires))]
            return Answer(200, headers, encode(_manifest(call, standing)))


async def cancel(call: Call) -> Answer:
    """Throw it away."""
    await _desk(call).end(call.chart, call.id)
    return Answer(202)


async def file(call: Call) -> Answer:
    """One file."""
    named = _FILE.fullmatch(call.parts[2])
    if named is None:
        raise NotFound("There is nothing here")
    body = await _desk(call).file(call.chart, call.id, int(named[1]))
    return Answer(200, [(b"content-type", NDJSON.encode())], body)


def _desk(call: Call) -> Exports:
    if call.exports is None:
        raise NotFound("There is nothing here")
    return call.exports


async def _parameters(call: Call) -> Parameters:
    if call.request.method != "POST":
        return of_query(call.pairs)
    body = await call.request.body(FORM_BODY)
    if not body:
        return of_query(call.pairs)
    check_content(call.request.header(b"content-type"), FHIR_JSON)
    return of_body(decode(body))


def _asked(call: Call, level: Level, group: str, said: Parameters) -> Asked:
    check_accept(call.request.header(b"accept"))
    others = {name for name, _ in said.parts} - KNOWN | ({"_elements"} if not call.style.whole else set())
    if others and not call.prefer.lenient:
        raise Unsupported(f"An export has no parameter {min(others)}", what="parameter")
    if said.text("_outputFormat", NDJSON) not in FORMATS:
        raise Unsupported(f"Exports are {NDJSON}", what="parameter")
    types = tuple(name for text in said.texts("_type") for name in text.split(",") if name)
    if unknown := [name for name in types if name not in SUPPORTED]:
        raise Unsupported(f"{unknown[0][:40]} is not kept here", what="parameter")
    since = said.text("_since", "")
    return Asked(level, _url(call), types, _moment(since) if since else None, group)


def _moment(text: str) -> int:
    found = interval(text)
    if found is None:
        raise Malformed("_since is to be an instant, as 2026-01-31T12:00:00Z")
    return found[0]


def _url(call: Call) -> str:
    """As it was asked for; the base is ours and not what the caller calls us."""
    query = call.request.query.decode("ascii", "replace")
    return f"{call.base}/{'/'.join(call.parts)}{'?' if query else ''}{query}"


def _manifest(call: Call, standing: Standing) -> dict[str, Any]:
    here = f"{call.base}/_export/{call.id}"
    return {
        "transactionTime": instant(standing.began),
        "request": standing.url,
        "requiresAccessToken": True,
        "output": [
            {"type": one.type, "url": f"{here}/{one.no}.ndjson", "count": one.resources} for one in standing.files
        ],
        "error": [],
    }
