"""The function that blocks public access for the account: that it does, and that it always answers."""

import json
from typing import Any

import pytest

from infra.handlers.public_access import BLOCK, handler


class Control:
    """S3's control, which remembers; or refuses."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.put: list[dict[str, Any]] = []
        self.refuses = refuses

    def put_public_access_block(self, **said: Any) -> None:
        if self.refuses:
            raise PermissionError("arn:aws:iam::111111111111:role/secret-name")
        self.put.append(said)


def called(kind: str, control: Control) -> dict[str, Any]:
    sent: list[Any] = []
    event = {
        "RequestType": kind, "ResponseURL": "https://example.invalid/answer", "StackId": "stack",
        "RequestId": "request", "LogicalResourceId": "GuardAccountBlock",
        "ResourceProperties": {"Account": "111111111111"},
    }  # fmt: skip
    handler(event, None, control, sent.append)  # type: ignore[no-untyped-call]  # Lambda's own form
    [request] = sent
    assert (request.full_url, request.method) == ("https://example.invalid/answer", "PUT")
    answer: dict[str, Any] = json.loads(request.data)
    return answer


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_data_01_the_whole_account_is_blocked(kind: str) -> None:
    control = Control()

    assert called(kind, control)["Status"] == "SUCCESS"
    assert control.put == [{"AccountId": "111111111111", "PublicAccessBlockConfiguration": BLOCK}]
    assert len(BLOCK) == 4
    assert all(BLOCK.values())


def test_the_block_stays_when_the_stack_goes() -> None:
    control = Control()

    assert called("Delete", control)["Status"] == "SUCCESS"
    assert control.put == []


def test_a_failure_is_told_by_its_kind_only() -> None:
    answer = called("Create", Control(refuses=True))

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "PermissionError"


def test_it_fits_into_a_template() -> None:
    from infra.guard import PUBLIC_ACCESS  # noqa: PLC0415  # with CDK, which the others do not need

    assert len(PUBLIC_ACCESS.read_text(encoding="utf-8")) < 4096
