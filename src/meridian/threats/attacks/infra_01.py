"""
INFRA-01: the roles of functions and tasks, asked for what they may not do; and who the server is where it runs itself.

On AWS what is asked is the policies of synthesised templates, by a model of IAM (`meridian.threats.iam`); nothing is
asked of an account. Elsewhere it is systemd that takes rights away, so its units are read, and the running process.
"""

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from configparser import ConfigParser
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

import httpcore

from meridian.medications.partners.allowed import METADATA, NotAllowed, Rules
from meridian.medications.partners.egress import Guarded
from meridian.threats import roles
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.templates import MANIFEST, Templates, drawn

THREAT = "INFRA-01"
CREDENTIALS = "169.254.169.254"
"""Where a cloud gives a machine's credentials to whatever runs on it."""

attack = ARSENAL.attack


@lru_cache(maxsize=4)
def _read(folder: Path, _: float) -> tuple[Templates, ...]:
    return tuple(drawn(folder))


def editions(attacker: Attacker) -> tuple[Templates, ...]:
    """
    The templates of each edition.

    Raises:
        NotRun: If there are none, or they have no functions.
    """
    if attacker.infra is None:
        raise NotRun("there are no templates at hand: --infra says where `cdk synth` wrote them")
    manifest = attacker.infra / MANIFEST
    if not manifest.is_file():
        raise NotRun(f"{attacker.infra} is not what `cdk synth` wrote: it has no {MANIFEST}")
    found = _read(attacker.infra, manifest.stat().st_mtime)
    if not found or not all(roles.functions(each) for each in found):
        raise NotRun("the templates have no functions")
    return found


def needed(attacker: Attacker) -> dict[str, list[tuple[str, str]]]:
    """
    What each function says that it needs.

    Raises:
        NotRun: If there is no checkout.
    """
    if attacker.source is None or not (attacker.source / "functions").is_dir():
        raise NotRun("there is no checkout at hand: --source says where; its functions/ say what they need")
    return roles.declared(attacker.source / "functions")


def seen(attacker: Attacker, found: tuple[Templates, ...]) -> dict[str, list[tuple[str, str]]]:
    """
    What functions need, after it was seen that the model finds them allowed to do it.

    Raises:
        NotRun: If it does not: it would find nothing forbidden either.
    """
    needs = needed(attacker)
    for templates in found:
        if missing := roles.lacking(templates, needs):
            raise NotRun(f"a function may not do its own work, so these are not its templates: {missing[0]}")
    return needs


Finds = Callable[[Templates], list[str]]
QUESTIONS: dict[str, tuple[str, Finds]] = {
    "escalation": ("The role of a function or a task leads to other roles, code, keys or policies", roles.escalating),
    "wildcard": ("A role may do all of something, or something to everything", roles.wild),
    "trust": ("Somebody else than Lambda takes the role of a function", roles.taken),
    "shared": ("Two functions have one role", roles.shared),
}


def asked(finds: Finds) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that asks the templates that question."""

    async def run(attacker: Attacker) -> str | None:
        found = editions(attacker)
        seen(attacker, found)
        for templates in found:
            wrong = finds(templates)
            many = len(roles.functions(templates)), len(roles.tasks(templates))
            attacker.keep(Exchange(f"{templates.place.edition}: {many[0]} functions, {many[1]} tasks", f"{wrong[:3]}"))
            if wrong:
                return f"{wrong[0]} ({templates.place.edition})"
        return None

    return run


for name, (title, finds) in QUESTIONS.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, asked(finds)))


@attack(THREAT, "data", "A function reaches data, secrets, keys or queues that are not for it")
async def data(attacker: Attacker) -> str | None:
    """Whatever any role may do is asked of every function, about everything in the templates."""
    found = editions(attacker)
    needs = seen(attacker, found)
    for templates in found:
        wrong = roles.beyond(templates, needs)
        attacker.keep(Exchange(f"{templates.place.edition}: {len(roles.things(templates))} things", f"{wrong[:3]}"))
        if wrong:
            return f"{wrong[0]} ({templates.place.edition})"
    return None


# --- where systemd runs it ---------------------------------------------------------------------------------------


def units(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """What each unit of `deploy/systemd` says of its service; of a word that is said twice the last counts."""
    for path in sorted((source / "deploy" / "systemd").glob("*.service")):
        parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
        parser.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's words have capitals
        parser.read_string(path.read_text(encoding="utf-8"))
        yield path.name, dict(parser["Service"])


def loose(service: dict[str, str]) -> list[str]:
    """What a unit's service has that it should not."""
    wrong = []
    if service.get("User", "root") in {"root", "0"} and service.get("DynamicUser") != "yes":
        wrong.append("it is root")
    if service.get("CapabilityBoundingSet", "all") or service.get("AmbientCapabilities"):
        wrong.append("it has capabilities")
    if service.get("NoNewPrivileges") != "yes":
        wrong.append("it may take more rights")
    if not any(_covers(word) for word in service.get("IPAddressDeny", "").split()):
        wrong.append(f"it reaches {CREDENTIALS}")
    return wrong


