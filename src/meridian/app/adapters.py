"""What stands behind each port, as the settings say: database, files, keys, post, fan-out, scanner."""

import base64
import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from meridian import clock
from meridian.audit.checkpoint import Ed25519
from meridian.audit.regions import Regions, by_table, network
from meridian.counting import Counter, InMemory
from meridian.documents.checking.clamd import Clamd, present
from meridian.documents.checking.scanning import Scanner
from meridian.faults import NotFound, Unavailable
from meridian.files import bucket
from meridian.files.folder import Folder as Shelves
from meridian.files.shelf import Shelf
from meridian.identity.builtin import BuiltIn
from meridian.identity.credentials import Credentials
from meridian.identity.passwords import Passwords
from meridian.jobs.handing import Hands
from meridian.jobs.worker import ANNOUNCE, Handler
from meridian.post.folder import Folder
from meridian.post.letters import Carrier, Product
from meridian.settings import BadSettings, Settings
from meridian.settings.marks import RESTORING
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.vault.master import Master, create_master
from meridian.vault.platform import PlatformKey, made_once
from meridian.vault.secrets import Secrets, Vault

if TYPE_CHECKING:
    from meridian.identity.cognito.pool import Pool


PUBLIC = "audit/public-key"
"""Under which name the vault has the public key of the audit logs."""

_log = logging.getLogger("meridian.app")


def keys(settings: Settings, *, signs: bool = True) -> tuple[Master, Vault, bytes, bytes]:
    """
    Master key, secrets, platform key and audit key; made on the first start, by one process at a time.

    A process that does not sign is not given the audit key. Its public part is kept besides, for whoever verifies.
    """
    if (settings.data / RESTORING).exists():
        raise Unavailable(f"A backup was not restored to its end in {settings.data}; throw that folder away")
    with _alone(settings.data):
        wraps = master(settings)
        secrets = vault(settings, wraps)
        platform = made_once(secrets, "platform/key")
        if not signs:
            return wraps, secrets, platform, b""
        audit = made_once(secrets, "audit/signing-key")
        _publish(secrets, Ed25519(audit).public)
        return wraps, secrets, platform, audit


def _publish(secrets: Vault, public: bytes) -> None:
    """Keep the public key of the audit logs where those find it who are not to have the other one; else say it."""
    try:
        secrets.get(PUBLIC)
    except NotFound:
        text = base64.b64encode(public).decode()
        try:
            secrets.add(PUBLIC, text)
        except (NotFound, Unavailable):
            _log.warning("we may not keep the audit logs' public key as audit/public-key; somebody is to: %s", text)


def public_key(secrets: Vault) -> bytes:
    """
    The public key of the audit logs.

    Raises:
        NotFound: If no server was started yet.
    """
    return base64.b64decode(secrets.get(PUBLIC).reveal())


def master(settings: Settings) -> Master:
    """What wraps every other key: KMS, or the file in the data folder, which is made on the first start."""
    if settings.kms is None:
        return create_master(settings.data / "master.key")
    from meridian.vault.kms import kms_master  # noqa: PLC0415  # only the one that is used

    return kms_master(settings.kms, settings.edition.secret_prefix)


def vault(settings: Settings, wraps: Master) -> Vault:
    """Where secrets are kept: Secrets Manager, or the file in the data folder."""
    if settings.secrets is None:
        return Secrets(settings.data / "secrets.sealed", wraps)
    from meridian.vault.manager import managed_secrets  # noqa: PLC0415  # only the one that is used

    return managed_secrets(settings.secrets, settings.edition.secret_prefix)


