"""Host names and certificates: the domain people see, `turn.` for relays, `gateway.` for rooms of visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elb

    from infra.environment import Environment
    from infra.network import Network

HOSTS = ("", "turn.", "gateway.")


class HostNames(Construct):
    """The zone, and one certificate for all `HOSTS`, which renews itself."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, network: Network) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self._zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=environment.hosted_zone, zone_name=environment.domain
        )
        self._inside = route53.PrivateHostedZone(
            self, "Inside", zone_name=f"gateway.{environment.domain}", vpc=network.vpc
        )
        self.certificate = acm.Certificate(
            self, "Certificate", domain_name=environment.domain,
            subject_alternative_names=[f"{host}{environment.domain}" for host in HOSTS if host],
            validation=acm.CertificateValidation.from_dns(self._zone), key_algorithm=acm.KeyAlgorithm.EC_PRIME256_V1,
        )  # fmt: skip

    def point(self, host: str, balancer: elb.ILoadBalancerV2) -> None:
        """Let *host* (of `HOSTS`) lead to the *balancer*; `gateway.` is known inside the network only."""
        inside = host == "gateway."
        route53.ARecord(
            self,
            f"To{host.strip('.').capitalize() or 'Balancer'}",
            zone=self._inside if inside else self._zone,
            record_name="" if inside else f"{host}{self._environment.domain}",
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(balancer)),
        )
