"""read, vread and history. Source: hl7.org/fhir/R4/http.html#read, #vread, #history."""

from meridian.faults import Malformed, NotFound
from meridian.web.exchange import Answer
from meridian.web.fhir import bundles
from meridian.web.fhir.call import Call
from meridian.web.fhir.conditions import if_none_match, modified_since
from meridian.web.fhir.content import content, wants_content
from meridian.web.fhir.representation import document, resource, versioned

LONGEST_VERSION = 9


async def read(call: Call) -> Answer:
    """The current version, or 304 when the caller has it."""
    stored = await call.chart.read(call.type, call.id)
    known = call.request.header(b"if-none-match")
    if known:
        fresh = known.strip() == "*" or stored.version in if_none_match(known)
    else:
        since = modified_since(call.request.header(b"if-modified-since"))
        fresh = since is not None and stored.updated // 1000 * 1000 <= since
    if fresh:
        return Answer(304, versioned(stored))
    return await content(call, stored) if wants_content(call) else resource(call, stored)


async def vread(call: Call) -> Answer:
    """One version."""
    text = call.parts[3]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION):
        raise NotFound(f"No {call.type} with that id and version")
    return resource(call, await call.chart.vread(call.type, call.id, int(text)))


async def history_of_one(call: Call) -> Answer:
    """The versions of a resource, newest first."""
    page = await call.chart.history(call.type, call.id, call.pairs)
    return document(call, bundles.history(call, page))


async def history_of_type(call: Call) -> Answer:
    """The versions of all resources of a type, newest first."""
    page = await call.chart.history(call.type, None, call.pairs)
    return document(call, bundles.history(call, page))


async def everything(call: Call) -> Answer:
    """A patient's whole record. Source: hl7.org/fhir/R4/patient-operation-everything.html."""
    if call.type != "Patient":
        raise NotFound("Only a Patient has $everything")
    if call.request.method == "POST" and await call.request.body(0):
        raise Malformed("$everything is asked by its parameters in the address")
    page = await call.chart.everything(call.id, call.pairs)
    return document(call, bundles.searchset(call, page))
