"""
Meridian's services on ECS Fargate: `api`, `realtime`, `worker`, and the scanner of documents.

A task's root file system is read-only and it holds no secret: what a service may read it asks Secrets Manager for, with
the rights of its own role. Meridian listens inside its task only; the proxy beside it speaks TLS to the balancer and,
for figures, to the monitoring tier. A deployment whose tasks do not become healthy is rolled back by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import CfnParameter, Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_servicediscovery as discovery
from constructs import Construct

from infra.anchors import NOBODY, Anchors
from infra.grants import Allow, Names, role, writes_log
from infra.logs import log_group
from infra.settings import ANCHORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_ecr as ecr
    from aws_cdk import aws_logs as logs

    from infra.environment import Environment
    from infra.images import Images
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls

DATA = "/var/lib/meridian"
EVIDENCE = f"{DATA}/evidence"
"""Where Meridian keeps what it knows of backups."""
BUSY = 60
"""Percent of CPU from which another task is started."""
RECORDS = (
    "mariadb/password", "redis/password", "platform/key", "audit/signing-key", "audit/public-key", "metrics/password",
)  # fmt: skip
PARTNERS = tuple(f"{partner}/{kind}" for partner in ("medtrack", "scriptguard") for kind in ("apikey", "signing"))
VISITS = ("turn/secret", "janus/admin-key", "janus/token-secret")
PEOPLE = (
    "cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser", "cognito-idp:AdminGetUser",
    "cognito-idp:AdminInitiateAuth", "cognito-idp:AdminRespondToAuthChallenge",
    "cognito-idp:AdminSetUserMFAPreference", "cognito-idp:AdminSetUserPassword",
)  # fmt: skip


def reads(*secrets: str) -> Allow:
    """To read those secrets."""
    return Allow(("secretsmanager:GetSecretValue",), tuple(f"secret:{name}" for name in secrets))


def opens(*keys: str) -> Allow:
    """To open what those keys have sealed."""
    return Allow(("kms:Decrypt",), tuple(f"key:{name}" for name in keys))


def seals(*keys: str) -> Allow:
    """To seal by those keys, and to open."""
    return Allow(("kms:Decrypt", "kms:GenerateDataKey"), tuple(f"key:{name}" for name in keys))


DOCUMENTS = (Allow(("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), ("documents:files/*",)), seals("documents"))
PLACES = Allow(("s3:GetBucketPublicAccessBlock", "s3:GetEncryptionConfiguration"), ("documents", "exports"))
"""A process looks at its buckets when it starts, and refuses one that the public could reach."""
WRAPPING = seals("master")
DOWNLOADS = (Allow(("s3:DeleteObject", "s3:GetObject"), ("exports:files/*",)), opens("exports"))
SWEEPING = (
    Allow(("s3:ListBucket",), ("documents", "exports")), Allow(("s3:DeleteObject",), ("exports:files/*",)),
)  # fmt: skip
SHARED = Allow(("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"), ("anchors:folder",))
HANDING = (
    Allow(("sqs:SendMessage",),
          ("queue:documents", "queue:exports", "queue:notices", "queue:rechecks")),
    seals("queues"),
)  # fmt: skip
POST = (Allow(("ses:SendEmail", "ses:SendRawEmail"), ("mail:sender",)), Allow(("sns:Publish",), ("texts:phones",)))


@dataclass(frozen=True, slots=True)
class Service:
    """
    One service.

    Args:
        image: Of `images.IMAGES`.
        cpu, memory: Of a task, in 1/1024 of a CPU and MB.
        fewest: Tasks that always run.
        allow: What it may do.
        port: Where it listens inside the private network without a proxy; 0: it is Meridian, behind one.
    """

    image: str
    cpu: int
    memory: int
    fewest: int
    allow: tuple[Allow, ...] = ()
    port: int = 0


ERRANDS = (
    "cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser", "cognito-idp:AdminUserGlobalSignOut",
)  # fmt: skip
"""What the pool is told after a write."""

SERVICES = {
    "api": Service("meridian", 1024, 2048, 2, (
        reads(*RECORDS, *PARTNERS, *VISITS, "cognito/client-secret"), opens("secrets"), WRAPPING, SHARED, PLACES,
        Allow(PEOPLE, ("people:pool",)), *DOCUMENTS, *DOWNLOADS,
    )),
    "realtime": Service("meridian", 512, 1024, 2, (
        reads(*RECORDS, *VISITS), opens("secrets"), WRAPPING, SHARED, PLACES,
    )),
    "worker": Service("meridian", 1024, 2048, 1, (
        reads(*RECORDS, *PARTNERS, *VISITS), opens("secrets"), WRAPPING, SHARED, PLACES,
        Allow(ERRANDS, ("people:pool",)), *DOCUMENTS, *SWEEPING, *HANDING, *POST,
    )),
    "scanner": Service("scanner", 1024, 4096, 1, port=3310),
}  # fmt: skip


class Services(Construct):
    """
    The cluster and its services.

    Args:
        settings: Gives the text of `settings.toml` for a role.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        keys: Keys,
        images: Images,
        anchors: Anchors,
        names: Names,
        settings: Callable[[str], str],
    ) -> None:
        super().__init__(scope, name)
        self._environment, self._network, self._walls, self._keys = environment, network, walls, keys
        self._anchors, self._names, self._settings = anchors, names, settings
        self.cluster = ecs.Cluster(
            self, "Cluster", cluster_name=environment.edition, vpc=network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )  # fmt: skip
        self.cluster.add_default_cloud_map_namespace(
            name=f"{environment.edition}.internal", type=discovery.NamespaceType.DNS_PRIVATE
        )
        self._images = {image: _by_digest(self, image, images.repositories[image]) for image in images.repositories}
        self._repositories = images.repositories
        self.logs: dict[str, logs.LogGroup] = {}
        self.services = {called: self._make(called, service) for called, service in SERVICES.items()}

    def _make(self, called: str, service: Service) -> ecs.FargateService:
        place = Construct(self, called.capitalize())
        edition = self._environment.edition
        self.logs[called] = log_group(place, "Log", called=f"/{edition}/{called}", key=self._keys["logs"])
        images = [service.image] if service.port else [service.image, "proxy"]
        task = self._task(place, called, service, images)
        if service.port:
            self._alone(task, called, service)
        else:
            self._behind_proxy(task, called)
        running = ecs.FargateService(
            place,
            "Service",
            service_name=called,
            cluster=self.cluster,
            task_definition=task,
            desired_count=service.fewest,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            platform_version=ecs.FargatePlatformVersion.LATEST,
            assign_public_ip=False,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="app"),
            security_groups=[self._walls["scanner" if service.port else "services"]],
            enable_execute_command=False,
            cloud_map_options=ecs.CloudMapOptions(name=called, dns_ttl=Duration.seconds(10)),
        )
        growing = running.auto_scale_task_count(
            min_capacity=service.fewest, max_capacity=self._environment.sizes.most_tasks
        )
        growing.scale_on_cpu_utilization(
            "Busy", target_utilization_percent=BUSY,
            scale_in_cooldown=Duration.minutes(5), scale_out_cooldown=Duration.minutes(1),
        )  # fmt: skip
        return running

    def errand(self, called: str, errand: Service, command: list[str]) -> ecs.FargateTaskDefinition:
        """A task that does one *command* of Meridian's and ends; whoever starts it has its definition from here."""
        place = Construct(self, called.capitalize())
        self.logs[called] = log_group(
            place, "Log", called=f"/{self._environment.edition}/{called}", key=self._keys["logs"]
        )
        task = self._task(place, called, errand, [errand.image])
        self._meridian(task, called, [*command, "--data", DATA])
        return task

    def at_proxy(self, called: str) -> ecs.IEcsLoadBalancerTarget:
        """Where the balancer finds that service."""
        return self.services[called].load_balancer_target(container_name="proxy", container_port=8443)

    # --- what it may do ---

    def _task(self, place: Construct, called: str, service: Service, images: list[str]) -> ecs.FargateTaskDefinition:
        edition, account = self._environment.edition, self._environment.account
        trusts = iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": account},
                        "ArnLike": {"aws:SourceArn": self._environment.arn("ecs", "*")}},
        )  # fmt: skip
        own = role(
            place, "Role", called=f"{edition}-{called}", trusts=trusts, statements=self._names.statements(service.allow)
        )
        starter = role(
            place,
            "Starter",
            called=f"{edition}-{called}-start",
            trusts=trusts,
            statements=self._starting(called, images),
        )
        return ecs.FargateTaskDefinition(
            place,
            "Task",
            family=f"{edition}-{called}",
            cpu=service.cpu,
            memory_limit_mib=service.memory,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64, operating_system_family=ecs.OperatingSystemFamily.LINUX
            ),
            task_role=own,
            execution_role=starter,
            volumes=[ecs.Volume(name="data"), ecs.Volume(name="tmp"), *([] if service.port else self._shared())],
        )

    def _starting(self, called: str, images: list[str]) -> list[iam.PolicyStatement]:
        """What ECS itself does before a task runs: fetch its images, open its log."""
        return [
            iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
            iam.PolicyStatement(
                actions=["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                resources=[self._repositories[image].repository_arn for image in images],
            ),
            writes_log(self._environment, f"/{self._environment.edition}/{called}"),
        ]

    def _shared(self) -> list[ecs.Volume]:
        """The folders of checkpoints and of what is known of backups, which outlive every task."""
        return [
            ecs.Volume(
                name=name,
                efs_volume_configuration=ecs.EfsVolumeConfiguration(
                    file_system_id=self._anchors.files.file_system_id, transit_encryption="ENABLED",
                    authorization_config=ecs.AuthorizationConfig(access_point_id=door.access_point_id, iam="ENABLED"),
                ),
            )
            for name, door in (("anchors", self._anchors.door), ("evidence", self._anchors.evidence))
        ]  # fmt: skip

    # --- what runs in a task ---

    def _behind_proxy(self, task: ecs.FargateTaskDefinition, called: str) -> None:
        """Meridian, and the proxy that speaks TLS for it."""
        self._meridian(task, called, ["serve", "--role", called, "--data", DATA])
        self._container(
            task, called, "proxy", "proxy", ports=[8443, 9443],
            environment={"DOORS": "8443:127.0.0.1:8360 9443:127.0.0.1:9464"},
        )  # fmt: skip

    def _meridian(self, task: ecs.FargateTaskDefinition, called: str, command: list[str]) -> None:
        """Meridian with that *command*, after its settings have been laid down."""
        laying = self._container(
            task, called, "settings", "meridian", essential=False,
            entry_point=["/bin/sh", "-c"], command=[f'printf %s "$SETTINGS" > {DATA}/settings.toml'],
            environment={"SETTINGS": self._settings(called)},
        )  # fmt: skip
        working = self._container(
            task, called, "meridian", "meridian", command=command, stop_timeout=Duration.seconds(60)
        )
        working.add_container_dependencies(
            ecs.ContainerDependency(container=laying, condition=ecs.ContainerDependencyCondition.SUCCESS)
        )
        working.add_mount_points(
            ecs.MountPoint(source_volume="anchors", container_path=ANCHORS, read_only=False),
            ecs.MountPoint(source_volume="evidence", container_path=EVIDENCE, read_only=False),
        )

    def _alone(self, task: ecs.FargateTaskDefinition, called: str, service: Service) -> None:
        self._container(task, called, called, service.image, ports=[service.port])

    def _container(
        self,
        task: ecs.FargateTaskDefinition,
        service: str,
        name: str,
        image: str,
        *,
        ports: list[int] | None = None,
        **more: object,
    ) -> ecs.ContainerDefinition:
        """A container that can write to its two volumes and nowhere else, as nobody in particular."""
        made = task.add_container(
            name,
            image=self._images[image],
            readonly_root_filesystem=True,
            privileged=False,
            user=f"{NOBODY}:{NOBODY}",
            linux_parameters=self._nothing_special(task, name),
            logging=ecs.LogDriver.aws_logs(stream_prefix=name, log_group=self.logs[service]),
            port_mappings=[ecs.PortMapping(container_port=port) for port in ports or []],
            **more,  # type: ignore[arg-type]  # the keywords of the callers above
        )
        made.add_mount_points(
            ecs.MountPoint(source_volume="data", container_path=DATA, read_only=False),
            ecs.MountPoint(source_volume="tmp", container_path="/tmp", read_only=False),  # noqa: S108  # its own  # the container's own
        )
        return made

    def _nothing_special(self, task: ecs.FargateTaskDefinition, name: str) -> ecs.LinuxParameters:
        linux = ecs.LinuxParameters(task, f"{name}Linux", init_process_enabled=True)
        linux.drop_capabilities(ecs.Capability.ALL)
        return linux


def _by_digest(scope: Construct, image: str, repository: ecr.Repository) -> ecs.ContainerImage:
    """An image by what is in it, which no tag can change; which one is a parameter of the deployment."""
    digest = CfnParameter(
        scope, f"{image.capitalize()}Digest", type="String", allowed_pattern="^sha256:[0-9a-f]{64}$",
        constraint_description="sha256: and 64 hexadecimal digits",
        description=f"Digest of the image {image}; docs/deploy-aws.md says where it comes from",
    )  # fmt: skip
    digest.override_logical_id(f"{image.capitalize()}Digest")  # the name under which a deployment gives it
    return ecs.ContainerImage.from_registry(repository.repository_uri_for_digest(digest.value_as_string))
