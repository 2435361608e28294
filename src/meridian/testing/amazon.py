"""
Amazon's services as moto plays them, over HTTP on a port of this machine's own.

moto stores what it is told and enforces little of it: what it fakes is skipped by name in each contract. Its state is
this process's, so that it is still there after `away`, and what no call gives back can be looked at.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from moto.server import ThreadedMotoServer

REGION = "us-east-1"
"""Calls without a signature carry no region, and moto takes them for this one's."""
ACCOUNT = "123456789012"
"""The account that moto has."""
RIGHTS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests"}  # moto wants some; a real machine has a role
TOTP = "MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP"
"""Without it moto takes any code for the right one."""


class PrivateAmazon:
    """One server; it can be away for a while and comes back on the same port, with what it held."""

    def __init__(self) -> None:
        self.port = 0
        self._server: ThreadedMotoServer | None = None

    @property
    def address(self) -> str:
        """The endpoint of every service."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "PrivateAmazon":
        """Start it; it takes requests when this returns."""
        os.environ[TOTP] = "true"
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()
        _, self.port = self._server.get_host_and_port()
        return self

    def reset(self) -> None:
        """Forget everything."""
        httpx.post(f"{self.address}/moto-api/reset").raise_for_status()

    def client(self, service: str) -> Any:
        """A client of one of the services, as `kms`; the caller closes it."""
        import boto3  # noqa: PLC0415  # a third of a second, for tests that ask for it

        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name=REGION,
            aws_access_key_id="tests",
            aws_secret_access_key="tests",  # noqa: S106  # moto's, which is none
        )

    @contextmanager
    def away(self) -> Iterator[None]:
        """For a while nothing listens on its port."""
        self.close()
        try:
            yield
        finally:
            self.start()

    def close(self) -> None:
        """Stop it; what it holds stays in this process."""
        if self._server is not None:
            self._server.stop()
            self._server = None
