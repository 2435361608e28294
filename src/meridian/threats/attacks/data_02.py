"""
DATA-02: a secret that stands in code, in the environment, on a command line, in a log, or in what is sent (CWE-798).

Looked for are secrets by their shape, in the checkout and its history, and the deployment's own ones byte by byte, in
all that its processes have and say. Before a search may say that it found nothing, it finds one that was put there for
it. What is found is told by its name and place, never by its value.
"""

import re
import secrets
import stat
import string
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from meridian.threats import leaks, machine
from meridian.threats.attack import ARSENAL, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "DATA-02"
DEPTH = 500
"""Commits of the history that are looked through, the newest."""
LARGEST = 4 * 2**20
"""Bytes of a file in the checkout that is looked at; larger ones are data."""
MOST = 400
"""Files of the portal that are looked at."""
DATA = {".gz", ".woff2", ".png", ".jpg", ".ico", ".mp4", ".pdf", ".zst"}
"""Endings of files that hold no text."""

attack = ARSENAL.attack


def drawn(letters: str = string.ascii_letters + string.digits, many: int = 36) -> str:
    """A text as a secret looks."""
    return "".join(secrets.choice(letters) for _ in range(many))


def mixed() -> str:
    """One with both cases and digits in turn."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    return "".join(drawn(kinds[at % 3], 1) for at in range(36))


def samples() -> dict[str, str]:
    """One of each kind of secret, made up now: what `leaks.found` has to find, by the name it gives."""
    upper = string.ascii_uppercase + string.digits
    return {
        "a private key": f"-----BEGIN PRIVATE {'KEY'}-----\n{drawn(many=64)}\n",
        "an AWS access key": f"id = AKIA{drawn(upper, 16)}",
        "an AWS secret key": f"aws_secret_access_key = {drawn(many=40)}",
        "a token of GitHub": f"ghp_{drawn()}",
        "a token of Slack": f"xoxb-{drawn()}",
        "a key of Stripe": f"sk_live_{drawn()}",
        "a key of Google": f"AIza{drawn(many=35)}",
        "a token of a registry": f"npm_{drawn()}",
        "a signed token": f"eyJ{drawn()}.eyJ{drawn()}.{drawn(many=43)}",
        "an address with a password": f"mariadb://meridian:{drawn(many=20)}7@db/clinic",
        "a literal with a secret's name": f'password = "{mixed()}"',
    }


def sees() -> None:
    """
    See that the rules find what they are for.

    Raises:
        NotRun: If one does not.
    """
    for name, sample in samples().items():
        if name not in set(leaks.found(sample.encode())):
            raise NotRun(f"{name} would not be found")


def checkout(attacker: Attacker) -> Path:
    """
    The code that was deployed.

    Raises:
        NotRun: If it is not at hand.
    """
    if attacker.source is None:
        raise NotRun("the code is not at hand; say --source")
    return attacker.source


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a checkout that belongs to it or could be added; of a copy without a repository, all."""
    listed = _git(root, "ls-files", "-co", "--exclude-standard", "-z").split(b"\0") if (root / ".git").exists() else []
    paths = [root / name.decode() for name in listed if name] or sorted(root.rglob("*"))
    for path in paths:
        if path.is_file() and not path.is_symlink() and path.suffix not in DATA and path.stat().st_size <= LARGEST:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def history(root: Path) -> Iterator[tuple[str, bytes]]:
    """
    What each of the last commits added, by its digest.

    Raises:
        NotRun: If there is no repository.
    """
    if not (root / ".git").exists():
        raise NotRun("the code at hand is no repository")
    words = ("log", "-p", "-U0", "--no-ext-diff", "--no-textconv", "--no-color", f"--max-count={DEPTH}")
    for commit in _git(root, *words, "--format=commit %H").split(b"\ncommit "):
        lines = commit.split(b"\n")
        yield (
            lines[0].removeprefix(b"commit ")[:10].decode(),
            b"\n".join(line[1:] for line in lines if line[:1] == b"+"),
        )


