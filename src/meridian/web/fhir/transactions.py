"""A transaction's answers as a Bundle. Source: hl7.org/fhir/R4/http.html#transaction-response."""

from typing import Any

from meridian.access.chart import Done, Stored, Written
from meridian.clock import instant
from meridian.fhir.codec import encode
from meridian.web.fhir.call import Call

_STATUS = {"created": "201 Created", "deleted": "204 No Content"}


async def transact(call: Call, bundle: dict[str, Any]) -> bytes:
    """All of *bundle*, or nothing; what was written comes back whole only when the caller prefers it so."""
    done = await call.chart.transaction(bundle, call.base)
    whole = call.prefer.back == "representation"
    entries = b",".join(_entry(one, whole=whole) for one in done)
    listed = b',"entry":[%s]' % entries if entries else b""
    return b'{"resourceType":"Bundle","type":"transaction-response"%s}' % listed


def _entry(done: Done, *, whole: bool) -> bytes:
    match done.result:
        case None:
            return b'{"response":{"status":"204 No Content"}}'
        case Written() as written:
            said = _response(_STATUS.get(written.outcome, "200 OK"), written.stored)
            body = b"" if not whole or written.stored.deleted else written.stored.body
        case Stored() as stored:
            said, body = _response("200 OK", stored), stored.body
    return b'{"resource":%s,"response":%s}' % (body, said) if body else b'{"response":%s}' % said


def _response(status: str, stored: Stored) -> bytes:
    return encode(
        {
            "status": status,
            "location": f"{stored.type}/{stored.id}/_history/{stored.version}",
            "etag": f'W/"{stored.version}"',
            "lastModified": instant(stored.updated),
        }
    )
