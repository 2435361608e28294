"""The gate for findings: what is not explained, and what explains nothing."""

from pathlib import Path

import pytest

from infra.acknowledged import Acknowledgement, Finding, idle, read, unexplained
from infra.environment import load

HERE = load("meridian-pms")
OPEN = Finding("nag", "AwsSolutions-EC23", "foundation/Walls/Balancer/Resource")
STREAMS = Finding("nag", "AwsSolutions-IAM5[Resource::arn:aws:s3:::meridian-pms-exports/*]", "services/X/RolePolicy")


def known(rule: str, *on: str, tool: str = "nag") -> Acknowledgement:
    return Acknowledgement(tool, rule, on, "because")


def test_a_finding_needs_an_explanation() -> None:
    assert unexplained([OPEN], [], HERE) == [OPEN]
    assert unexplained([OPEN], [known(OPEN.rule, OPEN.on)], HERE) == []


@pytest.mark.parametrize(
    "other",
    [
        known("AwsSolutions-EC2", OPEN.on),
        known(OPEN.rule, "foundation/Walls/Relay/Resource"),
        known(OPEN.rule, OPEN.on, tool="checkov"),
        known("AwsSolutions.EC23", OPEN.on),
    ],
)
def test_it_must_be_about_that_finding(other: Acknowledgement) -> None:
    assert unexplained([OPEN], [other], HERE) == [OPEN]


def test_an_explanation_that_explains_nothing_is_found_place_by_place() -> None:
    one = known(OPEN.rule, OPEN.on, "foundation/Walls/Gone/Resource")

    assert idle([OPEN], [one], HERE) == [("nag", OPEN.rule, "foundation/Walls/Gone/Resource")]


def test_a_star_in_a_rule_is_a_star_and_the_edition_is_put_in() -> None:
    exact = known("AwsSolutions-IAM5[Resource::arn:aws:s3:::{edition}-exports/*]", "services/…/RolePolicy")
    everything = known("AwsSolutions-IAM5[Resource::*]", "services/…/RolePolicy")

    assert unexplained([STREAMS], [exact], HERE) == []
    assert unexplained([STREAMS], [everything], HERE) == [STREAMS]


def test_the_file_is_read_by_its_tools(tmp_path: Path) -> None:
    file = tmp_path / "acknowledged.toml"
    file.write_text('[[checkov]]\nrule = "CKV_1"\non = ["A…"]\nreason = "because"\n', encoding="utf-8")

    assert read(file) == [Acknowledgement("checkov", "CKV_1", ("A…",), "because")]
