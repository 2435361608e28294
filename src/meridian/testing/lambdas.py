"""
Lambda as its own runtime client sees it: an HTTP API that gives out events and takes answers.

The client (`awslambdaric`) is the one that runs in AWS. It reads the headers of an event in C and ends with a
segmentation fault where one of them is missing, so all of them are sent.

Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from typing import Any, NamedTuple

REGION = "us-east-1"
_NEXT = "/2018-06-01/runtime/invocation/next"
PATIENCE = 90.0
"""Seconds for an answer, on a busy machine."""


class Answer(NamedTuple):
    """What a call gave: `response`, or `error` with its type and message."""

    kind: str
    said: Any


@dataclass
class Run:
    """
    What one process of Lambda did.

    Args:
        answers: To each event, in order.
        log: All that it wrote.
        took: Seconds of each call; the first one has the start in it.
        memory: Bytes it had at most, as the kernel counts them.
    """

    answers: list[Answer] = field(default_factory=list)
    log: str = ""
    took: list[float] = field(default_factory=list)
    memory: int = 0

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log that are JSON."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]


class _Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, events: Sequence[Any], seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.events: queue.Queue[tuple[int, Any]] = queue.Queue()
        for numbered in enumerate(events):
            self.events.put(numbered)
        self.seconds = seconds
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.over = Event()


class _Calls(BaseHTTPRequestHandler):
    server: _Api
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The next event; after the last one, nothing for as long as the process lives."""
        try:
            number, event = self.server.events.get_nowait()
        except queue.Empty:
            self.server.over.wait()
            return
        body = json.dumps(event).encode()
        self.send_response(200)
        deadline = int((time.time() + self.server.seconds) * 1000)
        for name, value in {
            "Lambda-Runtime-Aws-Request-Id": f"8476a536-e9f4-11e8-9739-2dfe598c{number:04}",
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:123456789012:function:tested",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
            "Lambda-Runtime-Client-Context": "{}",
            "Lambda-Runtime-Cognito-Identity": "{}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """An answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kind = self.path.rpartition("/")[2]
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answers.put(Answer(kind, json.loads(body) if body else None))

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is asked is seen by what comes of it."""


def run(
    handler: str, events: Sequence[Any], *, package: Path, environment: Mapping[str, str], seconds: float = 300.0
) -> Run:
    """
    Call *handler* with each of the *events*, one after the other, in one process of Lambda's own client.

    Args:
        handler: As `functions.reminders.handler.handler`.
        events: What it is called with.
        package: The folder that it is imported from.
        environment: What it has besides what Lambda sets; nothing of this process's own but its path.
        seconds: That each call has.

    Raises:
        RuntimeError: If the process ends, or does not answer, with what it wrote.
    """
    api = _Api(events, seconds)
    Thread(target=api.serve_forever, daemon=True).start()
    done = Run()
    with TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  # the client and the handler under test
            [sys.executable, "-m", "awslambdaric", handler],
            cwd=package,
            env=_environment(api.server_port, package, handler) | dict(environment),
            stdout=log,
            stderr=log,
        )
        try:
            for _ in events:
                began = time.monotonic()
                done.answers.append(_answered(api, process))
                done.took.append(time.monotonic() - began)
            done.memory = _peak(process.pid)
        except queue.Empty:
            log.seek(0)
            raise RuntimeError(f"{handler} does not answer: {log.read().decode(errors='replace')[-4000:]}") from None
        finally:
            process.terminate()
            process.wait()
            api.over.set()
            api.shutdown()
            api.server_close()
        log.seek(0)
        done.log = log.read().decode(errors="replace")
    return done


def _answered(api: _Api, process: "subprocess.Popen[bytes]") -> Answer:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return api.answers.get(timeout=0.2)
        except queue.Empty:
            if process.poll() is not None or time.monotonic() > until:
                raise


def _environment(port: int, package: Path, handler: str) -> dict[str, str]:
    """What Lambda sets. Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html."""
    name = handler.split(".")[1]
    return {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/22/[$LATEST]tested",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "LAMBDA_TASK_ROOT": str(package),
        "_HANDLER": handler,
        "TZ": ":UTC",
    }


def _peak(process: int) -> int:
    """Most bytes that a process had at once; 0 where the kernel does not say."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) * 1024 if found else 0
