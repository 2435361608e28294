"""
How a fault looks from outside: the one table, and its two shapes.

Paths under `/fhir` answer with an OperationOutcome, all others with RFC 9457 `application/problem+json`. What is not a
`Fault` is logged under the request's id and answered as a bare 500, which says nothing of its cause.
"""

from typing import Any, NamedTuple

from meridian.faults import (
    Conflict,
    Fault,
    Forbidden,
    Gone,
    Invalid,
    Issue,
    Malformed,
    NotFound,
    PreconditionFailed,
    ReadOnly,
    Throttled,
    TooCostly,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
    VersionConflict,
)
from meridian.fhir.codec import encode

OPERATION_OUTCOME = b"application/fhir+json; charset=utf-8"
PROBLEM = b"application/problem+json"
MOST_ISSUES = 50


class TooSlow(Fault):
    """The body did not arrive in time."""


class Misdirected(Fault):
    """Addressed to a host that is not served here."""


class MethodNotAllowed(Unsupported):
    """The path takes other methods, which *allowed* names."""

    def __init__(self, allowed: str) -> None:
        super().__init__(f"Only {allowed} is offered here", what="method")
        self.allowed = allowed


class Face(NamedTuple):
    """HTTP status, FHIR issue type (hl7.org/fhir/R4/valueset-issue-type.html) and the title of a problem."""

    status: int
    code: str
    title: str


FACES: dict[type[Fault], Face] = {
    Malformed: Face(400, "structure", "The request cannot be read"),
    Invalid: Face(422, "invalid", "The request breaks a rule"),
    Unsupported: Face(400, "not-supported", "That is not offered here"),
    Unauthenticated: Face(401, "login", "Sign in first"),
    Forbidden: Face(403, "forbidden", "Your role does not include this"),
    NotFound: Face(404, "not-found", "There is nothing here"),
    Gone: Face(410, "deleted", "It has been deleted"),
    Conflict: Face(409, "conflict", "The present state forbids it"),
    VersionConflict: Face(412, "conflict", "It has been changed meanwhile"),
    PreconditionFailed: Face(412, "multiple-matches", "The condition does not hold"),
    TooLarge: Face(413, "too-long", "The request is too large"),
    TooCostly: Face(422, "too-costly", "The request asks too much"),
    Throttled: Face(429, "throttled", "Too many requests"),
    Unavailable: Face(503, "transient", "A part that must answer did not"),
    ReadOnly: Face(503, "transient", "Read-only mode"),
    TooSlow: Face(408, "timeout", "The request took too long to arrive"),
    MethodNotAllowed: Face(405, "not-supported", "That is not offered here"),
    Misdirected: Face(421, "not-supported", "This host is not served here"),
}
CRASH = Face(500, "exception", "Something went wrong on our side")

UNSUPPORTED_STATUS = {"media": 415, "accept": 406, "method": 405, "type": 404}
"""Statuses of `Unsupported` by what is not supported; everything else is 400."""


def face(fault: Exception) -> Face:
    """The face of *fault*, or of its nearest kind; `CRASH` for what is no fault."""
    if isinstance(fault, Unsupported):
        status = UNSUPPORTED_STATUS.get(fault.what, 400)
        return FACES[Unsupported]._replace(status=status)
    for kind in type(fault).__mro__:
        if kind in FACES:
            return FACES[kind]
    return CRASH


def headers(fault: Exception) -> list[tuple[bytes, bytes]]:
    """What a fault adds to the headers of its answer."""
    match fault:
        case MethodNotAllowed():
            header = (b"allow", fault.allowed.encode())
        case Throttled():
            header = (b"retry-after", str(fault.retry_after).encode())
        case Unauthenticated():
            header = (b"www-authenticate", b'Bearer realm="meridian"')
        case Unavailable():
            header = (b"retry-after", b"5")
        case TooSlow():
            header = (b"connection", b"close")  # the rest of the body is not waited for
        case Gone() if fault.version:
            header = (b"etag", b'W/"%d"' % fault.version)
        case _:
            return []
    return [header]


def detail(fault: Exception) -> str:
    """What may be shown of it."""
    return fault.detail if isinstance(fault, Fault) else CRASH.title


def outcome(fault: Exception) -> dict[str, Any]:
    """
    *fault* as an OperationOutcome with every place it names.

    Source: hl7.org/fhir/R4/operationoutcome.html.
    """
    issues = fault.issues if isinstance(fault, Fault) else ()
    if not issues:
        issues = (Issue(face(fault).code, detail(fault)),)
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues[:MOST_ISSUES]]}


def _issue(issue: Issue) -> dict[str, Any]:
    said: dict[str, Any] = {"severity": "error", "code": issue.code, "diagnostics": issue.text}
    if issue.place:
        said["expression"] = [issue.place]
    return said


def problem(fault: Exception) -> dict[str, Any]:
    """*fault* as a problem document (RFC 9457 section 3)."""
    shown = face(fault)
    said: dict[str, Any] = {"type": "about:blank", "title": shown.title, "status": shown.status}
    said["detail"] = detail(fault)
    if isinstance(fault, Fault) and fault.issues:
        said["errors"] = [{"detail": issue.text, "place": issue.place} for issue in fault.issues[:MOST_ISSUES]]
    return said


def fhir_body(fault: Exception) -> bytes:
    """The OperationOutcome's bytes."""
    return encode(outcome(fault))


def problem_body(fault: Exception, request: str) -> bytes:
    """The problem document's bytes, with the request's id for people to quote."""
    return encode(problem(fault) | {"requestId": request})
