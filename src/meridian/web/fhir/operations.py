"""
Operations on a type or an instance: found by name, given their parameters, answered with a resource.

What is offered is composed in `meridian.app`. Source: hl7.org/fhir/R4/operations.html.
"""

from meridian.faults import NotFound
from meridian.fhir.codec import decode, encode
from meridian.fhir.parameters import Parameters, of_body, of_query
from meridian.web.exchange import Answer
from meridian.web.faults import MethodNotAllowed
from meridian.web.fhir.call import RESOURCE_BODY, Call
from meridian.web.fhir.negotiation import FHIR_JSON, check_content
from meridian.web.fhir.representation import document


async def on_type(call: Call) -> Answer:
    """`Type/$name`."""
    return await _run(call, call.parts[1], "")


async def on_instance(call: Call) -> Answer:
    """`Type/id/$name`."""
    return await _run(call, call.parts[2], call.id)


async def _run(call: Call, name: str, logical_id: str) -> Answer:
    operation = call.operations.get((call.type, name))
    if operation is None or operation.instance is not bool(logical_id):
        raise NotFound("There is nothing here")
    if operation.changes and call.request.method != "POST":
        raise MethodNotAllowed("POST")
    answered = await operation.run(call.chart, logical_id, await _parameters(call))
    return document(call, encode(answered))


async def _parameters(call: Call) -> Parameters:
    if call.request.method != "POST":
        return of_query(call.pairs)
    body = await call.request.body(RESOURCE_BODY)
    if not body:
        return of_query(call.pairs)
    check_content(call.request.header(b"content-type"), FHIR_JSON)
    return of_body(decode(body))
