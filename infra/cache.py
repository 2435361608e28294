"""ElastiCache for Redis: two nodes in two zones, by TLS only, with a password, sealed; what it keeps may be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import SecretValue
from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_secretsmanager as secretsmanager

    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls


class Cache(Construct):
    """The pair of nodes; their *password* is resolved by CloudFormation and stands in no template."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        keys: Keys,
        password: secretsmanager.Secret,
    ) -> None:
        super().__init__(scope, name)
        subnets = elasticache.CfnSubnetGroup(
            self, "Subnets", cache_subnet_group_name=environment.edition, description="The data tier",
            subnet_ids=[subnet.subnet_id for subnet in network.tier("data")],
        )  # fmt: skip
        self.nodes = elasticache.CfnReplicationGroup(
            self,
            "Nodes",
            replication_group_id=environment.edition,
            replication_group_description="Fan-out, presence and limits",
            engine="redis",
            engine_version="7.1",
            cache_node_type=environment.sizes.cache,
            num_cache_clusters=2,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[walls["cache"].security_group_id],
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auth_token=SecretValue.secrets_manager(password.secret_arn).unsafe_unwrap(),
            at_rest_encryption_enabled=True,
            kms_key_id=keys["cache"].key_id,
            snapshot_retention_limit=15,
            auto_minor_version_upgrade=True,
        )
        self.nodes.add_resource_dependency(subnets)

    @property
    def host(self) -> str:
        """The address of whichever node is first."""
        return self.nodes.attr_primary_end_point_address
