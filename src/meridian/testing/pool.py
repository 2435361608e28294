"""A user pool of moto's, as `infra` makes it, and a clinic whose passwords and authenticator apps it keeps."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import moto.cognitoidp.models
import moto.cognitoidp.utils
import pytest

from meridian.identity.cognito.pool import Pool, pool
from meridian.identity.credentials import Bearers, Credentials
from meridian.settings import Cognito
from meridian.store.engine import Engine
from meridian.testing.amazon import REGION, PrivateAmazon
from meridian.testing.identity import SEED, Watch, cheap_passwords
from meridian.vault.platform import PlatformKey

STROKE = 0.01
"""Seconds; failures are answered on the next."""
POLICY = {
    "MinimumLength": 12,
    "RequireUppercase": False,
    "RequireLowercase": False,
    "RequireNumbers": False,
    "RequireSymbols": False,
}


class Safe:
    """A secret that can be changed behind the back of whoever remembers it."""

    def __init__(self, value: str) -> None:
        self.value = self.remembered = value

    def __call__(self, fresh: bool, /) -> str:  # noqa: FBT001  # the one thing it is told
        """What is remembered, or what it is now."""
        if fresh:
            self.remembered = self.value
        return self.remembered


@dataclass
class MotoPool:
    """
    A pool at moto.

    Args:
        amazon: The server.
        place: What `[cognito]` says.
        safe: Has the app client's secret.
    """

    amazon: PrivateAmazon
    place: Cognito
    safe: Safe
    made: Pool | None = None

    @property
    def service(self) -> Any:
        """What is moto's own idea of the pool, for what no call gives back."""
        from moto.cognitoidp.models import cognitoidp_backends  # noqa: PLC0415  # beside its only use

        return cognitoidp_backends["123456789012"][REGION].user_pools[self.place.user_pool]

    def keeper(self, engine: Engine, sealer: PlatformKey, watch: Watch) -> Credentials:
        """As `identity.Keeper` has it."""
        self.made = pool(
            self.place,
            "localhost",
            engine,
            sealer,
            watch,
            secret=self.safe,
            passwords=cheap_passwords(),
            stroke=STROKE,
        )
        return self.made.keeper

    def take(self) -> Bearers:
        """Who judges its tokens, once a clinic has it."""
        assert self.made is not None  # noqa: S101  # a clinic was made
        return self.made.bearers


def moto_pool(amazon: PrivateAmazon, watch: Watch, patch: pytest.MonkeyPatch) -> MotoPool:
    """
    A pool that demands authenticator apps, and an app client with a secret.

    moto's apps all have one secret of 12 characters, and its clock is the machine's: the secret is made one that any
    app takes, and the clock the test's.
    """
    then = SimpleNamespace(time=lambda: watch() / 1000)
    patch.setattr(moto.cognitoidp.models, "COGNITO_TOTP_MFA_SECRET", SEED)
    for module in (moto.cognitoidp.models, moto.cognitoidp.utils):
        patch.setattr(module, "time", then)
    service = amazon.client("cognito-idp")
    made = service.create_user_pool(
        PoolName="people",
        Policies={"PasswordPolicy": POLICY},
        DeletionProtection="ACTIVE",
        MfaConfiguration="ON",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    )["UserPool"]
    service.set_user_pool_mfa_config(
        UserPoolId=made["Id"], SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )
    client = app_client(service, made["Id"], "server")
    mobile = app_client(service, made["Id"], "mobile", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    service.close()
    place = Cognito(REGION, made["Id"], client["ClientId"], bearers=(mobile["ClientId"],), endpoint=amazon.address)
    return MotoPool(amazon, place, Safe(client["ClientSecret"]))


def app_client(service: Any, pool_id: str, name: str, **changes: Any) -> dict[str, Any]:
    """An app client as `infra` makes it, but for the *changes*."""
    said = {
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "AuthSessionValidity": 10,
        "AccessTokenValidity": 15,
        "TokenValidityUnits": {"AccessToken": "minutes"},
    }
    made = service.create_user_pool_client(UserPoolId=pool_id, ClientName=name, **(said | changes))
    found: dict[str, Any] = made["UserPoolClient"]
    return found
