"""
RDS for MariaDB: in two zones, sealed, by TLS only, with its audit plug-in, and back to any second of five weeks.

RDS itself makes the administrator's password and renews it; nobody ever sees it. Meridian's own user has a password in
Secrets Manager that `secret_rotation` renews, and may sign in with IAM instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnTag, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.logs import log_group

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls

VERSION = "10.11.13"
FAMILY = "mariadb10.11"
MOST_GROWTH = 10
"""Times its first size that storage may grow to by itself."""
PARAMETERS = {
    "require_secure_transport": "1",
    "tls_version": "TLSv1.2,TLSv1.3",
    "character_set_server": "utf8mb4",
    "slow_query_log": "1",
    "log_output": "FILE",
}
AUDITED = "CONNECT,QUERY_DDL,QUERY_DCL"
"""Who came, and what changed tables or rights; not each query, whose text would hold patients' names."""
EXPORTED = ("audit", "error")
"""Not `slowquery`, whose lines would hold patients' names."""


class Database(Construct):
    """The database server, and the logs it sends."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, network: Network, walls: Walls, keys: Keys
    ) -> None:
        super().__init__(scope, name)
        called = environment.edition
        sent = [
            log_group(self, f"{kind.capitalize()}Log", called=f"/aws/rds/instance/{called}/{kind}", key=keys["logs"])
            for kind in EXPORTED
        ]
        self.server = rds.CfnDBInstance(
            self,
            "Server",
            db_instance_identifier=called,
            engine="mariadb",
            engine_version=VERSION,
            db_instance_class=environment.sizes.database,
            db_name="meridian",
            port="3306",
            # where: two zones, no public address, one group
            multi_az=True,
            publicly_accessible=False,
            db_subnet_group_name=self._subnets(network).ref,
            vpc_security_groups=[walls["database"].security_group_id],
            ca_certificate_identifier="rds-ca-rsa2048-g1",
            # what it is made of, sealed
            storage_type="gp3",
            allocated_storage=str(environment.sizes.storage),
            max_allocated_storage=environment.sizes.storage * MOST_GROWTH,
            storage_encrypted=True,
            kms_key_id=keys["database"].key_arn,
            # who gets in
            master_username="administrator",
            manage_master_user_password=True,
            master_user_secret=rds.CfnDBInstance.MasterUserSecretProperty(kms_key_id=keys["database"].key_arn),
            enable_iam_database_authentication=True,
            db_parameter_group_name=self._parameters(called).ref,
            option_group_name=self._options(called).ref,
            # what is kept
            backup_retention_period=35,
            preferred_backup_window="07:00-07:30",
            preferred_maintenance_window="sun:08:00-sun:09:00",
            copy_tags_to_snapshot=True,
            delete_automated_backups=False,
            deletion_protection=True,
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=False,
            # what is seen
            enable_cloudwatch_logs_exports=list(EXPORTED),
            enable_performance_insights=True,
            performance_insights_kms_key_id=keys["database"].key_arn,
            monitoring_interval=60,
            monitoring_role_arn=self._watcher(called).role_arn,
            tags=[CfnTag(key="backup", value=called)],
        )
        self.server.apply_removal_policy(RemovalPolicy.SNAPSHOT)
        for group in sent:
            self.server.node.add_dependency(group)

    @property
    def host(self) -> str:
        """Its address."""
        return self.server.attr_endpoint_address

    def _subnets(self, network: Network) -> rds.CfnDBSubnetGroup:
        return rds.CfnDBSubnetGroup(
            self, "Subnets", db_subnet_group_description="The data tier",
            subnet_ids=[subnet.subnet_id for subnet in network.tier("data")],
        )  # fmt: skip

    def _parameters(self, called: str) -> rds.CfnDBParameterGroup:
        return rds.CfnDBParameterGroup(
            self, "Parameters", description=f"{called}: TLS only", family=FAMILY, parameters=PARAMETERS
        )

    def _options(self, called: str) -> rds.CfnOptionGroup:
        audit = rds.CfnOptionGroup.OptionConfigurationProperty(
            option_name="MARIADB_AUDIT_PLUGIN",
            option_settings=[
                rds.CfnOptionGroup.OptionSettingProperty(name="SERVER_AUDIT_EVENTS", value=AUDITED),
                rds.CfnOptionGroup.OptionSettingProperty(name="SERVER_AUDIT_EXCL_USERS", value="rdsadmin"),
            ],
        )
        return rds.CfnOptionGroup(
            self, "Options", engine_name="mariadb", major_engine_version=VERSION.rpartition(".")[0],
            option_group_description=f"{called}: server audit", option_configurations=[audit],
        )  # fmt: skip

    def _watcher(self, called: str) -> iam.Role:
        """The role by which RDS gives its machine's figures; Amazon's own policy is the only one there is."""
        writes = iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonRDSEnhancedMonitoringRole")
        return iam.Role(
            self, "Watcher", role_name=f"{called}-database-watcher", managed_policies=[writes],
            assumed_by=iam.ServicePrincipal("monitoring.rds.amazonaws.com"),
        )  # fmt: skip
