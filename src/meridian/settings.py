"""
Settings: frozen, read once, secrets only by reference.

Three layers, the later over the earlier: the edition's file, `settings.toml` in the data folder, and what the command
line says. A password, key or token never stands in any of them: the vault is asked for it by name.
"""

import tomllib
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

EDITIONS = ("careconnect360", "meridian-pms")


class BadSettings(Exception):
    """The settings cannot be used; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Edition:
    """
    What tells one edition from the other: name, look and places; never behaviour.

    Args:
        name: The folder-safe name, one of `EDITIONS`; the portal's look is chosen by it.
        title: As people read it.
        tagline: One line under the title.
        support_email: Where the portal sends people for help.
        mail_from: Sender of every mail.
        public_hosts: Host names it answers to besides the local one.
        document_bucket: Bucket of document bytes where files live in S3.
        secret_prefix: First part of every secret's name.
        first_partner: Medication-safety partner asked first, `medtrack` or `scriptguard`.
    """

    name: str
    title: str
    tagline: str
    support_email: str
    mail_from: str
    public_hosts: tuple[str, ...]
    document_bucket: str
    secret_prefix: str
    first_partner: str


def edition(name: str) -> Edition:
    """
    The edition of that *name*.

    Raises:
        BadSettings: If there is none.
    """
    if name not in EDITIONS:
        raise BadSettings(f"There is no edition {name!r}; choose one of: {', '.join(EDITIONS)}")
    table: dict[str, Any] = tomllib.loads((files("meridian") / "editions" / f"{name}.toml").read_text(encoding="utf-8"))
    return Edition(name=name, **_hashable(table))


def _hashable(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


@dataclass(frozen=True, slots=True)
class MariaDB:
    """Where the server database is; *password* names a secret in the vault, it is not one."""

    host: str
    port: int = 3306
    user: str = "meridian"
    database: str = "meridian"
    password: str = "mariadb/password"  # noqa: S105  # the name of a secret, not a secret
    tls_ca: str = ""
    """Path of the authority's certificate; needed when the host is not local."""


@dataclass(frozen=True, slots=True)
class Redis:
    """
    Where processes hear of each other; not needed by one alone.

    Args:
        url: As `redis://host:6379/0`, or `rediss://` with TLS, which a host that is not local needs.
        user: Of its access list; empty for the usual one.
        password: Names a secret in the vault, it is not one; empty for none.
        tls_ca: Path of the authority's certificate; empty: the system's.
    """

    url: str
    user: str = ""
    password: str = ""
    tls_ca: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """
    Amazon's mail (SES) and text messages (SNS), with the rights of the machine's role.

    Args:
        region: As `us-east-1`.
        endpoint: Another address of both services, as of a private endpoint; empty: Amazon's.
        configuration_set: Of SES; empty for none.
    """

    region: str
    endpoint: str = ""
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class S3:
    """
    A bucket for the bytes of documents, with the rights of the machine's role.

    Args:
        region: As `us-east-1`.
        account: The AWS account that must own the bucket.
        kms_key: ARN or alias of the key that seals what is in it.
        bucket: Its name; empty: the edition's.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
    """

    region: str
    account: str
    kms_key: str
    bucket: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Partners:
    """
    Where the medication-safety partners are; which one is asked first is the edition's.

    Args:
        medtrack, scriptguard: Base addresses of their `/v2` APIs.
        hosts: The only hosts that may be reached, whatever the addresses say.
        networks: Networks that may be reached though they are private, as `10.20.0.0/16` of a VPC endpoint.
    """

    medtrack: str = "https://api.medtrackpro.com/v2"
    scriptguard: str = "https://api.scriptguard.io/v2"
    hosts: tuple[str, ...] = ("api.medtrackpro.com", "api.scriptguard.io")
    networks: tuple[str, ...] = ()


