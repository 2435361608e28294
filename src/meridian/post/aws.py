"""
The carrier that hands mail to Amazon SES (v2) and text messages to Amazon SNS.

Credentials are those of the machine's role; none stands in the settings. What people answer `STOP` to is kept by SNS,
which then refuses the number: `Undeliverable`. boto3 blocks, so each call has a thread of its own for that long.
"""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from meridian.clock import Clock
from meridian.post.letters import Letter, Note, Product, Undeliverable
from meridian.post.mime import message

TIMEOUT = 10
"""Seconds to connect, and to wait for an answer."""

FINAL = frozenset(
    {"MessageRejected", "InvalidParameter", "InvalidParameterValue", "OptedOut", "OptedOutException", "ValidationError"}
)
"""Codes by which SES and SNS refuse one message for good."""


def plain_address(address: str) -> str:
    """
    The address in ASCII, which is all that SES takes: its domain in the form that the DNS knows (RFC 3490).

    >>> plain_address("anna@bücher.example")
    'anna@xn--bcher-kva.example'

    Raises:
        Undeliverable: If the part before the `@` is not ASCII, or it is no address.

    Source: docs.aws.amazon.com/ses/latest/APIReference/API_Destination.html.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
        plain.encode("ascii")
    except UnicodeError:
        raise Undeliverable("SMTPUTF8") from None
    return plain


class Aws:
    """
    Sends through SES and SNS of one region.

    Args:
        product: Who writes.
        clock: What time it is.
        region: As `us-east-1`.
        endpoint: Another address of the services; for tests, and for private endpoints. Empty: Amazon's.
        configuration_set: Of SES, which keeps bounces and complaints; empty for none.
    """

    def __init__(
        self, product: Product, clock: Clock, region: str, *, endpoint: str = "", configuration_set: str = ""
    ) -> None:
        self._product, self._clock = product, clock
        self._region, self._endpoint, self._set = region, endpoint or None, configuration_set
        self._clients: dict[str, Any] = {}

    async def mail(self, letter: Letter) -> None:
        """As `Carrier.mail`."""
        to = plain_address(letter.to)
        raw = message(replace(letter, to=to), self._product, self._clock(), ascii_only=True).as_bytes()
        more = {"ConfigurationSetName": self._set} if self._set else {}
        await self._call(
            "sesv2", "send_email", Destination={"ToAddresses": [to]}, Content={"Raw": {"Data": raw}}, **more
        )

    async def text(self, note: Note) -> None:
        """As `Carrier.text`."""
        kind = {"DataType": "String", "StringValue": "Transactional"}
        await self._call(
            "sns", "publish", PhoneNumber=note.to, Message=note.text, MessageAttributes={"AWS.SNS.SMS.SMSType": kind}
        )

    async def _call(self, service: str, operation: str, **arguments: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # the extra `aws`, heavy

        try:
            await asyncio.to_thread(lambda: getattr(self._client(service), operation)(**arguments))
        except ClientError as refused:
            code = str(refused.response.get("Error", {}).get("Code", ""))
            if code in FINAL:
                raise Undeliverable(code) from None  # the cause quotes the address
            raise OSError(f"{service} answered {code}") from None
        except BotoCoreError as failed:
            raise OSError(f"{service} did not answer: {type(failed).__name__}") from None

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            import boto3  # noqa: PLC0415  # the extra `aws`, heavy
            from botocore.config import Config  # noqa: PLC0415  # likewise

            make = partial(boto3.session.Session(region_name=self._region).client, service, endpoint_url=self._endpoint)
            limits = Config(connect_timeout=TIMEOUT, read_timeout=TIMEOUT, retries={"total_max_attempts": 1})
            self._clients[service] = make(config=limits)
        return self._clients[service]
