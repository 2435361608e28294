"""The FastAPI application: routes, what its description says, and how its own refusals look."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from meridian.faults import Fault
from meridian.web.api import (
    access,
    account,
    charting,
    destructions,
    disclosures,
    documents,
    drafts,
    edition,
    emergency,
    evidence,
    forms,
    imports,
    invitations,
    medications,
    merges,
    oversight,
    patients,
    people,
    problems,
    programs,
    recovery,
    results,
    scheduling,
    session,
    status,
    telehealth,
    verification,
)
from meridian.web.api.messaging import inbox, messages, notifications
from meridian.web.api.own import amendments, family, papers, profile, record, seen, shares
from meridian.web.api.services import Services

ROUTERS = (
    edition,
    session,
    account,
    recovery,
    invitations,
    people,
    patients,
    *medications.ROUTERS,
    programs,
    profile,
    record,
    amendments,
    papers,
    family,
    seen,
    shares,
    disclosures,
    imports,
    *scheduling.ROUTERS,
    documents,
    results,
    *charting.ROUTERS,
    drafts,
    forms,
    merges,
    destructions,
    emergency,
    access,
    evidence,
    inbox,
    messages,
    notifications,
    *telehealth.ROUTERS,
    verification,
    oversight,
    status,
)


class _Api(FastAPI):
    """Describes itself by another of its kind, which is made when somebody asks and not kept."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = dict(describe())
        return self.openapi_schema


def create(services: Services) -> FastAPI:
    """
    The application.

    Routes are taken over as they are: `include_router` builds each one a second time, with its models, for what only
    the description says of it (10 MB, 0.15 s).
    """
    app = _blank(_Api)
    app.state.services = services
    app.router.routes.extend(route for module in ROUTERS for route in module.router.routes)
    app.add_exception_handler(Fault, _fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _crashed)
    return app


def describe() -> Mapping[str, Any]:
    """The OpenAPI document, from which the portal's client is generated."""
    app = _blank(FastAPI)
    for module in ROUTERS:
        app.include_router(module.router)
    return problems.declare(app.openapi())


def _blank(kind: type[FastAPI]) -> FastAPI:
    return kind(
        title="Meridian",
        version="1",
        summary="Session, account, invitations and people. Records are at /fhir/R4.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from another host, which the content security policy refuses
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        responses=problems.DECLARED,
    )


def _operation_id(route: APIRoute) -> str:
    return to_camel(route.name)


async def _fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Fault)  # noqa: S101  # registered for this class only
    return problems.answer(request, fault)


async def _invalid(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, RequestValidationError)  # noqa: S101  # registered for this class only
    return problems.answer(request, problems.invalid(wrong.errors()))


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, HTTPException)  # noqa: S101  # registered for this class only
    return problems.plain(request, refused.status_code, refused.headers)


async def _crashed(request: Request, crash: Exception) -> Response:
    """Says nothing of its cause; the door logs where it happened."""
    return problems.answer(request, crash)
