"""
A real server process to be tormented: started, killed, starved and restarted by its own command, on either engine.

`Site` is a data folder with one organisation and one program in it; `Served` is a server on it. `Line` is a connection
that sends what it is told, right or wrong, and says what came back.
"""

import asyncio
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from meridian.store.database import MariadbServer
from meridian.testing.browser import free_port
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

PATIENCE = 60.0
"""Seconds a server may take to start or stop on a busy machine."""
MOST_MEMORY = 3 * 2**30
"""Bytes of address space a tormented server may have, so that it and not its neighbours pays for what it takes."""
FHIR = "/fhir/R4"


class Answer(NamedTuple):
    """What came back; header names are in lower case, several of one name joined by a line break."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def problems(self) -> str:
        """What an OperationOutcome or a problem document says went wrong, and where."""
        said = self.json
        if said.get("resourceType") == "OperationOutcome":
            return "; ".join(f"{i['diagnostics']} {i.get('expression', '')}" for i in said["issue"])
        return f"{said['title']}: {said.get('detail', '')} {said.get('errors', '')}"


@dataclass(frozen=True)
class Site:
    """
    A data folder with an organisation and a program in it.

    Args:
        data: The folder.
        where: Options that name the database; none for SQLite.
        client: Id and secret of the program.
    """

    data: Path
    where: tuple[str, ...] = ()
    client: tuple[str, str] = ("", "")

    def command(self, *words: str, fails: bool = False) -> str:
        """What `meridian WORDS` says on this folder."""
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-m", "meridian.cli", *words, "--data", str(self.data)],
            capture_output=True, text=True, check=False, env=_environment(), timeout=PATIENCE,
        )  # fmt: skip
        if bool(done.returncode) is not fails:
            raise RuntimeError(f"meridian {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def program(self, name: str) -> tuple[str, str]:
        """Id and secret of a new program."""
        said = self.command("user", "token", name)
        return re.findall(r"client id +(\S+)", said)[0], re.findall(r"client secret +(\S+)", said)[0]


def settle(data: Path, database: MariadbServer | None = None) -> Site:
    """
    A new site in the folder *data*.

    Args:
        data: Made, and filled.
        database: Where records go; a SQLite file in *data* when not given.
    """
    lines = ["fhir_budget = 100_000_000"]
    if database is not None:
        secrets = Secrets(data / "secrets.sealed", create_master(data / "master.key"))
        secrets.put("mariadb/password", database.password)
        lines += ["[mariadb]", 'host = "127.0.0.1"', f"port = {database.port}", f'user = "{database.user}"',
                  f'database = "{database.database}"']  # fmt: skip
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "settings.toml").write_text("\n".join(lines), encoding="utf-8")
    site = Site(data)
    site.command("org", "add", "Torture Clinic")
    return Site(data, (), site.program("tormentor"))


def _frugal() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _environment() -> dict[str, str]:
    return os.environ | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


@dataclass
class Served:
    """A server process on a site, or a *twin* of one without that control; everything it says goes to `log`."""

    site: Site
    log: Path
    port: int = field(default_factory=free_port)
    token: str = ""
    twin: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        """As it stands in `Host`."""
        return f"localhost:{self.port}"

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self.process is not None  # noqa: S101  # started
        return self.process.pid

    def start(self, before: Callable[[], None] | None = None) -> "Served":
        """Start it, wait until it answers, and get a token; *before* runs in the new process first."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", *(("meridian.testing.twin", self.twin) if self.twin else ("meridian.cli",)),
                 "serve", "--data", str(self.site.data), "--port", str(self.port), *self.site.where],
                stdout=output, stderr=output, env=_environment(), preexec_fn=before or _frugal,  # noqa: PLW1509  # no threads
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError):
                if self.ask("GET", "/health", token="").status == 200:  # noqa: PLR2004  # OK; nobody
                    self.token = self.token or self.grant()
                    return self
            time.sleep(0.05)
        raise RuntimeError(f"The server did not start:\n{self.said()[-3000:]}")

    def grant(self) -> str:
        """A new access token for the site's program."""
        basic = b64encode(":".join(self.site.client).encode()).decode()
        form = urlencode({"grant_type": "client_credentials"}).encode()
        answer = self.ask("POST", "/oauth2/token", form, {"Authorization": f"Basic {basic}",
                          "Content-Type": "application/x-www-form-urlencoded"}, token="")  # fmt: skip
        if answer.status != 200:  # noqa: PLR2004  # OK
            raise RuntimeError(f"No token: {answer.status} {answer.body!r}")
        token: str = answer.json["access_token"]
        return token

    def ask(  # one argument for each part of a request
        self,
        method: str,
        path: str,
        body: bytes | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        token: str | None = None,
        seconds: float = PATIENCE,
    ) -> Answer:
        """One request on a connection of its own; *token* is the program's unless said, and empty for nobody."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        said = {"Host": self.host}
        if token != "" and (token or self.token):
            said["Authorization"] = f"Bearer {token or self.token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            said["Content-Type"] = "application/fhir+json"
        try:
            connection.request(method, path, body, said | dict(headers or {}))
            answer = connection.getresponse()
            names: dict[str, str] = {}
            for name, value in answer.getheaders():
                names[name.lower()] = f"{names[name.lower()]}\n{value}" if name.lower() in names else value
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def fhir(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request below the FHIR base; `If_Match="..."` is the header If-Match."""
        return self.ask(method, f"{FHIR}{path}", body, {k.replace("_", "-"): v for k, v in headers.items()})

    def raw(self, octets: bytes, *, seconds: float = 20.0) -> Answer:
        """What is said to *octets*; status 0 when the connection was closed without a word."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(octets)
            return _parsed(_whole(line))

    def said(self) -> str:
        """Everything it has written to stdout and stderr."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def resident_mb(self, *, most: bool = False) -> float:
        """Resident memory, or the *most* it has ever been, in MB."""
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.findall(rf"{'VmHWM' if most else 'VmRSS'}:\s+(\d+)", text)[0]) / 1000

    def forget_most(self) -> None:
        """Begin anew with the most memory it has ever had."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")

    def kill(self) -> None:
        """As a power cut would."""
        self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
        self.process = None


@contextmanager
def served(site: Site, log: Path) -> Iterator[Served]:
    """A running server on *site*."""
    server = Served(site, log).start()
    try:
        yield server
    finally:
        server.stop()


def _whole(line: socket.socket) -> bytes:
    parts = []
    with suppress(ConnectionError, TimeoutError):
        while part := line.recv(65536):
            parts.append(part)
            head, _, body = b"".join(parts).partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if length and len(body) >= int(length[1]):
                break
    return b"".join(parts)


def _parsed(octets: bytes) -> Answer:
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Answer(int(first[9:12] or 0), {name.lower(): value for name, _, value in pairs}, body)


class Line:
    """A kept connection of a load: asynchronous, and cheap enough for a thousand of them."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """
        One request.

        Raises:
            OSError, EOFError: If the server has gone; nothing is known of what became of it then.
        """
        if self._pair is None:
            self._pair = await asyncio.open_connection("127.0.0.1", self._server.port, limit=2**24)
        reader, writer = self._pair
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._server.host}"]
        lines += [f"Authorization: Bearer {self._server.token}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body:
            lines += [f"Content-Length: {len(body)}"]
            lines += [] if "Content_Type" in headers else ["Content-Type: application/fhir+json"]
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            head = _parsed(await reader.readuntil(b"\r\n\r\n"))
            content = await reader.readexactly(int(head.headers.get("content-length", 0)))
        except (OSError, EOFError):
            self.close()
            raise
        if head.headers.get("connection") == "close":
            self.close()
        return head._replace(body=content)

    def close(self) -> None:
        """Let go."""
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None
