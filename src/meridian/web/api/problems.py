"""
How a refusal looks: `application/problem+json` (RFC 9457), as `web.faults` draws it.

No answer repeats what was sent: a body may hold a password.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from meridian.faults import Fault, Invalid, Issue, Malformed
from meridian.fhir.codec import encode
from meridian.web import faults
from meridian.web.api.models import Problem

MEDIA = "application/problem+json"
MOST_PLACES = 50

DECLARED: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "Refused; says why"},
    "5XX": {"model": Problem, "description": "Could not be answered"},
}


def declare(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI *document* with the media type that refusals really have; FastAPI knows only that of successes."""
    for path in document["paths"].values():
        for operation in path.values():
            for status in DECLARED:
                content = operation["responses"][status]["content"]
                content[MEDIA] = content.pop("application/json")
    return document


def answer(request: Request, fault: Exception) -> Response:
    """The fault as a problem document; what is no fault as a bare 500."""
    headers = {name.decode(): value.decode() for name, value in faults.headers(fault)}
    return _response(request, faults.problem(fault), headers)


def plain(request: Request, status: int, headers: Mapping[str, str] | None) -> Response:
    """A refusal of the framework's own: no such path, no such method."""
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": ""}
    return _response(request, problem, headers or {})


def invalid(errors: Sequence[Any]) -> Fault:
    """What a body that breaks its model is answered with: the places, never the values."""
    issues = tuple(Issue("invalid", str(error["msg"]), _place(error["loc"])) for error in errors[:MOST_PLACES])
    if any(error["type"] in ("json_invalid", "model_attributes_type") for error in errors):
        return Malformed("The body is not a JSON object", issues=issues)
    return Invalid("The request breaks its rules", issues=issues)


def _place(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path"))


def _response(request: Request, problem: dict[str, Any], headers: Mapping[str, str]) -> Response:
    problem["requestId"] = str(request.scope.get("meridian.request") or "")
    return Response(
        encode(problem),
        status_code=problem["status"],
        media_type=MEDIA,
        headers={"Cache-Control": "no-store", **headers},
    )
