"""A user pool of Amazon Cognito, where passwords and authenticator apps are kept instead of here."""

import re
from dataclasses import dataclass

from meridian.settings.wrong import BadSettings

_POOL = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)_[A-Za-z0-9]{1,55}")


@dataclass(frozen=True, slots=True)
class Cognito:
    """
    A user pool, asked with the rights of the machine's role.

    Args:
        region: As `us-east-1`.
        user_pool: Its id, as `us-east-1_AbCdEf123`.
        client: Id of the app client that this server signs people in through, and nobody else.
        client_secret: Name in the vault of that client's secret; empty where it has none.
        bearers: Ids of other app clients, of integrators and mobile apps, whose access tokens are taken; none usually.
        endpoint: Another address of the service, as of a private endpoint; empty: Amazon's.

    Raises:
        BadSettings: If the pool is not the region's, or the server's own client is among the bearers.
    """

    region: str
    user_pool: str
    client: str
    client_secret: str = "cognito/client-secret"  # noqa: S105  # the name of a secret, not a secret
    bearers: tuple[str, ...] = ()
    endpoint: str = ""

    def __post_init__(self) -> None:
        named = _POOL.fullmatch(self.user_pool)
        if named is None or named[1] != self.region:
            raise BadSettings("settings.toml, [cognito]: user_pool is to be one of the region, as us-east-1_AbCdEf123")
        if self.client in self.bearers:
            raise BadSettings("settings.toml, [cognito]: bearers are to be other app clients than the server's own")

    @property
    def issuer(self) -> str:
        """
        `iss` of the pool's tokens, wherever the service is asked.

        >>> Cognito("us-east-1", "us-east-1_AbCdEf123", "our-client").issuer
        'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123'

        Source: docs.aws.amazon.com/cognito, verifying JSON web tokens.
        """
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.user_pool}"

    @property
    def keys(self) -> str:
        """Where the pool publishes its keys."""
        base = f"{self.endpoint.rstrip('/')}/{self.user_pool}" if self.endpoint else self.issuer
        return f"{base}/.well-known/jwks.json"
