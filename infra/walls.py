"""
Who may talk to whom: one table, from which every security group is made.

What is not in the table is not allowed, in either direction: no group lets everything out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.network import Network

GROUPS = {
    "balancer": "The public load balancer",
    "services": "Meridian: api, realtime, worker",
    "functions": "Lambda functions",
    "backups": "The task that makes backups",
    "scanner": "ClamAV",
    "database": "MariaDB",
    "cache": "Redis",
    "anchors": "The folder of checkpoints",
    "endpoints": "Doors to services of AWS",
    "relaydoor": "The way to coturn, also by TLS",
    "relay": "coturn",
    "gatewaydoor": "The way of the services to Janus",
    "gateway": "Janus",
    "monitoring": "Prometheus behind nginx",
}
OUTSIDE = {"internet", "partner", "objects", "monitoring-subnets"}


@dataclass(frozen=True, slots=True)
class Flow:
    """From *source* to *target* at *ports* (first and last), and *why*."""

    source: str
    target: str
    ports: tuple[int, int]
    why: str
    udp: bool = False


def _tcp(source: str, target: str, port: int, why: str) -> Flow:
    return Flow(source, target, (port, port), why)


FLOWS = [
    _tcp("internet", "balancer", 443, "people"),
    _tcp("internet", "balancer", 80, "people, who are told to come by TLS"),
    _tcp("balancer", "services", 8443, "requests, by TLS"),
    _tcp("balancer", "gateway", 8443, "websockets of visits, by TLS"),
    _tcp("services", "database", 3306, "records"),
    _tcp("functions", "database", 3306, "records"),
    _tcp("backups", "database", 3306, "records, to be copied"),
    _tcp("services", "cache", 6379, "fan-out, presence, limits"),
    _tcp("functions", "cache", 6379, "fan-out"),
    _tcp("services", "anchors", 2049, "checkpoints, by TLS"),
    _tcp("backups", "anchors", 2049, "checkpoints, by TLS"),
    _tcp("services", "scanner", 3310, "documents to be scanned"),
    _tcp("functions", "scanner", 3310, "documents to be scanned"),
    _tcp("services", "gatewaydoor", 443, "rooms of visits"),
    _tcp("gatewaydoor", "gateway", 9443, "rooms of visits, by TLS"),
    *(_tcp(group, "endpoints", 443, "services of AWS")
      for group in ("services", "functions", "backups", "scanner", "relay", "gateway", "monitoring")),
    *(_tcp(group, "objects", 443, "buckets, and layers of images")
      for group in ("services", "functions", "backups", "scanner")),
    _tcp("services", "partner", 443, "medication safety"),
    _tcp("functions", "partner", 443, "medication safety, looked at again"),
    _tcp("monitoring", "services", 9443, "figures, by TLS"),
    _tcp("monitoring-subnets", "monitoring", 9090, "Prometheus, by TLS and password"),
    _tcp("internet", "relaydoor", 443, "TURN by TLS"),
    _tcp("internet", "relaydoor", 3478, "TURN"),
    Flow("internet", "relaydoor", (3478, 3478), "TURN", udp=True),
    _tcp("relaydoor", "relay", 3478, "TURN"),
    Flow("relaydoor", "relay", (3478, 3478), "TURN", udp=True),
    Flow("internet", "relay", (49152, 65535), "relayed media", udp=True),
    Flow("relay", "internet", (1024, 65535), "relayed media, to wherever a browser is", udp=True),
    Flow("internet", "gateway", (20000, 29999), "media", udp=True),
    Flow("gateway", "internet", (1024, 65535), "media, to wherever a browser is", udp=True),
]  # fmt: skip


class Walls(Construct):
    """A security group for each of `GROUPS`, with the rules of `FLOWS`."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, network: Network) -> None:
        super().__init__(scope, name)
        self._groups = {
            group: ec2.SecurityGroup(
                self, group.capitalize(), vpc=network.vpc, allow_all_outbound=False,
                security_group_name=f"{environment.edition}-{group}", description=words,
            )
            for group, words in GROUPS.items()
        }  # fmt: skip
        self._peers = {
            "internet": [ec2.Peer.any_ipv4()],
            "partner": [ec2.Peer.ipv4(network) for network in environment.partner_networks],
            "objects": [ec2.Peer.prefix_list(environment.s3_prefix_list)],
            "monitoring-subnets": [ec2.Peer.ipv4(subnet.ipv4_cidr_block) for subnet in network.tier("monitoring")],
        }
        for flow in FLOWS:
            self._open(flow)

    def __getitem__(self, group: str) -> ec2.SecurityGroup:
        return self._groups[group]

    def _open(self, flow: Flow) -> None:
        ports = (ec2.Port.udp_range if flow.udp else ec2.Port.tcp_range)(*flow.ports)
        if flow.source in OUTSIDE:
            for peer in self._peers[flow.source]:
                self._groups[flow.target].add_ingress_rule(peer, ports, flow.why)
        elif flow.target in OUTSIDE:
            for peer in self._peers[flow.target]:
                self._groups[flow.source].add_egress_rule(peer, ports, flow.why)
        else:
            self._groups[flow.source].connections.allow_to(self._groups[flow.target], ports, flow.why)
