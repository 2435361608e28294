"""The public load balancer: TLS 1.2 and newer, every access written down, malformed headers dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.names import HostNames
    from infra.network import Network
    from infra.storage import Storage
    from infra.walls import Walls

TLS = elb.SslPolicy.TLS13_RES
HIDDEN = ("/metrics", "/metrics/*", "/janus", "/janus/*")
"""Never answered to the public, wherever a service might listen."""
HEALTH = "/health"


class LoadBalancer(Construct):
    """The balancer and its one listener; `lead` says which paths go where."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        storage: Storage,
        names: HostNames,
    ) -> None:
        super().__init__(scope, name)
        self._vpc = network.vpc
        self.balancer = elb.ApplicationLoadBalancer(
            self,
            "Balancer",
            load_balancer_name=environment.edition,
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="public"),
            internet_facing=True,
            security_group=walls["balancer"],
            deletion_protection=True,
            drop_invalid_header_fields=True,
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
            idle_timeout=Duration.seconds(90),
        )
        self.balancer.set_attribute("access_logs.s3.enabled", "true")
        self.balancer.set_attribute("access_logs.s3.bucket", storage.logs.bucket_name)
        self.balancer.set_attribute("access_logs.s3.prefix", "balancer")
        self.listener = self.balancer.add_listener(
            "Tls", port=443, protocol=elb.ApplicationProtocol.HTTPS, certificates=[names.certificate], ssl_policy=TLS,
            open=False, default_action=elb.ListenerAction.fixed_response(404),
        )  # fmt: skip
        self.balancer.add_listener(
            "Plain", port=80, open=False,
            default_action=elb.ListenerAction.redirect(protocol="HTTPS", port="443", permanent=True),
        )  # fmt: skip
        self.listener.add_action(
            "Hidden", priority=1, conditions=[elb.ListenerCondition.path_patterns(list(HIDDEN))],
            action=elb.ListenerAction.fixed_response(404),
        )  # fmt: skip
        names.point("", self.balancer)

    def lead(
        self, name: str, *, priority: int, paths: list[str], to: elb.IApplicationLoadBalancerTarget,
        host: str, health: str = HEALTH,
    ) -> None:  # fmt: skip
        """Lead requests for *host* at *paths* to the proxy before that service or host, by TLS."""
        group = elb.ApplicationTargetGroup(
            self,
            name,
            vpc=self._vpc,
            port=8443,
            protocol=elb.ApplicationProtocol.HTTPS,
            targets=[to],
            deregistration_delay=Duration.seconds(60),
            health_check=elb.HealthCheck(
                path=health, protocol=elb.Protocol.HTTPS, interval=Duration.seconds(10), timeout=Duration.seconds(5),
                healthy_threshold_count=2, unhealthy_threshold_count=3,
            ),
        )  # fmt: skip
        conditions = [elb.ListenerCondition.host_headers([host]), elb.ListenerCondition.path_patterns(paths)]
        self.listener.add_action(
            f"{name}Rule", priority=priority, conditions=conditions, action=elb.ListenerAction.forward([group])
        )
