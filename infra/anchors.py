"""
The folders that tasks share: checkpoints of the audit logs, and what is known of backups.

With the first lies the ledger of destroyed keys, beside the database. By the second, one task at a time makes a backup,
and services know how old the last one is. It is a sealed file system in both zones, mounted by TLS, by who may, and
through a door into each of the two folders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls

NOBODY = "861"
"""Whom containers run as."""


class Anchors(Construct):
    """The file system, and the doors to its folders: `door` to checkpoints, `evidence` to what is known of backups."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, network: Network, walls: Walls, keys: Keys
    ) -> None:
        super().__init__(scope, name)
        self.files = efs.FileSystem(
            self,
            "Files",
            file_system_name=f"{environment.edition}-anchors",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="data"),
            security_group=walls["anchors"],
            encrypted=True,
            kms_key=keys["anchors"],
            allow_anonymous_access=False,
            enable_automatic_backups=False,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.door, self.evidence = self._door("Door", "/anchors"), self._door("Evidence", "/evidence")
        Tags.of(self.files).add("backup", environment.edition)

    def _door(self, name: str, path: str) -> efs.AccessPoint:
        return self.files.add_access_point(
            name,
            path=path,
            posix_user=efs.PosixUser(uid=NOBODY, gid=NOBODY),
            create_acl=efs.Acl(owner_uid=NOBODY, owner_gid=NOBODY, permissions="0700"),
        )