def secrets_alone(settings: Settings) -> Vault:
    """The secrets, for a command that changes them: the database need not answer for its password to be set."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return vault(settings, master(settings))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)


def database(settings: Settings, secrets: Vault) -> Database:
    """Where records are kept."""
    server = settings.mariadb
    if server is None:
        return SqliteFile(settings.data / "meridian.db")

    def login(is_fresh: bool, /) -> tuple[str, str]:  # noqa: FBT001  # the one thing it is told
        found = secrets.login(server.password, server.user, fresh=is_fresh)
        return found.user, found.password.reveal()

    return MariadbServer(
        host=server.host,
        port=server.port,
        database=server.database,
        tls_ca=server.tls_ca,
        login=login,
    ).known_as()


def redis(settings: Settings, secrets: Vault) -> Any:
    """A client of the Redis that processes share; `None` where there is none."""
    place = settings.redis
    if place is None:
        return None
    from meridian.realtime.fanout import client  # noqa: PLC0415  # only where it is used

    if not place.password:
        return client(place, "")
    name = place.password
    return client(place, secrets.get(name).reveal(), lambda: secrets.fresh(name).reveal())


def channel(settings: Settings) -> str:
    """What every key and channel of this platform in Redis begins with."""
    return f"meridian:{settings.public_origin}"


def counter(settings: Settings, secrets: Vault) -> Counter:
    """Who counts requests and failures: all processes that share the Redis together, or this one by itself."""
    if settings.redis is None:
        return InMemory()
    from meridian.counting.shared import InRedis  # noqa: PLC0415  # only where it is used

    return InRedis(redis(settings, secrets), channel(settings))


def user_pool(settings: Settings, engine: Engine, sealer: PlatformKey, secrets: Vault) -> "Pool | None":
    """The user pool that keeps passwords and authenticator apps; `None` where they are kept here."""
    place = settings.cognito
    if place is None:
        return None
    from meridian.identity.cognito.pool import pool  # noqa: PLC0415  # only where it is used

    def secret(is_fresh: bool, /) -> str:  # noqa: FBT001  # the one thing it is told
        name = place.client_secret
        return (secrets.fresh(name) if is_fresh else secrets.get(name)).reveal() if name else ""

    host = urlsplit(settings.public_origin).hostname or ""
    return pool(place, host, engine, sealer, clock.now, secret=secret, passwords=Passwords())


def credentials(engine: Engine, sealer: PlatformKey, pool: "Pool | None") -> Credentials:
    """Where passwords and authenticator apps are kept."""
    return pool.keeper if pool is not None else BuiltIn(engine, sealer, clock.now, Passwords())


def hands(settings: Settings) -> Hands | None:
    """Who takes jobs to the functions that do them; `None` where the worker does all."""
    if settings.queue is None:
        return None
    from meridian.jobs.sqs import sqs  # noqa: PLC0415  # only where it is used

    return sqs(settings.queue, settings.edition.secret_prefix)


def announcer(settings: Settings) -> dict[str, Handler]:
    """Who announces what was done, as the handler of its topic; none where nobody listens."""
    if settings.events is None:
        return {}
    from meridian.jobs.bus import bus  # noqa: PLC0415  # only where it is used

    return {ANNOUNCE: bus(settings.events, settings.edition.name)}


def shelf(settings: Settings) -> Shelf:
    """Where the bytes of documents are kept."""
    place = settings.s3
    if place is None:
        return Shelves(settings.data / "files")
    name = place.bucket or settings.edition.document_bucket
    return bucket.Bucket(bucket.Place(name, place.region, place.account, place.kms_key, place.endpoint))


def exports_shelf(settings: Settings) -> Shelf:
    """Where the files of exports lie: a place of their own, from which everything goes after some days."""
    place = settings.exports
    if place is None:
        return Shelves(settings.data / "exports")
    name = place.bucket or f"{settings.edition.secret_prefix}-exports"
    return bucket.Bucket(bucket.Place(name, place.region, place.account, place.kms_key, place.endpoint))


def scanner(settings: Settings) -> Scanner:
    """What documents are scanned with: our own checks, and clamd where it is."""
    return Scanner(clamd(settings))


def clamd(settings: Settings) -> Clamd | None:
    """ClamAV's daemon, where there is one."""
    address = {"auto": present(), "none": ""}.get(settings.clamd, settings.clamd)
    return Clamd(address) if address else None


def engine(database: Database) -> Engine:
    """The engine for that database."""
    if isinstance(database, SqliteFile):
        from meridian.store.sqlite import Sqlite  # noqa: PLC0415  # only the driver that is used

        return Sqlite(database)
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # likewise

    return Mariadb(database)


def product(settings: Settings) -> Product:
    """Who writes to people."""
    edition = settings.edition
    return Product(edition.title, edition.mail_from, edition.support_email, settings.public_origin)


def carrier(settings: Settings, product: Product) -> Carrier:
    """What takes mails and notes out of the house."""
    post = settings.post
    if post is None:
        return Folder(settings.data / "outbox", product, clock.now)
    from meridian.post.aws import Aws  # noqa: PLC0415  # only the carrier that is used

    return Aws(product, clock.now, post.region, endpoint=post.endpoint, configuration_set=post.configuration_set)


def regions(settings: Settings) -> Regions:
    """
    What region an address is in: by the table of the settings, else by its network.

    Raises:
        BadSettings: If there is no such table, or nothing here that reads it.
    """
    if not settings.regions:
        return network
    try:
        return by_table(settings.regions)
    except (OSError, ValueError, ImportError) as wrong:
        raise BadSettings(f"The table of regions cannot be read: {type(wrong).__name__}") from wrong