MOST_API_REQUESTS = 100
"""A minute, per subject: what the threat models ask for."""
LONGEST_RELAY = 3600
"""Seconds that credentials for the relay may live at most, as the threat model fixes it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """
    Relays (coturn) for calls that find no direct way.

    Args:
        hosts: Their names or addresses, the best first.
        port: For UDP and TCP.
        tls_port: For TLS; 443, since some networks let nothing else through.
        secret: Name in the vault of the secret shared with them.
        ttl: Seconds that credentials live.

    Raises:
        BadSettings: If credentials were to live for longer than an hour, or for no time.
    """

    hosts: tuple[str, ...]
    port: int = 3478
    tls_port: int = 443
    secret: str = "turn/secret"  # noqa: S105  # the name of a secret, not a secret
    ttl: int = 600

    def __post_init__(self) -> None:
        if not 0 < self.ttl <= LONGEST_RELAY:
            raise BadSettings(f"settings.toml, [turn]: ttl is to be from 1 to {LONGEST_RELAY} seconds")


@dataclass(frozen=True, slots=True)
class Janus:
    """
    A gateway (Janus) for visits of more than two.

    Args:
        url: Its HTTP API, which only this server reaches; without TLS on this machine only.
        path: Where browsers find its websocket, on our own origin; the reverse proxy leads there.
        admin_key: Name in the vault of the key that makes rooms.
        token_secret: Name in the vault of the secret that signs tokens.
        recordings: Folder where it writes what it records and this server reads it; empty: it records nothing.

    Raises:
        BadSettings: If the address is another machine's and lacks TLS.
    """

    url: str = "http://127.0.0.1:8088/janus"
    path: str = "/media/"
    admin_key: str = "janus/admin-key"
    token_secret: str = "janus/token-secret"  # noqa: S105  # the name of a secret, not a secret
    recordings: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _ON_THIS_MACHINE:
            raise BadSettings("settings.toml, [janus]: url is to be https unless it is this machine's")


_ON_THIS_MACHINE = {("http", name) for name in ("127.0.0.1", "::1", "localhost")}


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Everything a process needs to know before it starts.

    Args:
        edition: Name, look and places.
        data: Folder of the database, keys, anchors and outbox.
        host, port: Where to listen.
        origin: Scheme, host and port people see, as `https://meridian-pms.com`; issuer of tokens, relying party of
            passkeys, and the only Origin that may write. Empty: `http://localhost:<port>`.
        mariadb: The server database; `None` is SQLite in *data*.
        redis: Where several processes hear of each other; `None` where there is one.
        sockets_per_address: Websockets that one address may have open; a clinic behind one address has many.
        post: Who carries mails and text messages; `None` puts them into the folder `outbox` in *data*.
        s3: Where the bytes of documents lie; `None` is the folder `files` in *data*.
        clamd: ClamAV's daemon, as the path of its socket or `host:port`; `auto` looks for it, `none` has none.
        partners: Where the medication-safety partners are.
        turn: Relays of video visits; `None`: calls go directly or not at all.
        janus: The gateway of visits of more than two; `None`: they are a mesh.
        proxies: Addresses whose `X-Forwarded-For` is believed.
        metrics_port: Where Prometheus reads figures, on this machine's own address alone; 0: nowhere.
        fhir_budget: FHIR requests a minute per subject.
        api_budget: Requests a minute to `/api/` per subject, as `api_requests` has it.
        anchors: Folder of the audit logs' checkpoints; best on a disk that the database's administrator cannot write.
            Empty: `anchors` in *data*.
        demo: Whether this is a demonstration: says so on its pages, and prints its mails' paths.
    """

    edition: Edition
    data: Path
    host: str = "127.0.0.1"
    port: int = 8360
    origin: str = ""
    mariadb: MariaDB | None = None
    redis: Redis | None = None
    sockets_per_address: int = 500
    post: Post | None = None
    s3: S3 | None = None
    clamd: str = "auto"
    partners: Partners = Partners()
    turn: Turn | None = None
    janus: Janus | None = None
    proxies: tuple[str, ...] = ()
    metrics_port: int = 0
    fhir_budget: int = 6000
    api_budget: int = MOST_API_REQUESTS
    anchors: str = ""
    demo: bool = False

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


def load(data: Path, *, edition_name: str | None = None, **said: Any) -> Settings:
    """
    The settings of the data folder, with what the command line *said* on top; `None` values were not said.

    Raises:
        BadSettings: If the file is not TOML, or a setting is unknown or of the wrong type.
    """
    table = _file(data / "settings.toml")
    chosen = edition(edition_name or str(table.pop("edition", EDITIONS[1])))
    settings = Settings(
        edition=chosen,
        data=data,
        mariadb=_section(MariaDB, "mariadb", table),
        redis=_section(Redis, "redis", table),
        post=_section(Post, "post", table),
        s3=_section(S3, "s3", table),
        turn=_section(Turn, "turn", table),
        janus=_section(Janus, "janus", table),
    )
    settings = _with(settings, _hashable(table))
    return _with(settings, {key: value for key, value in said.items() if value is not None})


def _file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadSettings(f"{path.name} cannot be read: {wrong}") from wrong


def _section(kind: type[T], name: str, table: dict[str, Any]) -> T | None:
    """The section of that *name*, taken out of *table*; `None` when there is none."""
    said = table.pop(name, None)
    if said is None:
        return None
    if not isinstance(said, dict):
        raise BadSettings(f"settings.toml: {name} is to be a section, [{name}]")
    try:
        return kind(**_hashable(said))
    except TypeError as wrong:
        raise BadSettings(f"settings.toml, [{name}]: {wrong}") from wrong


def _with(settings: Settings, changes: dict[str, Any]) -> Settings:
    known = {f.name: f for f in fields(Settings)}
    for name, value in changes.items():
        if name not in known:
            raise BadSettings(f"There is no setting {name!r}")
        present = getattr(settings, name)
        if present is not None and not isinstance(value, type(present)):
            raise BadSettings(f"The setting {name!r} is to be a {type(present).__name__}")
    return replace(settings, **changes)
