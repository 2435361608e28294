"""
Prometheus and Alertmanager on a host of their own, in a tier of their own (INFRA-02).

Prometheus listens on 127.0.0.1:9091; before it stands nginx, at 9090, by TLS and with a password, and who may knock
there is the monitoring tier alone. An operator comes by a session of Systems Manager, which the trail records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.grants import Allow, Names
from infra.hosts import host

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls

READS = (
    Allow(("secretsmanager:GetSecretValue",), ("secret:metrics/password",)),
    Allow(("kms:Decrypt",), ("key:secrets",)),
    Allow(("ses:SendEmail", "ses:SendRawEmail"), ("mail:sender",)),
)


class Monitoring(Construct):
    """The host, in the first zone."""

    def __init__(
        self, scope: Construct, name: str, *,
        environment: Environment, network: Network, walls: Walls, keys: Keys, names: Names,
    ) -> None:  # fmt: skip
        super().__init__(scope, name)
        self.host = host(
            self, "Host", called="monitoring", size=environment.sizes.monitoring, environment=environment,
            network=network, keys=keys, names=names, subnet=network.tier("monitoring")[0], wall=walls["monitoring"],
            allow=READS, start=[f"/opt/meridian/host/start monitoring {environment.edition}"],
        )  # fmt: skip
