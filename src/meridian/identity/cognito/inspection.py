"""What is wrong with a user pool and our app client, for whoever set them up; facts in, sentences out."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from meridian.identity.cognito.client import Client
from meridian.identity.passwords import WITH_SECOND_FACTOR

SHORTEST_SESSION = 10
"""Minutes for which a challenge is to stay open: as long as an unfinished sign-in of ours."""
FLOWS = {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}


class Facts(NamedTuple):
    """As `DescribeUserPool`, `GetUserPoolMfaConfig` and `DescribeUserPoolClient` have them."""

    pool: dict[str, Any]
    mfa: dict[str, Any]
    client: dict[str, Any]


async def facts(client: Client) -> Facts:
    """
    The pool as it is.

    Raises:
        Unavailable: If it does not answer or does not let us see.
    """
    pool = await client.of_pool("describe_user_pool")
    mfa = await client.of_pool("get_user_pool_mfa_config")
    ours = await client.of_pool("describe_user_pool_client", ClientId=client.place.client)
    return Facts(pool["UserPool"], mfa, ours["UserPoolClient"])


def wrong(found: Facts, *, secret: bool) -> list[str]:
    """
    What is to be changed, each as a sentence; empty when all is well.

    Args:
        found: The pool as it is.
        secret: Whether the vault has our app client's secret.
    """
    return [*_second_factor(found.mfa), *_pool(found.pool), *_client(found.client, secret=secret)]


def _second_factor(mfa: dict[str, Any]) -> Iterator[str]:
    if mfa.get("MfaConfiguration") != "ON":
        yield "MFA is not required: set MfaConfiguration to ON"
    if not mfa.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"):
        yield "authenticator apps are off: enable SoftwareTokenMfaConfiguration"
    for other in ("SmsMfaConfiguration", "EmailMfaConfiguration"):
        if mfa.get(other):
            yield f"apps are to be the only second factor: remove {other}"


def _pool(pool: dict[str, Any]) -> Iterator[str]:
    policy = pool.get("Policies", {}).get("PasswordPolicy", {})
    if policy.get("MinimumLength", 0) < WITH_SECOND_FACTOR:
        yield f"passwords may be too short: set MinimumLength to {WITH_SECOND_FACTOR}"
    if pool.get("DeletionProtection") != "ACTIVE":
        yield "the pool can be deleted: set DeletionProtection to ACTIVE"
    if not pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
        yield "anybody can sign up: set AllowAdminCreateUserOnly"
    if pool.get("UsernameAttributes") or pool.get("AliasAttributes"):
        yield "users are to be named by our ids: have no UsernameAttributes and no AliasAttributes"
    needed = [one["Name"] for one in pool.get("SchemaAttributes", []) if one.get("Required") and one["Name"] != "sub"]
    if needed:
        yield f"users have no attributes: do not require {', '.join(needed)}"
    ways = [one["Name"] for one in pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])]
    if ways != ["admin_only"]:
        yield "forgotten passwords are ours to mend: set AccountRecoverySetting to admin_only"


def _client(client: dict[str, Any], *, secret: bool) -> Iterator[str]:
    if client.get("PreventUserExistenceErrors") != "ENABLED":
        yield "it tells which users exist: set PreventUserExistenceErrors to ENABLED"
    flows = set(client.get("ExplicitAuthFlows", ()))
    if "ALLOW_ADMIN_USER_PASSWORD_AUTH" not in flows:
        yield "this server cannot sign anybody in: allow ALLOW_ADMIN_USER_PASSWORD_AUTH"
    if flows - FLOWS:
        yield f"others can sign in past this server: forbid {', '.join(sorted(flows - FLOWS))}"
    if client.get("AllowedOAuthFlowsUserPoolClient"):
        yield "the hosted pages are not used: set AllowedOAuthFlowsUserPoolClient to false"
    if client.get("AuthSessionValidity", 3) < SHORTEST_SESSION:
        yield f"there is too little time to set an app up: set AuthSessionValidity to {SHORTEST_SESSION} minutes"
    if "ClientSecret" not in client:
        yield "whoever knows the client's id can use it: give it a secret"
    elif not secret:
        yield "the vault lacks the client's secret: meridian secret set"
