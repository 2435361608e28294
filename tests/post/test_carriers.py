"""
One contract for both carriers: the folder, and Amazon's services as moto plays them over HTTP.

What moto only pretends is skipped by name: it delivers nothing, so that bounces, complaints, suppressed addresses and
numbers that answered STOP are the real services' to tell; our part of them (`Undeliverable`) is held below.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.sns.models import sns_backends

from meridian.post.aws import FINAL, Aws, plain_address
from meridian.post.folder import Folder
from meridian.post.letters import Carrier, Letter, Note, Undeliverable
from meridian.testing.amazon import ACCOUNT, REGION, PrivateAmazon
from meridian.testing.identity import PRODUCT, Watch

pytestmark = pytest.mark.anyio
LETTER = Letter("jurgen@books.example", "Grüße", "Zwölf äöü\nhttps://x.example/#secret\n", "es")
NOTE = Note("+14155550123", "Léalo: https://x.example/#secret")


@dataclass
class Out:
    """A carrier, and what came out at its other end."""

    carrier: Carrier
    letters: Callable[[], Awaitable[list[Any]]]
    notes: Callable[[], Awaitable[list[tuple[str, str]]]]


@pytest.fixture(params=["folder", "aws"])
async def out(request: pytest.FixtureRequest, tmp_path: Path) -> Out:
    if request.param == "folder":
        return folder(tmp_path)
    return await aws(request.getfixturevalue("amazon"))


def folder(path: Path) -> Out:
    def of(ending: str) -> list[bytes]:
        return [file.read_bytes() for file in sorted(path.glob(f"*.{ending}"))]

    async def letters() -> list[Any]:
        return [message_from_bytes(content, policy=default) for content in of("eml")]

    async def notes() -> list[tuple[str, str]]:
        return [(one["to"], one["text"]) for one in map(json.loads, of("sms.json"))]

    return Out(Folder(path, PRODUCT, Watch()), letters, notes)


async def aws(amazon: PrivateAmazon) -> Out:
    sender = PRODUCT.sender.rpartition("<")[2].rstrip(">")
    ses = await asyncio.to_thread(amazon.client, "sesv2")
    await asyncio.to_thread(ses.create_email_identity, EmailIdentity=sender)
    ses.close()

    async def data() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{amazon.address}/moto-api/data.json")).json()

    async def letters() -> list[Any]:
        return [message_from_string(one["raw_data"], policy=default) for one in (await data())["ses"]["RawMessage"]]

    async def notes() -> list[tuple[str, str]]:
        return list(sns_backends[ACCOUNT][REGION].sms_messages.values())

    return Out(Aws(PRODUCT, Watch(), REGION, endpoint=amazon.address), letters, notes)


async def test_a_mail_arrives_as_it_was_written(out: Out) -> None:
    await out.carrier.mail(LETTER)

    [mail] = await out.letters()
    assert (mail["To"], mail["Subject"], mail["From"]) == (LETTER.to, LETTER.subject, PRODUCT.sender)
    assert mail.get_content() == LETTER.text
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "es")


async def test_a_text_message_arrives_as_it_was_written(out: Out) -> None:
    await out.carrier.text(NOTE)

    assert await out.notes() == [(NOTE.to, NOTE.text)]


async def test_several_at_once_are_all_there(out: Out) -> None:
    await asyncio.gather(*(out.carrier.mail(LETTER) for _ in range(5)), *(out.carrier.text(NOTE) for _ in range(5)))

    assert (len(await out.letters()), len(await out.notes())) == (5, 5)


async def test_a_number_that_is_none_is_refused_for_good(amazon: PrivateAmazon) -> None:
    carrier = (await aws(amazon)).carrier

    with pytest.raises(Undeliverable):
        await carrier.text(Note("not a number", "Hello"))


async def test_an_address_that_amazon_cannot_write_to_is_refused_and_a_domain_is_spelled_as_the_dns_has_it() -> None:
    carrier = Aws(PRODUCT, Watch(), "us-east-1")

    with pytest.raises(Undeliverable):
        await carrier.mail(Letter("jürgen@books.example", "Hello", "Text"))
    assert plain_address("anna@bücher.example") == "anna@xn--bcher-kva.example"


class Service:
    """Stands where a client of Amazon's would be, and answers as those do that moto does not play."""

    def __init__(self, wrong: Exception) -> None:
        self.wrong = wrong

    def send_email(self, **_: Any) -> None:
        raise self.wrong

    def publish(self, **_: Any) -> None:
        raise self.wrong


def refusing(wrong: Exception) -> Aws:
    carrier = Aws(PRODUCT, Watch(), "us-east-1")
    carrier._clients = {"sesv2": Service(wrong), "sns": Service(wrong)}
    return carrier


@pytest.mark.parametrize("code", sorted(FINAL))
async def test_what_is_refused_for_good_is_not_tried_again_and_quotes_no_address(code: str) -> None:
    wrong = ClientError({"Error": {"Code": code, "Message": f"{LETTER.to} is suppressed"}}, "SendEmail")

    with pytest.raises(Undeliverable) as found:
        await refusing(wrong).mail(LETTER)

    assert (LETTER.to not in str(found.value), found.value.__suppress_context__) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": LETTER.to}}, "SendEmail"),
        EndpointConnectionError(endpoint_url="https://x.example"),
    ],
)
async def test_what_cannot_be_taken_now_is_tried_again(wrong: Exception) -> None:
    with pytest.raises(OSError, match="sesv2") as found:
        await refusing(wrong).mail(LETTER)

    assert LETTER.to not in str(found.value)
