"""
A Janus of one's own, from the files that production has, on free ports of this machine in a folder of its own.

What a test changes is `_place`: ports, and that media go over the loopback interface, which Janus leaves out unless
told. `strayed` finds in production's files what only a test, or nobody, may have.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from meridian.settings import Janus as Settings
from meridian.telehealth.media.wire import PLUGIN, Refused
from meridian.testing.ports import free_ports, listening

ADMIN_KEY = "a-made-up-key-that-makes-rooms-for-seconds"
TOKEN_SECRET = "a-made-up-secret-that-signs-tokens-for-seconds"  # noqa: S105  # as it says
PRODUCTION = Path(__file__).resolve().parents[3] / "deploy" / "janus"
PATIENCE = 20
"""Seconds it may take to start or stop."""

LOOPBACK = 'ice_enforce_list = "127.0.0.1"'
"""Media go over the loopback interface alone: for tests."""
FORBIDDEN = (
    r"ice_enforce_list\s*=", r"no_webrtc_encryption\s*=", r"admin_secret\s*=", r"admin_(http|https|ws|wss)\s*=\s*true",
    r"allow_force_relay", r"token_auth\s*=\s*false", r"room-", r"api_secret\s*=", r"turn_(user|pwd|rest_api)",
    r"(?:^|\s)(?:ws_)?ip\s*=\s*\"(?!127\.0\.0\.1\")", r"broadcast\s*=\s*true",
)  # fmt: skip
"""Patterns of what production's files never say; each opens a door or is of one machine."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return "" if _found("janus") else "Janus is not installed (apt-get install janus janus-tools)"


def production() -> dict[str, str]:
    """Production's files: text by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(PRODUCTION.glob("*.jcfg"))}


class Gateway:
    """
    A running Janus.

    Args:
        files: The files it runs by; production's.
    """

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-janus-"))
        self.recordings = self.folder / "recordings"
        self.recordings.mkdir()
        self.http, self.websocket = free_ports(2)
        conf = self.folder / "conf"
        conf.mkdir()
        for name, text in (files or production()).items():
            (conf / name).write_text(self._place(text), encoding="utf-8")
        self.start()

    @property
    def settings(self) -> Settings:
        """How Meridian is told of it; the vault is to hold `ADMIN_KEY` and `TOKEN_SECRET` under the usual names."""
        return Settings(url=f"http://127.0.0.1:{self.http}/janus", recordings=str(self.recordings))

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def process_id(self) -> int:
        """Of the running gateway."""
        return self._process.pid

    @property
    def listens(self) -> set[tuple[str, int]]:
        """Addresses and ports on which it takes connections."""
        return listening(self.process_id)

    def start(self) -> None:
        """Start it, on the same ports as before, and wait until it answers."""
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the system's own, with files of ours
                [_found("janus"), "--configs-folder", str(self.folder / "conf")],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if _listens(self.http) and _listens(self.websocket):
                return
            time.sleep(0.05)
        said = self.log[-2000:]
        self.close()
        raise RuntimeError(f"Janus did not start: {said}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, text: str) -> str:
        ours = {"@secret:janus/admin-key@": ADMIN_KEY, "@secret:janus/token-secret@": TOKEN_SECRET}
        ours |= {"port = 8088": f"port = {self.http}", "ws_port = 8188": f"ws_port = {self.websocket}"}
        ours |= {'ice_ignore_list = "vmnet"': LOOPBACK}
        for here, there in ours.items():
            text = text.replace(here, there)
        return text


class Browser:
    """
    Somebody who talks to a gateway as a page does: by its websocket, with nothing but what they were given.

    Args:
        socket: Open.
        token: Sent with every request; `None`: none is.
    """

    def __init__(self, socket: ClientConnection, token: str | None) -> None:
        self._socket = socket
        self._signed = {} if token is None else {"token": token}
        self._session: dict[str, Any] = {}

    async def begin(self) -> None:
        """
        Have a session.

        Raises:
            Refused: If the gateway says no; so from every method.
        """
        said = await self.ask({"janus": "create"})
        self._session = {"session_id": said["data"]["id"]}

    async def attach(self, plugin: str = PLUGIN) -> int:
        """A handle on a plugin."""
        said = await self.ask({"janus": "attach", "plugin": plugin})
        return int(said["data"]["id"])

    async def say(self, handle: int, body: dict[str, Any]) -> dict[str, Any]:
        """What the plugin answers."""
        said, _ = await self.told(handle, body)
        return said

    async def told(
        self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], str]:
        """What the plugin answers, and the description of a session that comes with it."""
        words = {"janus": "message", "handle_id": handle, "body": body} | ({"jsep": jsep} if jsep else {})
        answer = await self.ask(words)
        said: dict[str, Any] = answer["plugindata"]["data"]
        if "error_code" in said:
            raise Refused(said["error_code"])
        return said, str(answer.get("jsep", {}).get("sdp", ""))

    async def join(self, room: str, feed: str, pin: str | None, handle: int = 0) -> dict[str, Any]:
        """Be in a room, to send, by a handle of rooms or a new one."""
        body = {"request": "join", "ptype": "publisher", "room": room, "id": feed}
        return await self.say(handle or await self.attach(), body if pin is None else body | {"token": pin})

    async def ask(self, words: dict[str, Any]) -> dict[str, Any]:
        """What the gateway answers in the end."""
        transaction = secrets.token_hex(8)
        await self._socket.send(json.dumps({**words, **self._session, **self._signed, "transaction": transaction}))
        while True:
            said: dict[str, Any] = json.loads(await self._socket.recv())
            if said["janus"] == "error":
                raise Refused(said["error"]["code"])
            if said.get("transaction") == transaction and said["janus"] != "ack":
                return said


@asynccontextmanager
async def browser(gateway: Gateway, token: str | None) -> AsyncIterator[Browser]:
    """A page with a session at the gateway, if it gets one."""
    url = f"ws://127.0.0.1:{gateway.websocket}/"
    async with connect(url, subprotocols=[Subprotocol("janus-protocol")], proxy=None) as socket:
        page = Browser(socket, token)
        await page.begin()
        yield page


def strayed(text: str) -> list[str]:
    """What one of production's files says that only a test may say, or nobody."""
    said = re.sub(r"#.*", "", text)
    return [found[0].strip() for pattern in FORBIDDEN if (found := re.search(pattern, said))]


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/local/bin") or ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
