"""
Relays (coturn) and the gateway (Janus) of video visits.

A relay has a public address of its own and speaks to any browser by UDP; whoever has no way but port 443 comes by TLS
through a balancer with our certificate. The gateway's media comes by UDP likewise; its rooms are ruled from inside
only, and its websocket is on Meridian's own origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from constructs import Construct

from infra.grants import Allow, Names
from infra.hosts import host

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys
    from infra.load_balancer import LoadBalancer
    from infra.names import HostNames
    from infra.network import Network
    from infra.storage import Storage
    from infra.walls import Walls

TLS = elb.SslPolicy.TLS13_RES
RELAY_READS = (
    Allow(("secretsmanager:GetSecretValue",), ("secret:turn/secret",)), Allow(("kms:Decrypt",), ("key:secrets",)),
)  # fmt: skip
GATEWAY_READS = (
    Allow(("secretsmanager:GetSecretValue",), ("secret:janus/admin-key", "secret:janus/token-secret")),
    Allow(("kms:Decrypt",), ("key:secrets",)),
)


class Media(Construct):
    """A relay in each zone behind one name, and one gateway."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        keys: Keys,
        storage: Storage,
        names: Names,
        host_names: HostNames,
        public: LoadBalancer,
    ) -> None:
        super().__init__(scope, name)
        self._environment, self._network, self._walls, self._keys = environment, network, walls, keys
        self._storage, self._names, self._host_names = storage, names, host_names
        relays = [self._relay(zone, subnet) for zone, subnet in enumerate(network.tier("public"))]
        self._before_relays(relays)
        gateway = self._gateway(network.tier("public")[0])
        self._before_gateway(gateway)
        public.lead(
            "Gateway", priority=10, host=environment.domain, paths=["/media/"], to=targets.InstanceTarget(gateway, 8443)
        )

    def _relay(self, zone: int, subnet: ec2.ISubnet) -> ec2.Instance:
        address = ec2.CfnEIP(self, f"RelayAddress{zone}", domain="vpc")
        relay = host(
            self, f"Relay{zone}", called=f"relay-{zone}", size=self._environment.sizes.relay,
            environment=self._environment, network=self._network, keys=self._keys, names=self._names, subnet=subnet,
            wall=self._walls["relay"], allow=RELAY_READS,
            start=[f"/opt/meridian/host/start relay {self._environment.edition} {address.attr_public_ip}"],
        )  # fmt: skip
        ec2.CfnEIPAssociation(
            self, f"RelayHasAddress{zone}", allocation_id=address.attr_allocation_id, instance_id=relay.instance_id
        )
        return relay

    def _gateway(self, subnet: ec2.ISubnet) -> ec2.Instance:
        address = ec2.CfnEIP(self, "GatewayAddress", domain="vpc")
        gateway = host(
            self, "Gateway", called="gateway", size=self._environment.sizes.gateway,
            environment=self._environment, network=self._network, keys=self._keys, names=self._names, subnet=subnet,
            wall=self._walls["gateway"], allow=GATEWAY_READS,
            start=[f"/opt/meridian/host/start gateway {self._environment.edition} {address.attr_public_ip}"],
        )  # fmt: skip
        ec2.CfnEIPAssociation(
            self, "GatewayHasAddress", allocation_id=address.attr_allocation_id, instance_id=gateway.instance_id
        )
        return gateway

    def _before_relays(self, relays: list[ec2.Instance]) -> None:
        """TURN as it is at 3478, and by TLS at 443."""
        balancer = self._balancer("RelayBalancer", "relay", internal=False, wall="relaydoor")
        at_relays = [targets.InstanceTarget(relay, 3478) for relay in relays]
        health = elb.HealthCheck(protocol=elb.Protocol.TCP, port="3478")
        for name, port, protocol, to in (
            ("Turn", 3478, elb.Protocol.TCP_UDP, elb.Protocol.TCP_UDP),
            ("Turns", 443, elb.Protocol.TLS, elb.Protocol.TCP),
        ):
            group = elb.NetworkTargetGroup(
                self, f"{name}Targets", vpc=self._network.vpc, port=3478, protocol=to, targets=list(at_relays),
                health_check=health, preserve_client_ip=True,
            )  # fmt: skip
            self._listen(balancer, name, port, protocol, group)
        self._host_names.point("turn.", balancer)

    def _before_gateway(self, gateway: ec2.Instance) -> None:
        """Rooms, for the services only."""
        balancer = self._balancer("GatewayBalancer", "gateway", internal=True, wall="gatewaydoor")
        group = elb.NetworkTargetGroup(
            self, "GatewayTargets", vpc=self._network.vpc, port=9443, protocol=elb.Protocol.TLS,
            targets=[targets.InstanceTarget(gateway, 9443)], preserve_client_ip=False,
            health_check=elb.HealthCheck(protocol=elb.Protocol.TCP, port="9443"),
        )  # fmt: skip
        self._listen(balancer, "Rooms", 443, elb.Protocol.TLS, group)
        self._host_names.point("gateway.", balancer)

    def _listen(
        self,
        balancer: elb.NetworkLoadBalancer,
        name: str,
        port: int,
        protocol: elb.Protocol,
        to: elb.NetworkTargetGroup,
    ) -> None:
        by_tls = protocol == elb.Protocol.TLS
        elb.NetworkListener(
            self, f"{name}Listener", load_balancer=balancer, port=port, protocol=protocol,
            certificates=[self._host_names.certificate] if by_tls else None, ssl_policy=TLS if by_tls else None,
            default_target_groups=[to],
        )  # fmt: skip

    def _balancer(self, name: str, called: str, *, internal: bool, wall: str) -> elb.NetworkLoadBalancer:
        balancer = elb.NetworkLoadBalancer(
            self, name, load_balancer_name=f"{self._environment.edition}-{called}", vpc=self._network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="app" if internal else "public"),
            internet_facing=not internal, security_groups=[self._walls[wall]], deletion_protection=True,
            cross_zone_enabled=True,
        )  # fmt: skip
        balancer.set_attribute("access_logs.s3.enabled", "true")
        balancer.set_attribute("access_logs.s3.bucket", self._storage.logs.bucket_name)
        balancer.set_attribute("access_logs.s3.prefix", called)
        return balancer
