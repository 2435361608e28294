"""AUTH-01: verifiers as libraries used to have them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from meridian.identity import tokens

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


def algorithm_from_header() -> None:
    """The header says how the token is to be checked: by HMAC with whatever key there is, or not at all."""
    strict = tokens.signed

    def signed(token: str, key: RSAKey) -> bytes:
        header, payload, signature = token.split(".")
        algorithm = str(_header(token).get("alg", "")).lower()
        if algorithm in {"", "none"}:
            return _decoded(payload)
        if algorithm == "hs256":
            made = hmac.digest(key.as_pem(private=False), f"{header}.{payload}".encode(), hashlib.sha256)
            if hmac.compare_digest(made, _decoded(signature)):
                return _decoded(payload)
        return strict(token, key)

    tokens.signed = signed
    _accept_any_header()


def key_from_header() -> None:
    """The token brings the key that it is to be checked with."""
    strict = tokens.signed

    def signed(token: str, key: RSAKey) -> bytes:
        brought = _header(token).get("jwk")
        if not brought:
            return strict(token, key)
        start, _, signature = token.rpartition(".")
        public: RSAPublicKey = RSAKey.import_key(brought).public_key
        public.verify(_decoded(signature), start.encode(), PKCS1v15(), SHA256())
        return _decoded(start.partition(".")[2])

    tokens.signed = signed
    _accept_any_header()


def claims_unread() -> None:
    """Whatever a genuine key signed is taken, whenever and for whomever."""

    def verify(token: str, key: RSAKey, issuer: str, now: int) -> tokens.Claims:  # noqa: ARG001  # what is left out
        said = json.loads(tokens.signed(token, key))
        return tokens.Claims(said["sub"], said["sid"], said["mid"], said["org"], said["role"], now + tokens.LASTING_MS)

    tokens.verify = verify


def _accept_any_header() -> None:
    def names_key(token: str) -> str:
        return str(_header(token).get("kid"))

    tokens.names_key = names_key


def _header(token: str) -> Mapping[str, Any]:
    found = json.loads(_decoded(token.partition(".")[0]))
    return found if isinstance(found, dict) else {}


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


WEAKNESSES = {
    "algorithm-from-header": algorithm_from_header,
    "key-from-header": key_from_header,
    "claims-unread": claims_unread,
}
