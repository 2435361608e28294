"""
The three stacks of an edition.

    foundation   what holds data or outlives a release: keys, network, buckets, database, cache, people, secrets, trail
    services     what a release changes: the balancer and its rules, services, functions, hosts, alarms
    recovery     in another region: the vault that copies of backups go to
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Stack, Tags

from infra.alarms import Alarms, AlarmTopic
from infra.anchors import Anchors
from infra.backing_up import BackingUp
from infra.backup import Backup, vault
from infra.cache import Cache
from infra.database import Database
from infra.deploy_role import DeployRole
from infra.functions import Functions
from infra.grants import Names
from infra.guard import Guard
from infra.identity import Identity
from infra.images import Images
from infra.keys import PURPOSES, Keys
from infra.load_balancer import LoadBalancer
from infra.media import Media
from infra.monitoring import Monitoring
from infra.names import HostNames
from infra.network import Network
from infra.secrets_manager import Secrets
from infra.services import Services
from infra.settings import Places, settings
from infra.storage import Storage
from infra.trail import Trail
from infra.waf import Waf
from infra.walls import Walls

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct

    from infra.environment import Environment


class Place(Stack):
    """
    A stack of one edition in one region, which is not deleted by mistake.

    Args:
        holds: What it holds, in a few words.
        region: Where; empty: where the edition runs.
    """

    def __init__(self, scope: Construct, name: str, *, environment: Environment, holds: str, region: str = "") -> None:
        self._zones = list(environment.zones)
        where = cdk.Environment(account=environment.account, region=region or environment.region)
        super().__init__(
            scope, f"{environment.edition}-{name}", env=where, termination_protection=True,
            description=f"{environment.edition}: {holds}",
        )  # fmt: skip
        Tags.of(self).add("edition", environment.edition)

    @property
    def availability_zones(self) -> list[str]:
        """As the environment's file says, so that no account need be asked."""
        return self._zones


class Foundation(Place):
    """What holds data or outlives a release."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(scope, "foundation", environment=environment, holds="what holds data")
        keys = self.keys = Keys(self, "Keys", environment=environment, region=environment.region, purposes=PURPOSES)
        self.topic = AlarmTopic(self, "AlarmTopic", environment=environment, keys=keys).topic
        network = self.network = Network(self, "Network", environment=environment, keys=keys)
        walls = self.walls = Walls(self, "Walls", environment=environment, network=network)
        network.endpoints(walls["endpoints"])
        self.storage = Storage(self, "Storage", environment=environment, keys=keys)
        secrets = Secrets(self, "Secrets", environment=environment, keys=keys)
        self.identity = Identity(self, "Identity", environment=environment)
        self.database = Database(self, "Database", environment=environment, network=network, walls=walls, keys=keys)
        self.cache = Cache(
            self, "Cache", environment=environment, network=network, walls=walls, keys=keys,
            password=secrets["redis/password"],
        )  # fmt: skip
        self.anchors = Anchors(self, "Anchors", environment=environment, network=network, walls=walls, keys=keys)
        self.images = Images(self, "Images", environment=environment, keys=keys)
        self.trail = Trail(self, "Trail", environment=environment, keys=keys, storage=self.storage)
        Guard(self, "Guard", environment=environment, keys=keys, topic=self.topic)
        Backup(
            self, "Backup", environment=environment, keys=keys, topic=self.topic,
            buckets=[self.storage[each] for each in ("documents", "archive", "backups")],
            database=self.database.server.attr_db_instance_arn, anchors=self.anchors.files.file_system_arn,
        )  # fmt: skip
        DeployRole(self, "DeployRole", environment=environment, images=self.images)

    def places(self) -> Places:
        """Where everything stands, for the settings."""
        return Places(
            database=self.database.host, cache=self.cache.host,
            balancer=tuple(subnet.ipv4_cidr_block for subnet in self.network.tier("public")),
            pool=self.identity.pool.user_pool_id, client=self.identity.client.user_pool_client_id,
            master_key=self.keys["master"].key_arn, document_key=self.keys["documents"].key_arn,
            export_key=self.keys["exports"].key_arn, archive_key=self.keys["archive"].key_arn,
            backup_key=self.keys["backups"].key_arn,
        )  # fmt: skip


class Release(Place):
    """
    What a release changes.

    Args:
        package: Folder of the functions' code, as Lambda is to have it.
    """

    def __init__(self, scope: Construct, *, environment: Environment, foundation: Foundation, package: Path) -> None:
        super().__init__(scope, "services", environment=environment, holds="services and functions")
        network, walls, keys, storage = foundation.network, foundation.walls, foundation.keys, foundation.storage
        names = Names(
            environment, keys, foundation.identity.pool.user_pool_arn, foundation.anchors.files.file_system_arn
        )
        places = foundation.places()
        host_names = HostNames(self, "Names", environment=environment, network=network)
        balancer = LoadBalancer(
            self, "LoadBalancer", environment=environment, network=network, walls=walls, storage=storage,
            names=host_names,
        )  # fmt: skip
        Waf(self, "Waf", environment=environment, keys=keys).protect(
            "BeforeBalancer", balancer.balancer.load_balancer_arn
        )
        services = Services(
            self, "Services", environment=environment, network=network, walls=walls, keys=keys,
            images=foundation.images, anchors=foundation.anchors, names=names,
            settings=lambda role: settings(environment, places, role=role),
        )  # fmt: skip
        backups = BackingUp(
            self, "Backups", environment=environment, network=network, walls=walls, keys=keys, services=services
        )
        balancer.lead(
            "Realtime", priority=20, host=environment.domain, paths=["/socket.io/*"], to=services.at_proxy("realtime")
        )
        balancer.lead("Api", priority=30, host=environment.domain, paths=["/*"], to=services.at_proxy("api"))
        Media(
            self, "Media", environment=environment, network=network, walls=walls, keys=keys, storage=storage,
            names=names, host_names=host_names, public=balancer,
        )  # fmt: skip
        Monitoring(self, "Monitoring", environment=environment, network=network, walls=walls, keys=keys, names=names)
        functions = Functions(
            self, "Functions", environment=environment, network=network, walls=walls, keys=keys, names=names,
            package=package, settings=settings(environment, places),
        )  # fmt: skip
        Alarms(
            self, "Alarms", environment=environment, topic=foundation.topic, functions=functions, backups=backups,
            balancer=balancer.balancer, groups={**services.logs, "trail": foundation.trail.log},
        )  # fmt: skip


class Recovery(Place):
    """Copies of backups, in another region."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(
            scope, "recovery", environment=environment, holds="copies of backups", region=environment.recovery_region
        )
        keys = Keys(
            self, "Keys", environment=environment, region=environment.recovery_region,
            purposes={"vault": PURPOSES["vault"]},
        )  # fmt: skip
        vault(self, "Vault", environment=environment, keys=keys, topic=None)


def build(scope: Construct, environment: Environment, package: Path) -> None:
    """All stacks of one edition."""
    recovery = Recovery(scope, environment=environment)
    foundation = Foundation(scope, environment=environment)
    foundation.add_stack_dependency(recovery)
    Release(scope, environment=environment, foundation=foundation, package=package)