def _git(root: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # no words of others
            ["git", "-C", str(root), *words],  # noqa: S607  # whichever there is
            capture_output=True, check=True, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as wrong:
        raise NotRun(f"git does not tell: {type(wrong).__name__}") from wrong
    return done.stdout


def looked(attacker: Attacker, where: str, parts: Iterable[tuple[str, bytes]], *known: leaks.Known) -> str | None:
    """
    Which of the *known* values stands in one of the *parts*, and in which; `None`: none does.

    Raises:
        NotRun: If there are no parts, or one that is put there would not be seen.
    """
    total = count = 0
    for name, content in parts:
        for values in known:
            if found := values.within(content):
                return f"{found} stands in {where}: {name}"
        total, count = total + len(content), count + 1
    if not count:
        raise NotRun(f"there is nothing to look at in {where}")
    for values in known:
        if not values.within(b"before " + values.sample() + b" after"):
            raise NotRun("a value that is there would not be seen")
    attacker.keep(Exchange(f"{sum(map(len, known))} values in {where}", f"none in {count} parts, {total} bytes"))
    return None


# --- the code


@attack(THREAT, "code", "A secret stands in the code")
async def code(attacker: Attacker) -> str | None:
    """By its shape, in every file that belongs to the checkout."""
    sees()
    return _shapes(attacker, files(checkout(attacker)), "the code")


@attack(THREAT, "history", "A secret stood in the code once, and is in its history")
async def old_code(attacker: Attacker) -> str | None:
    """By its shape, in what the last commits have added."""
    sees()
    return _shapes(attacker, history(checkout(attacker)), "the history")


def _shapes(attacker: Attacker, parts: Iterable[tuple[str, bytes]], where: str) -> str | None:
    count = 0
    for name, content in parts:
        if found := next(leaks.found(content), ""):
            return f"{found} stands in {where}: {name}"
        count += 1
    if not count:
        raise NotRun(f"there is nothing in {where}")
    attacker.keep(Exchange(f"{len(leaks.RULES) + 1} rules over {where}", f"nothing in {count} parts"))
    return None


@attack(THREAT, "own-code", "A secret of this deployment stands in the code or its history")
async def own_code(attacker: Attacker) -> str | None:
    """By its value, in every writing of it."""
    root, own = checkout(attacker), machine.own(attacker)
    past = history(root) if (root / ".git").exists() else iter(())
    return looked(attacker, "the code", [*files(root), *past], own)


# --- the machine


@attack(THREAT, "environment", "A secret stands in the environment of a process")
async def environment(attacker: Attacker) -> str | None:
    """Of every process that serves it, and of what these have started; whoever may look at one may read it."""
    return looked(attacker, "the environment of a process", _of_processes(attacker, "environ"), machine.own(attacker))


@attack(THREAT, "command", "A secret stands on the command line of a process")
async def command(attacker: Attacker) -> str | None:
    """Which everybody on the machine may read."""
    return looked(attacker, "a command line", _of_processes(attacker, "cmdline"), machine.own(attacker))


def _of_processes(attacker: Attacker, name: str) -> Iterator[tuple[str, bytes]]:
    for place in machine.processes(attacker):
        try:
            yield f"process {place.name}", (place / name).read_bytes()
        except ProcessLookupError:
            continue  # it has ended meanwhile
        except OSError as wrong:
            raise NotRun(f"{name} of a process cannot be read: {type(wrong).__name__}") from wrong


CORE = re.compile(r"^Max core file size +(\S+) +(\S+)", re.MULTILINE)
"""Source: proc_pid_limits(5): the soft and the hard limit."""


@attack(THREAT, "core", "A crash writes the memory of the server down, with the keys in it")
async def core(attacker: Attacker) -> str | None:
    """The limit of what a core may have is to be nothing, and not to be raised by the process itself."""
    for place in machine.processes(attacker):
        said = CORE.search((place / "limits").read_text(encoding="ascii"))
        if said is None:
            raise NotRun("the limits of a process are not told")
        attacker.keep(Exchange(f"limits of process {place.name}", said[0]))
        if said[1] != "0":
            return f"a core of process {place.name} may have {said[1]} bytes"
    return None


@attack(THREAT, "key-files", "Others of the machine may read the files of keys and secrets, or the database")
async def key_files(attacker: Attacker) -> str | None:
    """The master key, the sealed secrets, private keys, and the rows; where their folder lets others through."""
    data = machine.folder(attacker)
    if not (data / "master.key").is_file() and machine.settings(attacker).kms is None:
        raise NotRun("the master key is not where it belongs")
    for pattern in ("master.key*", "secrets.sealed", "*.pem", "*.key", "meridian.db*", "outbox"):
        for path in data.glob(pattern):
            mode = stat.S_IMODE(path.stat().st_mode)
            attacker.keep(Exchange(f"stat {path.name}", f"{mode:o}"))
            if mode & 0o077 and data.stat().st_mode & 0o011:
                return f"{path.name} may be used by others: {mode:o}"
    return None


@attack(THREAT, "settings", "A secret stands in the settings, which are no secret")
async def in_settings(attacker: Attacker) -> str | None:
    """By its value, and by its shape."""
    path = machine.folder(attacker) / "settings.toml"
    if not path.is_file():
        raise NotRun("there is no settings.toml")
    sees()
    content = path.read_bytes()
    return looked(attacker, "the settings", [(path.name, content)], machine.own(attacker)) or _shapes(
        attacker, [(path.name, content)], "the settings"
    )


@attack(THREAT, "logs", "A secret, a password or a token stands in what the server writes down")
async def logs(attacker: Attacker) -> str | None:
    """After somebody has signed in, failed to, and was refused with a token that is none."""
    own, told = machine.own(attacker), await _busy(attacker)
    return looked(attacker, "a log", machine.said(attacker), own, *told)


async def _busy(attacker: Attacker) -> tuple[leaks.Known, leaks.Known]:
    """Things are done whose secrets could be left somewhere; these."""
    wrong, forged = drawn(), drawn()
    async with attacker.signed_in("clinician") as browser:
        await browser.ask("GET", f"{FHIR}/Patient?_count=1")
    async with attacker.browser() as browser:
        await browser.ask("GET", "/api/session", headers={"Authorization": f"Bearer {forged}"})
        await browser.ask("POST", "/api/session", {"email": "nobody@verification.invalid", "password": wrong})
    tried = {"a password that was wrong": {wrong.encode()}, "a token that is none": {forged.encode()}}
    return machine.of_people(attacker), leaks.Known(tried)


@attack(THREAT, "database", "A secret, a password or a token stands in the database as it is")
async def database(attacker: Attacker) -> str | None:
    """Whoever has a copy of the rows has these as well."""
    own, told = machine.own(attacker), await _busy(attacker)
    parts = [part async for part in machine.database(attacker)]
    return looked(attacker, "the database", parts, own, *told)


# --- what is sent


@attack(THREAT, "portal", "A secret stands in the portal that everybody is sent")
async def portal(attacker: Attacker) -> str | None:
    """In every file that its page leads to, by value and shape; and what it was built from is not given."""
    sees()
    async with attacker.browser() as browser:
        parts = [part async for part in _portal(browser)]
        for name, _ in parts:
            if name.endswith(".js"):
                source = await browser.ask("GET", f"{name}.map")
                if source.status_code == 200 and "mappings" in source.text:  # noqa: PLR2004  # OK
                    return f"what {name} was built from is given"
    known = (machine.own(attacker),) if attacker.local else ()
    return looked(attacker, "the portal", parts, *known) or _shapes(attacker, parts, "the portal")


_NAMED = re.compile(r"[\"'(]((?:\./|/)?(?:assets/)?[\w.-]+\.(?:js|css|json|webmanifest))[\"')?]")


async def _portal(browser: Browser):  # type: ignore[no-untyped-def]  # noqa: ANN202  # pairs of name and content
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < MOST:
        name = waiting.pop()
        answer = await browser.ask("GET", name)
        if answer.status_code != 200:  # noqa: PLR2004  # OK
            continue
        yield name, answer.content
        for found in _NAMED.findall(answer.text):
            path = urljoin(name, found if not found.startswith("assets/") else f"/{found}")
            if path not in seen:
                seen.add(path)
                waiting.append(path)


@attack(THREAT, "figures", "A secret stands in figures or in what the server says of itself")
async def figures(attacker: Attacker) -> str | None:
    """In figures as Prometheus reads them, if there are any, and on every page that says what runs here."""
    place, secret = attacker.material.places.get("metrics", ""), attacker.material.secrets.get("metrics", "")
    paths = ("/health", "/readyz", f"{FHIR}/metadata", "/openapi.json", "/api/openapi.json", "/api/edition")
    async with attacker.browser() as browser:
        parts = [(path, (await browser.ask("GET", path)).content) for path in paths]
        if place:
            read = await browser.ask("GET", f"{place}/metrics", headers={"Authorization": f"Bearer {secret}"})
            parts.append(("/metrics", read.content))
    return looked(attacker, "what it says of itself", parts, machine.own(attacker))


BROKEN = (
    ("GET", f"{FHIR}/Nothing", b""), ("GET", f"{FHIR}/Patient?_sort=%00", b""), ("POST", f"{FHIR}/Patient", b"{"),
    ("POST", FHIR, b'{"resourceType":"Bundle","type":"batch","entry":[{}]}'), ("PUT", "/api/session", b"{}"),
    ("POST", "/api/session", b'{"email":1}'), ("POST", "/api/session", b"\xff"),
    ("GET", "/api/documents?patient=%00", b""), ("POST", "/oauth2/token", b"grant_type=x"),
    ("PATCH", f"{FHIR}/Patient/x", b"[]"), ("GET", "/socket.io/?EIO=9", b""),
)  # fmt: skip
SPOKEN = re.compile(
    rb"Traceback \(most recent|File \"/|/site-packages/|\bsecrets\.sealed\b|\bmaster\.key\b|asyncmy|sqlite3\."
)
"""What an answer would say that gives away what is behind it."""


@attack(THREAT, "answers", "A secret or the inside of the server stands in an answer that says what went wrong")
async def answers(attacker: Attacker) -> str | None:
    """By requests that are wrong in many ways, of somebody and of nobody."""
    parts = []
    async with attacker.signed_in("clinician") as somebody, attacker.browser() as nobody:
        for browser in (somebody, nobody):
            for method, path, body in BROKEN:
                kind = {"Content-Type": "application/json-patch+json" if method == "PATCH" else "application/json"}
                answer = await browser.ask(method, path, content=body or None, headers=kind if body else None)
                if answer.status_code < 400:  # noqa: PLR2004  # it was to be refused
                    continue
                parts.append((f"{method} {path}", answer.content))
                if SPOKEN.search(answer.content):
                    return f"{method} {path} tells of the inside"
    known = (machine.own(attacker),) if attacker.local else ()
    return looked(attacker, "an answer", parts, *known)
