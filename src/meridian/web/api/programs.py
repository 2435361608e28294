"""Access tokens for programs (RFC 6749 section 4.4)."""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Request, Response

from meridian.faults import Malformed, TooLarge, Unauthenticated
from meridian.web.api.dependencies import From, Parts
from meridian.web.api.models import AccessToken

router = APIRouter(prefix="/oauth2", tags=["programs"])

LONGEST_FORM = 4096
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "client_credentials"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.post("/token", openapi_extra=_FORM)
async def issue_token(parts: Parts, request: Request, caller: From, response: Response) -> AccessToken:
    """An access token for a client id and secret, by `Authorization: Basic` or in the form; ask again when it ends."""
    form = await _form(request)
    if form.get("grant_type") != "client_credentials":
        raise Malformed("grant_type is to be client_credentials")
    client, secret = _basic(request.headers.get("authorization", "")) or (
        form.get("client_id", ""),
        form.get("client_secret", ""),
    )
    token, seconds = await parts.identity.programs.token(client, secret, caller)
    response.headers["Cache-Control"] = "no-store"
    return AccessToken(access_token=token, expires_in=seconds)


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise TooLarge("The form is too long")
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=10)
    except ValueError as wrong:
        raise Malformed("The body is not a form") from wrong
    if any(len(values) > 1 for values in fields.values()):
        raise Malformed("A field is given twice")
    return {name: values[0] for name, values in fields.items()}


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(credentials, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError) as wrong:
        raise Unauthenticated("The client is not known, or its secret is wrong") from wrong
    return unquote_plus(client), unquote_plus(secret)
