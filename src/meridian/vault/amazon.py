"""Clients of Amazon's services: with the rights of the machine's role, over TLS, and with little patience."""

from typing import Any
from urllib.parse import urlsplit

from meridian.faults import Unavailable

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PATIENCE = 3
"""Seconds to connect, and to wait for an answer."""
ATTEMPTS = 2


def client(service: str, region: str, endpoint: str = "", *, patience: float = PATIENCE) -> Any:
    """
    A client of *service*; threads may share it.

    Args:
        service: As boto3 names it, as `kms`.
        region: As `us-east-1`.
        endpoint: Another address than Amazon's, as of a private endpoint. Plain HTTP only on this machine.
        patience: Seconds to connect, and to wait for an answer.

    Raises:
        Unavailable: If boto3 is not installed, or the address is not encrypted.
    """
    try:
        import boto3  # noqa: PLC0415  # an extra, and slow to load
        from botocore.config import Config  # noqa: PLC0415  # likewise
    except ImportError as wrong:
        raise Unavailable("Amazon's services need the extra 'aws': install meridian[aws]") from wrong
    address = urlsplit(endpoint)
    if endpoint and address.scheme != "https" and address.hostname not in LOCAL:
        raise Unavailable(f"{service} is to be reached over TLS")
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=endpoint or None,
        config=Config(
            connect_timeout=patience,
            read_timeout=patience,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )


def code(wrong: Exception) -> str:
    """The error code of an answer; empty for what is none, as when nobody answers."""
    answer = getattr(wrong, "response", None)
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""
