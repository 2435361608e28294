"""
Batches and transactions. Source: hl7.org/fhir/R4/http.html#transaction.

Each entry of a batch is a call like any other and goes through the same table of routes; one may fail and the others
stand. A transaction goes to the chart whole, which does all of it or nothing.
"""

import asyncio
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from meridian.faults import Fault, Invalid, Issue, Malformed, TooLarge
from meridian.fhir.codec import decode, encode
from meridian.web import faults
from meridian.web.exchange import Answer, Header, Message, Receive, Request, Scope
from meridian.web.fhir.call import BUNDLE_BODY, Call, open_call
from meridian.web.fhir.negotiation import FHIR_JSON, JSON_PATCH, check_content
from meridian.web.fhir.representation import document
from meridian.web.fhir.transactions import transact

MOST_ENTRIES = 1000
"""Entries of a batch, house policy."""
AT_ONCE = 16
"""Entries of a batch that are worked on together, so that their audit entries share a commit."""

_HEADERS = {"ifMatch": b"if-match", "ifNoneMatch": b"if-none-match", "ifNoneExist": b"if-none-exist",
            "ifModifiedSince": b"if-modified-since"}  # fmt: skip


async def process(call: Call) -> Answer:
    """A Bundle of type `batch` or `transaction`."""
    check_content(call.request.header(b"content-type"), FHIR_JSON)
    bundle = decode(await call.request.body(BUNDLE_BODY))
    if bundle.get("resourceType") != "Bundle":
        raise Invalid("A Bundle is expected here", issues=(Issue("invalid", "A Bundle is expected here"),))
    match bundle.get("type"):
        case "batch":
            return document(call, await _batch(call, entries_of(bundle)))
        case "transaction":
            return document(call, await transact(call, bundle))
        case _:
            raise Invalid("Only a batch or a transaction can be processed", issues=(
                Issue("value", "The type is to be batch or transaction", "Bundle.type"),
            ))  # fmt: skip


def entries_of(bundle: Mapping[str, Any]) -> list[Any]:
    """
    The entries of a bundle.

    Raises:
        Malformed: If they are no list.
        TooLarge: If there are over `MOST_ENTRIES`.
    """
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise Malformed("Bundle.entry is not a list")
    if len(entries) > MOST_ENTRIES:
        raise TooLarge(f"A batch has at most {MOST_ENTRIES} entries")
    return entries


async def _batch(call: Call, entries: list[Any]) -> bytes:
    answers: list[bytes] = []
    for start in range(0, len(entries), AT_ONCE):
        some = enumerate(entries[start : start + AT_ONCE], start)
        answers += await asyncio.gather(*(_one(call, entry, place) for place, entry in some))
    listed = b',"entry":[%s]' % b",".join(answers) if answers else b""
    return b'{"resourceType":"Bundle","type":"batch-response"%s}' % listed


async def _one(call: Call, entry: Any, place: int) -> bytes:
    from meridian.web.fhir.routing import route  # noqa: PLC0415  # the table names this module

    try:
        request = _request(call, entry, place)
        handler, parts = route(request.method, request.path)
        if not parts:
            raise Invalid("A batch cannot stand in a batch")
        answer = await handler(
            open_call(call.chart, request, call.base, parts, room=call.room, operations=call.operations)
        )
    except Fault as fault:
        body = faults.fhir_body(fault)
        answer = Answer(faults.face(fault).status, faults.headers(fault), body)
    return _entry(answer)


def _request(call: Call, entry: Any, place: int) -> Request:
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict) or not all(isinstance(asked.get(name), str) for name in ("method", "url")):
        at = f"Bundle.entry[{place}].request"
        raise Invalid("An entry of a batch needs a request", issues=(Issue("required", "method and url", at),))
    path, _, query = asked["url"].removeprefix(call.base).partition("?")
    if not query.isascii():
        raise Malformed("The address of an entry is not percent-encoded")
    scope: Scope = {
        "method": asked["method"],
        "path": path,
        "query_string": query.encode(),
        "headers": list(_headers(call, asked)),
    }
    return Request(
        scope, _receive(_body(asked["method"], entry.get("resource"))), call.request.id, call.request.address
    )


def _headers(call: Call, asked: Mapping[str, Any]) -> list[Header]:
    patching = asked["method"] == "PATCH"
    headers = [(b"content-type", (JSON_PATCH if patching else FHIR_JSON).encode())]
    headers.append((b"prefer", call.request.header(b"prefer").encode("latin-1")))
    for name, header in _HEADERS.items():
        if isinstance(asked.get(name), str):
            headers.append((header, asked[name].encode("latin-1", "replace")))
    return headers


def _body(method: str, resource: Any) -> bytes:
    """What HTTP would have sent: the resource, or the JSON Patch that a Binary carries."""
    if resource is None:
        return b""
    if method == "PATCH" and isinstance(resource, dict) and resource.get("resourceType") == "Binary":
        try:
            return binascii.a2b_base64(str(resource.get("data", "")).encode(), strict_mode=True)
        except ValueError:
            raise Malformed("A patch in a batch is a Binary of a JSON Patch in base64") from None
    return encode(resource)


def _receive(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return receive


def _entry(answer: Answer) -> bytes:
    """An answer as an entry of a `batch-response`."""
    said: dict[str, Any] = {"status": f"{answer.status} {HTTPStatus(answer.status).phrase}"}
    headers = dict(answer.headers)
    for name, header in (("location", b"location"), ("etag", b"etag")):
        if header in headers:
            said[name] = headers[header].decode()
    if not answer.body:
        return b'{"response":%s}' % encode(said)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return b'{"response":%s,"outcome":%s}}' % (encode(said)[:-1], answer.body)
    return b'{"resource":%s,"response":%s}' % (answer.body, encode(said))