def _covers(word: str) -> bool:
    try:
        return word in {"any", "link-local"} or ip_network(CREDENTIALS).subnet_of(ip_network(word))  # type: ignore[arg-type]  # of one version, or TypeError
    except (ValueError, TypeError):
        return False


@attack(THREAT, "user", "The server is root, or has rights that it does not need")
async def user(attacker: Attacker) -> str | None:
    """By its units, and as it runs, if it runs here and whoever attacks is not root as well."""
    if attacker.source is None or not (found := dict(units(attacker.source))):
        raise NotRun("there is no checkout with deploy/systemd at hand: --source says where")
    if len(loose({"User": "root", "CapabilityBoundingSet": "CAP_SYS_ADMIN"})) != 4:  # noqa: PLR2004  # all there are
        raise NotRun("a unit of root's would not be noticed")
    for name, service in found.items():
        if wrong := loose(service):
            return f"{name}: {', '.join(wrong)}"
    return _running(attacker)


def _running(attacker: Attacker) -> str | None:
    """What is wrong with the process that serves the deployment's folder."""
    if attacker.data is None or os.geteuid() == 0:
        why = "the deployment is elsewhere" if attacker.data is None else "whoever attacks is root here as well"
        attacker.keep(Exchange("the running process", f"not looked at: {why}"))
        return None
    for status in serving(attacker.data):
        attacker.keep(Exchange("the running process", " ".join(status.split())[:200]))
        if wrong := mighty(status):
            return f"the running server {wrong}"
    return None


def serving(folder: Path) -> Iterator[str]:
    """What Linux says of each process that serves a data *folder*."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and bytes(folder.resolve()) in [*words, _named(place)]:
                yield (place / "status").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue  # it has ended, or is another's


def _named(place: Path) -> bytes:
    found = re.search(rb"(?:^|\0)MERIDIAN_DATA=([^\0]*)", (place / "environ").read_bytes())
    return found[1] if found else b""


def mighty(status: str) -> str:
    """What a process of that *status* has that a server does not need; empty: nothing."""
    said = dict(line.partition(":")[::2] for line in status.splitlines())
    if "0" in said.get("Uid", "0").split():
        return "is root"
    return "has capabilities" if int(said.get("CapEff", "0").strip(), 16) else ""


# --- what it asks of the network ---------------------------------------------------------------------------------


PARTNER = "partner.example"
PUBLIC = "8.8.8.8"


class _Line(httpcore.AsyncNetworkStream):
    """A connection to nowhere, which knows where it would be."""

    def __init__(self, host: str) -> None:
        self._host = host

    def get_extra_info(self, info: str) -> tuple[str, int]:  # noqa: ARG002  # httpcore's signature; one is asked for
        return self._host, 443


class _Opened(httpcore.AsyncNetworkBackend):
    """Where connections would have been made to."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        self.addresses.append(host)
        return _Line(host)


async def connects(*addresses: str) -> list[str]:
    """Where the client connects to for a host that is on the list, and that has these *addresses*."""
    opened = _Opened()

    async def resolve(_: str, __: int) -> list[str]:
        return list(addresses)

    try:
        await Guarded(Rules(frozenset({PARTNER})), resolve, opened).connect_tcp(PARTNER, 443)
    except NotAllowed:
        return []
    return opened.addresses


@attack(THREAT, "metadata", "The client that partners are asked with fetches a machine's credentials")
async def metadata(attacker: Attacker) -> str | None:
    """Every address of such a service and every disguise of one, alone and beside an honest one."""
    if not attacker.local:
        raise NotRun("the deployment is elsewhere, and may be made of other code than what is here")
    if await connects(PUBLIC) != [PUBLIC]:
        raise NotRun("an honest partner is not reached either")
    for address in (*sorted(METADATA), f"::ffff:{CREDENTIALS}", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "127.0.0.1"):
        for named in ((address,), (PUBLIC, address)):
            reached = await connects(*named)
            attacker.keep(Exchange(f"{PARTNER} = {', '.join(named)}", f"connected to {reached or 'nothing'}"))
            if reached:
                return f"{PARTNER} was reached though {address} is an address of it"
    return None
