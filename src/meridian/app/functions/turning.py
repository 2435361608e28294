"""Keys and secrets that are made anew: the key that signs tokens, the database's password, the partners' keys."""

import base64
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, TypeAlias

from meridian import clock
from meridian.app import adapters
from meridian.app.functions.ground import Ground
from meridian.app.functions.standing import Context, Standing
from meridian.app.functions.timed import Said
from meridian.faults import Malformed
from meridian.identity.issuer import Issuer
from meridian.medications.partners.lines import PARTNERS, lines
from meridian.medications.partners.rotating import APIKEY, SIGNING, PartnerKey
from meridian.settings import BadSettings, Settings
from meridian.store.database import MariadbServer
from meridian.store.own_password import OwnPassword
from meridian.vault import amazon
from meridian.vault.platform import PlatformKey
from meridian.vault.rotation import Checker, rotate

RENEWED: Final = "signing-key-renewed"
"""What the platform's log calls it."""
_SUFFIX: Final = re.compile(r"-[A-Za-z0-9]{6}")
"""What Secrets Manager adds to a name in an ARN."""

KINDS: Final[dict[str, Literal["apikey", "signing"]]] = {APIKEY: "apikey", SIGNING: "signing"}

Event: TypeAlias = dict[str, Any]


async def renewed(ground: Ground) -> Said:
    """The key of the quarter, if none was made lately; nobody is signed out."""
    sealer = PlatformKey(base64.b64decode(ground.secrets.get("platform/key").reveal()))
    issuer = Issuer(ground.engine, sealer, clock.now, ground.settings.issuer)
    made = await issuer.renew()
    if made:
        await ground.note(RENEWED, clock.now())
    return {"made": made, "published": len(issuer.published()["keys"])}


@asynccontextmanager
async def _settled(settings: Settings) -> AsyncIterator[Settings]:
    yield settings


def rotating(name: str) -> Callable[[Event, Context], None]:
    """The handler of the function *name*, which Secrets Manager calls for each step of a rotation."""
    standing = Standing(name, _settled)

    def handler(event: Event, context: Context) -> None:
        standing.run(lambda settings: rotated(settings, event), context)

    return handler


async def rotated(settings: Settings, event: Event) -> None:
    """
    One step of a rotation.

    Raises:
        Malformed: If the event names no secret of ours that is rotated here.
        Conflict, Unavailable: As `vault.rotation.rotate`.
    """
    manager = settings.secrets
    if manager is None:
        raise BadSettings("Secrets are rotated in Secrets Manager: settings.toml has no section [secrets]")
    client = amazon.client("secretsmanager", manager.region, manager.endpoint)
    try:
        secret, token, step = (str(event[name]) for name in ("SecretId", "ClientRequestToken", "Step"))
        prefix = manager.prefix or settings.edition.secret_prefix
        await rotate(client, secret, token, step, checker(settings, name_of(secret, prefix)))
    except KeyError:
        raise Malformed("The event is none of a rotation") from None
    finally:
        client.close()


def name_of(secret: str, prefix: str) -> str:
    """
    Our name of a secret, from its ARN or its whole name.

    >>> name_of("arn:aws:secretsmanager:us-east-1:1234:secret:meridian-pms/mariadb/password-a1B2c3", "meridian-pms")
    'mariadb/password'

    Raises:
        Malformed: If it is another's.
    """
    whole = secret.rpartition(":")[2]
    if secret.startswith("arn:"):
        whole = whole[: -len("-123456")] if _SUFFIX.fullmatch(whole[-7:]) else whole
    if not whole.startswith(f"{prefix}/"):
        raise Malformed("That secret is none of ours")
    return whole.removeprefix(f"{prefix}/")


def checker(settings: Settings, name: str) -> Checker:
    """
    Whoever checks the secret of that name.

    Raises:
        Malformed: If it is none that is rotated here.
    """
    server = settings.mariadb
    if server is not None and name == server.password:
        return OwnPassword(MariadbServer(server.host, server.port, server.user, "", server.database, server.tls_ca))
    who, _, kind = name.partition("/")
    if who in PARTNERS and kind in KINDS:
        found = lines(settings.edition, settings.partners, adapters.secrets_alone(settings))
        return PartnerKey(found[who], KINDS[kind])
    raise Malformed("That secret is not rotated here")
