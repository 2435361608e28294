"""What differs from place to place: read once, frozen, and refused if it cannot be meant."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_network
from typing import Any

from infra import ROOT

EDITIONS = ("careconnect360", "meridian-pms")
BUCKETS = {"archive": "audit-archive", "exports": "exports", "backups": "backups"}
"""Last part of the bucket's name for each purpose; that of `documents` is the edition's own."""
FEWEST_ZONES = 2
SMALLEST_PARTNER_PREFIX = 16
"""A partner's range is at most this wide: 0.0.0.0/0 would be no egress control."""


class BadEnvironment(Exception):
    """An environment file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Instance types, *storage* in GB, and the most tasks of one service."""

    database: str
    storage: int
    cache: str
    relay: str
    gateway: str
    monitoring: str
    most_tasks: int


@dataclass(frozen=True, slots=True)
class Environment:
    """
    One edition in one account.

    Args:
        edition: Name of the edition; first part of every name in the account.
        account: Twelve digits.
        region, zones: Where it runs, in two or more availability zones.
        recovery_region: Where copies of backups go.
        domain: Host name that people see; `turn.` and `gateway.` stand before it.
        hosted_zone: Id of the public zone of that domain.
        s3_prefix_list: Id of the prefix list of S3 in the region.
        cidr: Of the private network.
        alarm_mail: Who hears of alarms.
        partner, partner_networks: The medication-safety partner, and the only addresses outside that may be reached.
        repository, github_environment: What may deploy.
        document_bucket, mail_domain: As the edition's own file has them.
        sizes: How large things are.
    """

    edition: str
    account: str
    region: str
    zones: tuple[str, ...]
    recovery_region: str
    domain: str
    hosted_zone: str
    s3_prefix_list: str
    cidr: str
    alarm_mail: str
    partner: str
    partner_networks: tuple[str, ...]
    repository: str
    github_environment: str
    document_bucket: str
    mail_domain: str
    sizes: Sizes

    def __post_init__(self) -> None:
        for wrong, why in self._faults():
            if wrong:
                raise BadEnvironment(f"environments/{self.edition}.toml: {why}")

    def _faults(self) -> list[tuple[bool, str]]:
        widest = min((ip_network(network).prefixlen for network in self.partner_networks), default=0)
        return [
            (not re.fullmatch(r"\d{12}", self.account), "account is to be twelve digits"),
            (len(set(self.zones)) < FEWEST_ZONES, "zones are to be two or more"),  # said in the words
            (self.recovery_region == self.region, "recovery_region is to be another region"),
            (widest < SMALLEST_PARTNER_PREFIX, "networks of the partner are to be /16 or smaller, and at least one"),
            (
                not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository),
                "repository is to be owner/name, without wildcards",
            ),
            (not re.fullmatch(r"[\w-]+", self.github_environment), "environment is to be a name without wildcards"),
        ]

    def bucket(self, purpose: str) -> str:
        """Name of the bucket of that *purpose*."""
        return self.document_bucket if purpose == "documents" else f"{self.edition}-{BUCKETS[purpose]}"

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """ARN of a *resource* of this account."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{self.account}:{resource}"


def load(edition: str) -> Environment:
    """
    The environment of that *edition*.

    Raises:
        BadEnvironment: If its file says what cannot be meant.
    """
    said = _table(f"infra/environments/{edition}.toml")
    own = _table(f"src/meridian/editions/{edition}.toml")
    partner, deploy, sizes = said.pop("partner"), said.pop("deploy"), said.pop("sizes")
    return Environment(
        edition=edition,
        zones=tuple(said.pop("zones")),
        partner=partner["name"],
        partner_networks=tuple(partner["networks"]),
        repository=deploy["repository"],
        github_environment=deploy["environment"],
        document_bucket=own["document_bucket"],
        mail_domain=parseaddr(own["mail_from"])[1].partition("@")[2],
        sizes=Sizes(**sizes),
        **said,
    )


def _table(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
