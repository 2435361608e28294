"""What is wrong with a pool: each thing is noticed, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from meridian.identity.cognito.inspection import Facts, facts, wrong
from meridian.testing.identity import Clinic
from meridian.testing.pool import MotoPool

GOOD = Facts(
    pool={
        "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
        "DeletionProtection": "ACTIVE",
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "SchemaAttributes": [{"Name": "sub", "Required": True}, {"Name": "email", "Required": False}],
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    },
    mfa={"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
    client={
        "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AuthSessionValidity": 10,
        "ClientSecret": "hidden",
    },
)

CHANGES: dict[str, tuple[str, str, Any]] = {
    "MFA is not required": ("mfa", "MfaConfiguration", "OPTIONAL"),
    "authenticator apps are off": ("mfa", "SoftwareTokenMfaConfiguration", {"Enabled": False}),
    "remove SmsMfaConfiguration": ("mfa", "SmsMfaConfiguration", {"SmsConfiguration": {"SnsCallerArn": "x"}}),
    "remove EmailMfaConfiguration": ("mfa", "EmailMfaConfiguration", {"Message": "x"}),
    "too short": ("pool", "Policies", {"PasswordPolicy": {"MinimumLength": 8}}),
    "can be deleted": ("pool", "DeletionProtection", "INACTIVE"),
    "sign up": ("pool", "AdminCreateUserConfig", {}),
    "UsernameAttributes": ("pool", "UsernameAttributes", ["email"]),
    "AliasAttributes": ("pool", "AliasAttributes", ["email"]),
    "do not require email": ("pool", "SchemaAttributes", [{"Name": "email", "Required": True}]),
    "admin_only": ("pool", "AccountRecoverySetting", {"RecoveryMechanisms": [{"Name": "verified_email"}]}),
    "which users exist": ("client", "PreventUserExistenceErrors", "LEGACY"),
    "cannot sign anybody in": ("client", "ExplicitAuthFlows", ["ALLOW_REFRESH_TOKEN_AUTH"]),
    "forbid ALLOW_USER_PASSWORD_AUTH": ("client", "ExplicitAuthFlows", [
        "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"
    ]),
    "hosted pages": ("client", "AllowedOAuthFlowsUserPoolClient", True),
    "AuthSessionValidity": ("client", "AuthSessionValidity", 3),
}  # fmt: skip


@pytest.mark.parametrize(("says", "change"), CHANGES.items(), ids=CHANGES)
def test_each_thing_that_is_wrong_is_said(says: str, change: tuple[str, str, Any]) -> None:
    part, name, value = change
    found = deepcopy(GOOD)
    getattr(found, part)[name] = value

    [sentence] = wrong(found, secret=True)

    assert says in sentence


def test_nothing_is_said_of_a_pool_that_is_well() -> None:
    assert wrong(GOOD, secret=True) == []


def test_a_client_has_a_secret_and_the_vault_knows_it() -> None:
    public = GOOD._replace(client={name: value for name, value in GOOD.client.items() if name != "ClientSecret"})

    assert "give it a secret" in wrong(public, secret=True)[0]
    assert "the vault lacks" in wrong(GOOD, secret=False)[0]


@pytest.mark.anyio
async def test_the_pool_that_tests_use_is_well(harbour: Clinic, moto: MotoPool) -> None:
    assert moto.made is not None
    assert harbour.engine is not None

    assert wrong(await facts(moto.made.client), secret=True) == []
