"""
The private network: who is on the Internet, who is not, and the one way out.

Four tiers in two zones: `public` (the load balancer, relays, the gateway), `app` (services and functions), `data`
(database, cache) and `monitoring`. Only `public` has a default route. From `app` there is a route to the addresses of
the medication-safety partner and to nothing else outside; Amazon's own services are reached by endpoints inside, which
answer to this account only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.grants import role, writes_log
from infra.logs import OPERATION, log_group

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys

ENDPOINTS = {
    "Images": ec2.InterfaceVpcEndpointAwsService.ECR,
    "Layers": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "Secrets": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    "Keys": ec2.InterfaceVpcEndpointAwsService.KMS,
    "Queues": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Identity": ec2.InterfaceVpcEndpointAwsService.COGNITO_IDP,
    "Mail": ec2.InterfaceVpcEndpointAwsService.EMAIL,
    "Texts": ec2.InterfaceVpcEndpointAwsService.SNS,
    "Hosts": ec2.InterfaceVpcEndpointAwsService.SSM,
    "HostMessages": ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES,
}
S3_OF_AMAZON = "arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
"""Where ECR keeps layers of images, which every task fetches."""


class Network(Construct):
    """The VPC with its tiers, routes, endpoints and flow logs."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=environment.edition,
            ip_addresses=ec2.IpAddresses.cidr(environment.cidr),
            availability_zones=list(environment.zones),
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                _tier("public", 24, ec2.SubnetType.PUBLIC),
                _tier("app", 20, ec2.SubnetType.PRIVATE_ISOLATED),
                _tier("data", 24, ec2.SubnetType.PRIVATE_ISOLATED),
                _tier("monitoring", 28, ec2.SubnetType.PRIVATE_ISOLATED),
            ],
        )
        self._way_out()
        self._flow_log(keys)

    def tier(self, name: str) -> list[ec2.ISubnet]:
        """The subnets of a tier, one in each zone."""
        return list(self.vpc.select_subnets(subnet_group_name=name).subnets)

    def endpoints(self, group: ec2.SecurityGroup) -> None:
        """Doors to Amazon's services behind that security *group*, for principals and things of this account only."""
        account = self._environment.account
        ours = iam.PolicyStatement(
            principals=[iam.AnyPrincipal()], actions=["*"], resources=["*"],
            conditions={"StringEquals": {"aws:PrincipalAccount": account}},
        )  # fmt: skip
        for name, service in ENDPOINTS.items():
            door = self.vpc.add_interface_endpoint(
                name, service=service, security_groups=[group], open=False,
                subnets=ec2.SubnetSelection(subnet_group_name="app"),
            )  # fmt: skip
            door.add_to_policy(ours)
        bucket_door = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        bucket_door.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:ResourceAccount": account, "aws:PrincipalAccount": account}},
            )
        )
        layers = S3_OF_AMAZON.format(region=self._environment.region)
        bucket_door.add_to_policy(
            iam.PolicyStatement(principals=[iam.AnyPrincipal()], actions=["s3:GetObject"], resources=[layers])
        )

    def _way_out(self) -> None:
        """A NAT gateway in each zone, and routes through it to the partner's addresses alone."""
        for zone, (outer, inner) in enumerate(zip(self.tier("public"), self.tier("app"), strict=True)):
            address = ec2.CfnEIP(self, f"OutAddress{zone}", domain="vpc")
            gate = ec2.CfnNatGateway(
                self, f"Out{zone}", subnet_id=outer.subnet_id, allocation_id=address.attr_allocation_id
            )
            for number, network in enumerate(self._environment.partner_networks):
                ec2.CfnRoute(
                    self, f"ToPartner{zone}{number}", route_table_id=inner.route_table.route_table_id,
                    destination_cidr_block=network, nat_gateway_id=gate.ref,
                )  # fmt: skip

    def _flow_log(self, keys: Keys) -> None:
        called = f"{self._environment.edition}-flows"
        group = log_group(
            self, "FlowLog", called=f"/{self._environment.edition}/flows", key=keys["logs"], kept=OPERATION
        )
        ours = {"StringEquals": {"aws:SourceAccount": self._environment.account}}
        writer = role(
            self, "Writer", called=called,
            trusts=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com", conditions=ours),
            statements=[writes_log(self._environment, f"/{self._environment.edition}/flows")],
        )  # fmt: skip
        ec2.CfnFlowLog(
            self, "Flows", resource_id=self.vpc.vpc_id, resource_type="VPC", traffic_type="ALL",
            log_destination_type="cloud-watch-logs", log_group_name=group.log_group_name,
            deliver_logs_permission_arn=writer.role_arn,
        )  # fmt: skip


def _tier(name: str, mask: int, kind: ec2.SubnetType) -> ec2.SubnetConfiguration:
    public = False if kind == ec2.SubnetType.PUBLIC else None
    return ec2.SubnetConfiguration(name=name, cidr_mask=mask, subnet_type=kind, map_public_ip_on_launch=public)
