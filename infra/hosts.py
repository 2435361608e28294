"""A host on EC2: no key pair, no way in but Systems Manager, version 2 of the metadata service only, a sealed disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from infra.grants import Allow, Names, role

if TYPE_CHECKING:
    from constructs import Construct

    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network

DISK = 30
"""GB."""
MANAGED_BY = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""What Systems Manager's agent needs; none of it can be narrowed to a resource."""


def host(
    scope: Construct,
    name: str,
    *,
    called: str,
    size: str,
    environment: Environment,
    network: Network,
    keys: Keys,
    names: Names,
    subnet: ec2.ISubnet,
    wall: ec2.SecurityGroup,
    allow: tuple[Allow, ...],
    start: list[str],
) -> ec2.Instance:
    """
    A host *called* so, from the image that docs/deploy-aws.md says how to bake.

    Its first start runs the lines of shell in *start*.
    """
    own = f"{environment.edition}-{called}"
    managed = iam.PolicyStatement(actions=list(MANAGED_BY), resources=["*"])
    image = ec2.MachineImage.from_ssm_parameter(
        f"/{environment.edition}/images/{called.partition('-')[0]}", os=ec2.OperatingSystemType.LINUX
    )
    script = ec2.UserData.for_linux()
    script.add_commands("set -eu", *start)
    made = ec2.Instance(
        scope,
        name,
        instance_name=own,
        vpc=network.vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
        instance_type=ec2.InstanceType(size),
        machine_image=image,
        role=role(
            scope, f"{name}Role", called=own, trusts=iam.ServicePrincipal("ec2.amazonaws.com"),
            statements=[*names.statements(allow), managed],
        ),
        security_group=wall,
        http_endpoint=True,
        http_tokens=ec2.HttpTokens.REQUIRED,
        http_put_response_hop_limit=1,
        detailed_monitoring=True,
        disable_api_termination=True,
        ebs_optimized=True,
        user_data=script,
        associate_public_ip_address=False,
        block_devices=[
            ec2.BlockDevice(
                device_name="/dev/xvda",
                volume=ec2.BlockDeviceVolume.ebs(
                    DISK, encrypted=True, kms_key=keys["disks"], volume_type=ec2.EbsDeviceVolumeType.GP3
                ),
            )
        ],
    )  # fmt: skip
    Tags.of(made).add("backup", environment.edition)
    return made
