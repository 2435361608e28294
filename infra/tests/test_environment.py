"""What an environment file may say."""

from dataclasses import replace

import pytest

from infra.environment import EDITIONS, BadEnvironment, load


@pytest.mark.parametrize("edition", EDITIONS)
def test_committed_environments_are_good_and_hold_no_account(edition: str) -> None:
    environment = load(edition)

    assert environment.edition == edition
    assert environment.account == "0" * 12
    assert environment.repository.startswith("example/")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"account": "12345"}, "twelve digits"),
        ({"zones": ("us-east-1a", "us-east-1a")}, "two or more"),
        ({"recovery_region": "us-east-1"}, "another region"),
        ({"partner_networks": ("0.0.0.0/0",)}, "/16 or smaller"),
        ({"partner_networks": ("198.51.100.0/24", "10.0.0.0/8")}, "/16 or smaller"),
        ({"partner_networks": ()}, "at least one"),
        ({"repository": "owner/*"}, "without wildcards"),
        ({"github_environment": "*"}, "without wildcards"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, object], why: str) -> None:
    with pytest.raises(BadEnvironment, match=why):
        replace(load("meridian-pms"), **changes)  # type: ignore[arg-type]  # each of its field's type


def test_buckets_and_secrets_have_the_names_of_the_threat_models() -> None:
    assert load("careconnect360").bucket("documents") == "careconnect360-patient-docs"
    assert load("meridian-pms").bucket("documents") == "meridian-pms-patient-docs"


def test_each_edition_reaches_its_own_partner() -> None:
    assert load("careconnect360").partner == "medtrack"
    assert load("meridian-pms").partner == "scriptguard"
