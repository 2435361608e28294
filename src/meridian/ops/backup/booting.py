"""
Starting a restored house as a clinic would start it, in a process of its own, and asking it as a program would.

It is started to be read only: it takes no writes, works on no outbox and so sends nobody a letter a second time.
"""

import asyncio
import json
import re
import socket
import sys
from base64 import b64encode
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from meridian.faults import Unavailable

PATIENCE = 120.0
"""Seconds that it may take to answer."""
_PULSE = 0.05
_OK, _UNAVAILABLE = 200, 503
KINDS = ("Patient", "Practitioner", "Organization")
"""Kinds of which one is read; an organisation has itself at the least."""


class Asked(NamedTuple):
    """What was *said* to a question, and what is *wrong* with that; empty for nothing."""

    said: str
    wrong: str


def free_port() -> int:
    """A port of this machine's own address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ask(place: Path, organisation: str) -> tuple[Asked, Asked]:
    """
    Start the house in *place*, read a record of the *organisation* (its logical id), and try to write one.

    Raises:
        Unavailable: If it does not start or answer.
    """
    client = await _program(place, organisation)
    port = free_port()
    with (place / "drill.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *_command("serve", "--read-only", "--host", "127.0.0.1", "--port", str(port)),
            *("--origin", f"http://localhost:{port}", "--data", str(place)),
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        await _answers(process, port)
        return await asyncio.to_thread(_asked, port, client)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "meridian.cli", *words)


async def _program(place: Path, organisation: str) -> tuple[str, str]:
    """Id and secret of a program that exists in what was restored only."""
    process = await asyncio.create_subprocess_exec(
        *_command("user", "token", "drill", "--org", organisation, "--data", str(place)),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, complaint = await process.communicate()
    found = re.findall(r"client (?:id|secret) +(\S+)", said.decode())
    if process.returncode or len(found) != 2:  # noqa: PLR2004  # id and secret
        raise Unavailable(f"The restored house does not open: {_last(complaint)}")
    return found[0], found[1]


def _last(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"


async def _answers(process: asyncio.subprocess.Process, port: int) -> None:
    for _ in range(int(PATIENCE / _PULSE)):
        if process.returncode is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_PULSE)
            continue
        writer.close()
        return
    raise Unavailable("The restored house does not start")


def _asked(port: int, client: tuple[str, str]) -> tuple[Asked, Asked]:
    token = _token(port, client)
    what = _first(port, token)
    status, record = _ask(port, "GET", f"/fhir/R4/{what}", token) if what else (0, {})
    kind = what.partition("/")[0] or "record"
    well = status == _OK and record.get("resourceType") == kind
    read = Asked(kind, "" if well else f"{kind} answered {status}")
    status, _ = _ask(port, "POST", "/fhir/R4/Patient", token, b'{"resourceType":"Patient","active":true}')
    return read, Asked(str(status), "" if status == _UNAVAILABLE else f"a write answered {status}")


def _first(port: int, token: str) -> str:
    """A record that is there, as `Type/id`; empty if none is."""
    for kind in KINDS:
        _, found = _ask(port, "GET", f"/fhir/R4/{kind}?_count=1", token)
        for entry in found.get("entry", ()):
            return f"{kind}/{entry['resource']['id']}"
    return ""


def _token(port: int, client: tuple[str, str]) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    basic = b64encode(":".join(client).encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(
            "POST", "/oauth2/token", urlencode({"grant_type": "client_credentials"}), headers | _host(port)
        )
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != _OK:
            raise Unavailable(f"The restored house gives no token: {answer.status}")
        return str(json.loads(body)["access_token"])
    finally:
        connection.close()


def _ask(port: int, method: str, path: str, token: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    try:
        connection.request(method, path, body, headers | _host(port))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


def _host(port: int) -> dict[str, str]:
    return {"Host": f"localhost:{port}"}
