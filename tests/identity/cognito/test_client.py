"""What the pool's refusals mean: those that moto does not play, too."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from meridian.faults import NotFound, Unavailable
from meridian.identity.cognito.client import TAKEN, UNFIT, WRONG, Client, Refused
from meridian.identity.cognito.users import LONGEST, Users, spelled
from meridian.identity.facts import Caller
from meridian.settings import Cognito
from meridian.testing.pool import Safe

pytestmark = pytest.mark.anyio

PLACE = Cognito("us-east-1", "us-east-1_AbCdEf123", "server")
STRANGE = "Unable to verify secret hash for client server"


class Service:
    """Stands where boto3's client would be, keeps what it is asked, and answers as Cognito does."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answer: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _, __: {}

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**said: Any) -> dict[str, Any]:
            self.asked.append((operation, said))
            return self.answer(operation, said)

        return call

    def close(self) -> None:
        """Nothing to let go."""


def refusing(code: str, message: str = "") -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    def answer(operation: str, _: dict[str, Any]) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": code, "Message": message}}, operation)

    return answer


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def safe() -> Safe:
    return Safe("old secret")


@pytest.fixture
def client(service: Service, safe: Safe) -> Iterator[Client]:
    made = Client(PLACE, safe, lambda _: service)
    yield made
    made.close()


@pytest.mark.parametrize("code", sorted(WRONG | UNFIT | {TAKEN}))
async def test_what_was_given_is_refused(client: Client, service: Service, code: str) -> None:
    service.answer = refusing(code, "User anne@clinic.example does not exist")

    with pytest.raises(Refused) as refused:
        await client.of_pool("admin_get_user", Username="a")

    assert refused.value.code == code
    assert (refused.value.__cause__, "anne" in str(refused.value)) == (None, False)


@pytest.mark.parametrize(
    "code",
    [
        "TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException",
        "InternalErrorException", "ResourceNotFoundException", "InvalidParameterException", "AccessDeniedException",
        "UnrecognizedClientException", "ExpiredTokenException", "ThrottlingException", "a name\nof a forged line", "",
    ],
)  # fmt: skip
async def test_everything_else_is_the_pools_fault_and_never_a_wrong_password(
    client: Client, service: Service, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.answer = refusing(code)

    with pytest.raises(Unavailable):
        await client.of_user("admin_initiate_auth", "AuthParameters", "a", {"PASSWORD": "secret words"})

    assert "\n" not in caplog.records[-1].getMessage()
    assert "secret words" not in caplog.text


@pytest.mark.parametrize(
    "failure",
    [
        EndpointConnectionError(endpoint_url="https://cognito"),
        ConnectTimeoutError(endpoint_url="https://cognito"),
        NoCredentialsError(),
    ],
)
async def test_a_pool_that_cannot_be_reached_is_away(client: Client, service: Service, failure: Exception) -> None:
    def answer(_: str, __: dict[str, Any]) -> dict[str, Any]:
        raise failure

    service.answer = answer

    with pytest.raises(Unavailable):
        await client.of_pool("admin_get_user", Username="a")


def hashed(secret: str) -> str:
    """As the developer guide computes it."""
    return base64.b64encode(hmac.digest(secret.encode(), b"a" + b"server", hashlib.sha256)).decode()


async def test_every_request_about_a_user_bears_the_hash_of_our_clients_secret(
    client: Client, service: Service
) -> None:
    await client.of_user("admin_initiate_auth", "AuthParameters", "a", {"PASSWORD": "p"})

    [(_, said)] = service.asked
    assert said["AuthParameters"] == {"USERNAME": "a", "PASSWORD": "p", "SECRET_HASH": hashed("old secret")}
    assert (said["UserPoolId"], said["ClientId"]) == ("us-east-1_AbCdEf123", "server")


async def test_a_secret_that_was_changed_is_read_anew(client: Client, service: Service, safe: Safe) -> None:
    safe.value = "new secret"

    def answer(operation: str, said: dict[str, Any]) -> dict[str, Any]:
        if said["AuthParameters"]["SECRET_HASH"] != hashed("new secret"):
            return refusing("NotAuthorizedException", STRANGE)(operation, said)
        return {"ok": True}

    service.answer = answer

    assert await client.of_user("admin_initiate_auth", "AuthParameters", "a", {}) == {"ok": True}
    assert len(service.asked) == 2


async def test_a_secret_that_the_pool_does_not_know_is_no_wrong_password(client: Client, service: Service) -> None:
    service.answer = refusing("NotAuthorizedException", STRANGE)

    with pytest.raises(Unavailable):
        await client.of_user("admin_initiate_auth", "AuthParameters", "a", {})

    assert len(service.asked) == 2


async def test_a_secret_that_is_not_there_is_nobodys_business_outside(service: Service) -> None:
    def missing(_: bool) -> str:  # noqa: FBT001  # the one thing it is told
        raise NotFound("There is no secret named cognito/client-secret")

    client = Client(PLACE, missing, lambda _: service)

    with pytest.raises(Unavailable) as away:
        await client.of_user("admin_initiate_auth", "AuthParameters", "a", {})
    client.close()

    assert "cognito" not in away.value.detail
    assert service.asked == []


async def test_the_pool_is_told_where_the_caller_is_for_its_threat_protection(client: Client, service: Service) -> None:
    await Users(client, "pms.example").start("a", "p", Caller(address="192.0.2.7", agent="Test/1.0"))

    [(_, said)] = service.asked
    assert said["AuthFlow"] == "ADMIN_USER_PASSWORD_AUTH"
    assert said["ContextData"] == {
        "IpAddress": "192.0.2.7", "ServerName": "pms.example", "ServerPath": "/",
        "HttpHeaders": [{"headerName": "User-Agent", "headerValue": "Test/1.0"}],
    }  # fmt: skip


async def test_an_invited_user_has_no_attribute_and_hears_nothing_of_the_pool(client: Client, service: Service) -> None:
    service.answer = lambda _, __: {"User": {"Attributes": [{"Name": "sub", "Value": "s-1"}]}}

    assert await Users(client, "pms.example").enter("a", "p") == "s-1"

    [(_, said)] = service.asked
    assert {name for name in said if name != "UserPoolId"} == {"Username", "TemporaryPassword", "MessageAction"}
    assert said["MessageAction"] == "SUPPRESS"


def test_passwords_are_sent_in_one_spelling_and_what_cannot_be_sent_is_nobodys() -> None:
    assert spelled("e\u0301te\u0301 \u2460") == "\u00e9t\u00e9 1"
    for odd in ("", "\ud800", "x" * (LONGEST + 1)):
        assert spelled(odd) != spelled(odd)
