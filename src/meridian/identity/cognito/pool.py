"""A user pool with all that works on it, composed once for a process."""

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from meridian.clock import Clock
from meridian.identity.cognito.bearers import Bearers
from meridian.identity.cognito.client import Client
from meridian.identity.cognito.jwks import Keys
from meridian.identity.cognito.keeper import Keeper
from meridian.identity.cognito.pace import STROKE, Pace
from meridian.identity.cognito.tokens import Verifier
from meridian.identity.passwords import Passwords
from meridian.settings import Cognito
from meridian.store.engine import Engine
from meridian.vault.platform import PlatformKey


class Pool(NamedTuple):
    """
    The parts.

    Args:
        client: Requests to it.
        keeper: Passwords and authenticator apps kept by it.
        bearers: Access tokens that it gave to other app clients.
    """

    client: Client
    keeper: Keeper
    bearers: Bearers


def pool(
    place: Cognito,
    host: str,
    engine: Engine,
    sealer: PlatformKey,
    clock: Clock,
    *,
    secret: Callable[[bool], str],
    passwords: Passwords,
    stroke: float = STROKE,
    connect: Callable[[Cognito], Any] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Pool:
    """
    The pool at that *place*.

    Args:
        place: Which pool and client.
        host: Our name, for its threat protection.
        engine: Our rows.
        sealer: Seals what is held of unfinished sign-ins.
        clock: What time it is.
        secret: The app client's, empty for none; with `True` past whatever is remembered.
        passwords: Checks passwords that were kept here before.
        stroke: Seconds on whose strokes failures are answered.
        connect: Makes boto3's client; for tests.
        transport: Of httpx, by which the keys are read; for tests.
    """
    client = Client(place, secret, connect)
    verifier = Verifier(place.issuer, Keys(place.keys, clock, transport), clock)
    keeper = Keeper(client, host, engine, sealer, clock, verifier=verifier, passwords=passwords, pace=Pace(stroke))
    bearers = Bearers(client, place.bearers, verifier, engine=engine, sealer=sealer, clock=clock)
    return Pool(client, keeper, bearers)
