"""The model of IAM: what it says of policies whose answer is known from AWS's own documentation."""

import pytest

from meridian.threats.iam import NotModelled, Request, allowed, arn_like, holds, like, names

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/files/*"}
KEEP = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def ask(action: str = "s3:GetObject", resource: str = "arn:aws:s3:::docs/files/1", **context: str) -> Request:
    return Request(action, resource, {key.replace("_", ":"): value for key, value in context.items()})


def test_silence_is_no() -> None:
    assert not allowed([], ask())
    assert not allowed([READ], ask("s3:PutObject"))
    assert not allowed([READ], ask(resource="arn:aws:s3:::docs/other/1"))


def test_what_is_allowed_is_allowed() -> None:
    assert allowed([READ], ask())


def test_a_denial_wins_in_either_order() -> None:
    insecure = ask(aws_SecureTransport="false")

    assert not allowed([READ, KEEP], insecure)
    assert not allowed([KEEP, READ], insecure)
    assert allowed([KEEP, READ], ask(aws_SecureTransport="true"))


def test_actions_know_no_case_and_resources_do() -> None:
    assert allowed([READ], ask("S3:getobject"))
    assert not allowed([READ], ask(resource="arn:aws:s3:::DOCS/files/1"))


@pytest.mark.parametrize(
    ("glob", "value", "agrees"),
    [
        ("*", "anything", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get*", "s3:PutObject", False),
        ("secret:turn/secret-??????", "secret:turn/secret-AbC123", True),
        ("secret:turn/secret-??????", "secret:turn/secret-more-AbC123", False),
        ("a.c", "abc", False),
        ("docs/files/*", "docs/files", False),
        ("x[1]", "x[1]", True),
    ],
)
def test_globs(glob: str, value: str, *, agrees: bool) -> None:
    assert like(glob, value) is agrees


def test_a_wildcard_in_an_arn_does_not_reach_over_its_parts() -> None:
    assert arn_like("arn:aws:lambda:*:1:function:a", "arn:aws:lambda:us-east-1:1:function:a")
    assert not arn_like("arn:aws:lambda:*", "arn:aws:lambda:us-east-1:1:function:a")


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"StringEquals": {"k": "a"}}, True),
        ({"StringEquals": {"K": ["b", "a"]}}, True),
        ({"StringEquals": {"k": "A"}}, False),
        ({"StringEquals": {"missing": "a"}}, False),
        ({"StringEqualsIfExists": {"missing": "a"}}, True),
        ({"StringNotEquals": {"k": "b"}}, True),
        ({"StringNotEquals": {"k": ["a", "b"]}}, False),
        ({"StringNotEquals": {"missing": "a"}}, True),
        ({"StringLike": {"k": "?"}}, True),
        ({"StringNotLike": {"k": "?"}}, False),
        ({"ArnEquals": {"arn": "arn:aws:sns:*:1:t"}}, True),
        ({"ArnLike": {"arn": "arn:aws:sqs:*:1:t"}}, False),
        ({"Bool": {"yes": "True"}}, True),
        ({"Bool": {"missing": "false"}}, False),
        ({"StringEquals": {"k": "a"}, "Bool": {"yes": "false"}}, False),
    ],
)
def test_conditions(condition: dict[str, dict[str, object]], *, met: bool) -> None:
    assert holds(condition, {"k": "a", "arn": "arn:aws:sns:eu-west-1:1:t", "yes": "true"}) is met


def test_it_stops_at_what_it_does_not_know() -> None:
    with pytest.raises(NotModelled, match="IpAddress"):
        holds({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {})
    with pytest.raises(NotModelled, match="NotAction"):
        allowed([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], ask())


def test_an_accounts_root_takes_in_its_roles_and_nobody_elses() -> None:
    ours = {"AWS": "arn:aws:iam::111111111111:root"}

    assert names(ours, "arn:aws:iam::111111111111:role/api")
    assert names(ours, "111111111111")
    assert not names(ours, "arn:aws:iam::222222222222:role/api")
    assert not names({"Service": "logs.amazonaws.com"}, "arn:aws:iam::111111111111:role/api")
    assert names("*", "anybody")
