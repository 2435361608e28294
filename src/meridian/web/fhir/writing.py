"""create, update, patch and delete, plain and conditional. Source: hl7.org/fhir/R4/http.html#create to #delete."""

from typing import Any

from meridian.access.chart import Written
from meridian.faults import Malformed, TooLarge
from meridian.fhir.codec import decode, encode
from meridian.web.exchange import Answer, parameters
from meridian.web.fhir.call import RESOURCE_BODY, Call
from meridian.web.fhir.conditions import etag, if_match
from meridian.web.fhir.negotiation import FHIR_JSON, JSON_PATCH, check_content
from meridian.web.fhir.representation import FHIR, located, shown, versioned
from meridian.web.fhir.style import Pairs

_DONE = {
    "created": "It has been created",
    "updated": "It has been updated",
    "unchanged": "It was so already",
    "found": "One that meets the condition was there already",
}


async def create(call: Call) -> Answer:
    """A new resource, unless `If-None-Exist` finds one."""
    body = await _resource(call)
    condition = call.request.header(b"if-none-exist")
    return _written(call, await call.chart.create(call.type, body, if_none_exist=_condition(condition)))


async def update(call: Call) -> Answer:
    """A new version of a resource, or a new one under that id."""
    body = await _resource(call)
    wanted = if_match(call.request.header(b"if-match"))
    return _written(call, await call.chart.update(call.type, call.id, body, if_match=wanted))


async def update_where(call: Call) -> Answer:
    """A new version of the one resource that the parameters find, or a new one."""
    body = await _resource(call)
    wanted = if_match(call.request.header(b"if-match"))
    return _written(call, await call.chart.update_where(call.type, _criteria(call), body, if_match=wanted))


async def patch(call: Call) -> Answer:
    """A new version by JSON Patch (RFC 6902)."""
    check_content(call.request.header(b"content-type"), JSON_PATCH)
    operations = await call.request.body(RESOURCE_BODY)
    wanted = if_match(call.request.header(b"if-match"))
    return _written(call, await call.chart.patch(call.type, call.id, operations, if_match=wanted))


async def delete(call: Call) -> Answer:
    """A deletion, which is a version too; deleting what is deleted changes nothing."""
    wanted = if_match(call.request.header(b"if-match"))
    written = await call.chart.delete(call.type, call.id, if_match=wanted)
    return Answer(204, [(b"etag", etag(written.stored.version))])


async def delete_where(call: Call) -> Answer:
    """A deletion of the one resource that the parameters find; finding none is no fault."""
    await call.chart.delete_where(call.type, _criteria(call))
    return Answer(204)


async def _resource(call: Call) -> dict[str, Any]:
    check_content(call.request.header(b"content-type"), FHIR_JSON)
    body = await call.request.body(RESOURCE_BODY)
    if not body:
        raise Malformed("The body is empty; it is to be a resource")
    return decode(body)


def _criteria(call: Call) -> Pairs:
    if not call.pairs:
        raise Malformed("A condition is needed: parameters that find the resource")
    return call.pairs


def _condition(header: str) -> Pairs | None:
    """The criteria of `If-None-Exist`: a query without its question mark."""
    if not header:
        return None
    if len(header) > 4096:  # noqa: PLR2004  # house policy, as long as any search of ours
        raise TooLarge("If-None-Exist is too long")
    return parameters(header.removeprefix("?").encode("latin-1"))


def _written(call: Call, written: Written) -> Answer:
    """201 for what is new, 200 for what was there; with as much of it as the caller prefers."""
    stored = written.stored
    status = 201 if written.outcome == "created" else 200
    headers = [*versioned(stored), located(call, stored)]
    back = call.prefer.back
    if back == "minimal" or not call.room.holds(stored.body):  # it is done: what does not fit is no failure
        return Answer(status, headers)
    if back == "OperationOutcome":
        issue = {"severity": "information", "code": "informational", "diagnostics": _DONE[written.outcome]}
        return Answer(status, [FHIR, *headers], encode({"resourceType": "OperationOutcome", "issue": [issue]}))
    return Answer(status, [FHIR, *headers], shown(stored.body, call.style))
