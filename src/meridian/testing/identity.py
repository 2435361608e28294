"""Identity for tests: a clock that is told the time, cheap passwords, and people who can sign in."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from meridian.audit.entry import Entry
from meridian.audit.log import sequence
from meridian.identity import mail, totp
from meridian.identity.builtin import BuiltIn
from meridian.identity.cognito import errands
from meridian.identity.cognito.keeper import Keeper
from meridian.identity.credentials import Bearers, Credentials
from meridian.identity.facts import Caller, Grant, Stage
from meridian.identity.issuer import Issuer
from meridian.identity.passwords import Passwords
from meridian.identity.service import Service
from meridian.identity.throttle import Throttle
from meridian.identity.tools import Tools
from meridian.identity.verified import Verified
from meridian.jobs.worker import Handler, Worker
from meridian.post.folder import Folder
from meridian.post.letters import Product
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.platform import PlatformKey

NOON = 1_800_000_000_000
ORIGIN = "http://localhost:8360"
PRODUCT = Product(
    "Meridian PMS", "Meridian PMS <no-reply@meridian-pms.example>", "support@meridian-pms.example", ORIGIN
)
PASSWORD = "violet teapot under nine stairs"  # noqa: S105  # made up
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = Caller(address="192.0.2.7", agent="Test/1.0", request="r-1")


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        """Milliseconds since the epoch."""
        return self.now

    def pass_(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time go by."""
        self.now += int(1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days))))


@dataclass
class Clinic:
    """An identity service with one organisation, number *org*."""

    service: Service
    engine: Engine
    watch: Watch
    outbox: Path
    entries: list[Entry] = field(default_factory=list)
    """What was recorded, oldest first."""
    org: int = 0

    async def person(
        self,
        email: str = "anne@clinic.example",
        role: str = "clinician",
        *,
        seed: str = SEED,
        who: str = "Practitioner/anne",
        patients: tuple[str, ...] = (),
    ) -> str:
        """An account with `PASSWORD` and a membership; gives the account's id."""
        operator = self.service.administration
        account = await operator.create_account(email, "Anne Example", PASSWORD, totp_seed=seed)
        await operator.add_membership(account, self.org, role, who=who, patients=patients)
        return account

    def code(self, seed: str = SEED, *, steps: int = 0) -> str:
        """What an authenticator app shows now, or some steps from now."""
        return totp.code_at(seed, self.watch.now // totp.STEP_MS + steps)

    async def sign_in(self, email: str = "anne@clinic.example", caller: Caller = HERE, *, seed: str = SEED) -> Grant:
        """Sign in by password, and by the next unused code where one is asked for."""
        stage = await self.service.sign_in.password(email, PASSWORD, caller)
        if stage.grant is None:
            self.watch.pass_(seconds=30)
            stage = await self.service.sign_in.totp(stage.pending, self.code(seed), caller)
        return granted(stage)

    def recorded(self, action: str) -> list[Entry]:
        """The entries of one action."""
        return [entry for entry in self.entries if entry.action == action]

    async def mails(self) -> list[str]:
        """Text of every mail, oldest first, with its `To` and `Subject` above; what waits to be sent is sent first."""
        await self.worked()
        found = []
        for file in (
            sorted(self.outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if self.outbox.is_dir() else []
        ):
            message = message_from_bytes(file.read_bytes(), policy=default)
            found.append(f"{message['To']}\n{message['Subject']}\n{message.get_content()}")
        return found

    async def worked(self) -> None:
        """What the outbox says has been done: mails sent, and a user pool told."""
        handlers: dict[str, Handler] = {mail.TOPIC: self.service.mailer}
        kept = self.service.tools.credentials
        if isinstance(kept, Keeper):
            handlers[errands.TOPIC] = kept.errands
        await Worker(self.engine, handlers, clock=self.watch).until_idle()

    async def link(self) -> str:
        """The secret of the newest link that was mailed."""
        [*_, newest] = [text for text in await self.mails() if "#" in text]
        return newest.partition("#")[2].split()[0]


def granted(stage: Stage) -> Grant:
    """What a finished sign-in was given."""
    if stage.grant is None:
        raise AssertionError(stage.step)
    return stage.grant


def cheap_passwords() -> Passwords:
    """Argon2id with settings that take no time."""
    return Passwords(memory_kib=8, rounds=1, threads=1)


Makes = Callable[[Engine, PlatformKey, Watch], Credentials]
"""Makes what keeps passwords and authenticator apps."""


def built_in(engine: Engine, sealer: PlatformKey, watch: Watch) -> Credentials:
    """They are kept in the database."""
    return BuiltIn(engine, sealer, watch, cheap_passwords())


async def clinic(
    engine: Engine,
    folder: Path,
    watch: Watch | None = None,
    keeper: Makes = built_in,
    bearers: Callable[[], Bearers | None] = lambda: None,
) -> Clinic:
    """A clinic on an empty database; *bearers* are asked for when its keeper is made."""
    entries: list[Entry] = []

    def kept(group: Sequence[Entry]) -> Plan[None]:
        entries.extend(group)
        yield from sequence(group)

    engine.sequencer = kept
    watch = watch or Watch()
    platform = PlatformKey(os.urandom(32))
    service = Service(
        Tools(
            engine=engine,
            sealer=platform,
            clock=watch,
            credentials=keeper(engine, platform, watch),
            bearers=bearers(),
            issuer=Issuer(engine, platform, watch, ORIGIN),
            verified=Verified(),
            throttle=Throttle(),
            carrier=Folder(folder / "outbox", PRODUCT, watch),
            product=PRODUCT,
        )
    )
    await service.start()
    made = Clinic(service, engine, watch, folder / "outbox", entries)
    made.org = await service.administration.create_organisation("org-1", "Harbour Clinic")
    return made
