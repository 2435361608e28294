"""
`/api`: session, account, invitations and people, as a FastAPI application.

FastAPI is imported when the application is built, not when this package is: it takes 0.4 s and a process that answers
only FHIR never needs it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from meridian.web.api.services import Services


def build(services: "Services") -> "FastAPI":
    """The application, to be mounted so that it sees whole paths (`/api/…`, `/oauth2/token`)."""
    from meridian.web.api.application import create  # noqa: PLC0415  # FastAPI only when it is needed

    return create(services)
