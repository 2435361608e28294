"""Everything a process needs to know before it starts, in one value."""

from dataclasses import dataclass, field
from pathlib import Path

from meridian.settings.amazon import S3, Events, Kms, Post, Queue, SecretsManager
from meridian.settings.backups import Backups
from meridian.settings.cognito import Cognito
from meridian.settings.databases import MariaDB, Redis
from meridian.settings.downtime import Downtime
from meridian.settings.edition import Edition
from meridian.settings.marks import READ_ONLY
from meridian.settings.oversight import Oversight
from meridian.settings.partners import Partners
from meridian.settings.retention import Retention
from meridian.settings.video import Janus, Turn
from meridian.settings.watching import Logs, Metrics, Tracing

MOST_API_REQUESTS = 100
"""A minute, per subject: what the threat models ask for."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Everything a process needs to know before it starts.

    Args:
        edition: Name, look and places.
        data: Folder of the database, keys, anchors and outbox.
        host, port: Where to listen.
        drain: Seconds for which it says that it is leaving and answers all the same, before it listens no more: as
            long as a load balancer takes to find out.
        origin: Scheme, host and port people see, as `https://meridian-pms.com`; issuer of tokens, relying party of
            passkeys, and the only Origin that may write. Empty: `http://localhost:<port>`.
        mariadb: The server database; `None` is SQLite in *data*.
        redis: Where several processes hear of each other; `None` where there is one.
        sockets_per_address: Websockets that one address may have open; a clinic behind one address has many.
        post: Who carries mails and text messages; `None` puts them into the folder `outbox` in *data*.
        s3: Where the bytes of documents lie; `None` is the folder `files` in *data*.
        exports: Where the files of exports lie; `None` is the folder `exports` in *data*.
        archive: Where the audit logs are archived, under a lock; `None`: nowhere.
        cognito: The user pool that keeps passwords and authenticator apps; `None` keeps them here.
        kms: The master key in KMS; `None` is the file `master.key` in *data*.
        secrets: Secrets in Secrets Manager; `None` is the file `secrets.sealed` in *data*.
        queue: Queues by which functions get what they do; `None`: the worker does it all.
        events: A bus on which other systems hear what was done; `None`: they hear nothing.
        clamd: ClamAV's daemon, as the path of its socket or `host:port`; `auto` looks for it, `none` has none.
        partners: Where the medication-safety partners are.
        turn: Relays of video visits; `None`: calls go directly or not at all.
        janus: The gateway of visits of more than two; `None`: they are a mesh.
        proxies: Addresses whose `X-Forwarded-For` is believed.
        metrics_port: Where Prometheus reads figures, on this machine's own address alone; 0: nowhere.
        metrics: Who may read them.
        logs: Where lines of the log go, and how they look.
        tracing: Where traces go; `None`: nowhere.
        regions: Path of a table (MMDB) that knows the country of an address; empty: addresses are told apart by their
            networks.
        fhir_budget: FHIR requests a minute per subject.
        api_budget: Requests a minute to `/api/` per subject, as `api_requests` has it.
        anchors: Folder of the audit logs' checkpoints; best on a disk that the database's administrator cannot write.
            Empty: `anchors` in *data*.
        backups: Where backups go; `None`: nowhere but where the command says.
        downtime: Where packets for the time without us are put; `None`: there are none.
        retention: How long records of care are kept, and how the key of one may be destroyed.
        oversight: What counts as unusual access, and where alarms go besides.
        read_only: Whether records can only be read here, as while another server is mended.
        demo: Whether this is a demonstration: says so on its pages, and prints its mails' paths.
    """

    edition: Edition
    data: Path
    host: str = "127.0.0.1"
    port: int = 8360
    drain: int = 0
    origin: str = ""
    mariadb: MariaDB | None = None
    redis: Redis | None = None
    sockets_per_address: int = 500
    post: Post | None = None
    s3: S3 | None = None
    exports: S3 | None = None
    archive: S3 | None = None
    kms: Kms | None = None
    secrets: SecretsManager | None = None
    queue: Queue | None = None
    events: Events | None = None
    cognito: Cognito | None = None
    clamd: str = "auto"
    partners: Partners = field(default_factory=Partners)
    turn: Turn | None = None
    janus: Janus | None = None
    proxies: tuple[str, ...] = ()
    metrics_port: int = 0
    metrics: Metrics = field(default_factory=Metrics)
    logs: Logs = field(default_factory=Logs)
    tracing: Tracing | None = None
    regions: str = ""
    fhir_budget: int = 6000
    api_budget: int = MOST_API_REQUESTS
    anchors: str = ""
    backups: Backups | None = None
    downtime: Downtime | None = None
    retention: Retention = field(default_factory=Retention)
    oversight: Oversight = field(default_factory=Oversight)
    read_only: bool = False
    demo: bool = False

    @property
    def reads_only(self) -> bool:
        """Whether records can only be read here: it was said, or the folder says so itself."""
        return self.read_only or (self.data / READ_ONLY).exists()

    @property
    def public_origin(self) -> str:
        """The origin people see; never ends with a slash."""
        return self.origin.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def anchors_folder(self) -> Path:
        """Where checkpoints of the audit logs are anchored."""
        return Path(self.anchors) if self.anchors else self.data / "anchors"

    @property
    def api_requests(self) -> int:
        """Requests a minute to `/api/` per subject: more than usual in a demonstration only, of many stories."""
        return self.api_budget if self.demo else min(self.api_budget, MOST_API_REQUESTS)

    @property
    def issuer(self) -> str:
        """`iss` of our tokens (RFC 7519 section 4.1.1): the public origin."""
        return self.public_origin
