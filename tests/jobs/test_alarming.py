"""Alarms told to others: signed, only where the settings say, and tried until they are heard."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from meridian.audit.entry import Entry
from meridian.audit.log import sequence
from meridian.identity.ringing import TOPIC, ring
from meridian.jobs.alarming import SECRET, Herald, Unheard
from meridian.jobs.worker import Worker
from meridian.medications.partners.allowed import NotAllowed
from meridian.settings.oversight import Oversight
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.outbox import Job
from meridian.testing import monitor
from meridian.vault.secrets import Secret

pytestmark = pytest.mark.anyio
NOW = 1_793_000_000_000
KEY = b"0123456789abcdef0123456789abcdef"
SAID = {"kind": "own-family", "account": "account-7", "request": "request-9", "time": NOW - 1}


class Heard:
    """A place that hears of alarms, and answers as it is told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers = [204]
        heard = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                heard.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(heard.answers.pop(0) if len(heard.answers) > 1 else heard.answers[0])
                self.send_header("location", "http://169.254.169.254/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def heard() -> Iterator[Heard]:
    made = Heard()
    yield made
    made.server.shutdown()
    made.server.server_close()


def secret(name: str) -> Secret:
    assert name == SECRET
    return Secret("whsec_" + base64.b64encode(KEY).decode())


def job(to: str) -> Job:
    return Job(17, 3, TOPIC, to, NOW, 0, {"to": to, **SAID})


def herald(url: str, **said: Any) -> Herald:
    hosts = ("127.0.0.1", "hooks.example", "localhost")
    return Herald(Oversight(hosts=hosts, webhook=url, alertmanager=url), secret, lambda: NOW, **said)


async def test_a_webhook_is_signed_and_timed_and_holds_codes_and_ids_only(heard: Heard) -> None:
    await herald(heard.url + "/hook")(job("webhook"))

    [(path, headers, body)] = heard.requests
    signed = hmac.new(KEY, f"alarm-17.{NOW // 1000}.".encode() + body, hashlib.sha256).digest()
    assert (path, headers["webhook-id"], headers["webhook-timestamp"]) == ("/hook", "alarm-17", str(NOW // 1000))
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
    assert json.loads(body) == {
        "type": "alarm",
        "timestamp": "2026-10-26T07:33:19.999Z",
        "data": {"kind": "own-family", "account": "account-7", "request": "request-9", "organisation": 3},
    }


@pytest.mark.parametrize("answer", [302, 400, 500])
async def test_what_is_not_taken_is_a_failure_and_a_redirect_is_not_followed(heard: Heard, answer: int) -> None:
    heard.answers = [answer]

    with pytest.raises(Unheard, match=str(answer)):
        await herald(heard.url)(job("webhook"))

    assert len(heard.requests) == 1


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
async def test_a_name_that_leads_into_a_private_network_is_not_reached(heard: Heard, address: str) -> None:
    async def resolver(_: str, __: int) -> list[str]:
        return [address]

    with pytest.raises(NotAllowed):
        await herald("https://hooks.example/x", resolver=resolver)(job("webhook"))

    assert heard.requests == []


async def test_nothing_is_sent_where_nothing_is_set(heard: Heard) -> None:
    idle = Herald(Oversight(), secret, lambda: NOW)

    await idle(job("webhook"))
    await idle(job("alertmanager"))

    assert heard.requests == []


async def test_an_alarm_waits_in_the_outbox_until_it_is_heard_and_names_no_patient(
    engine: Engine, heard: Heard
) -> None:
    heard.answers, engine.sequencer = [500, 204], sequence
    alert = Entry(3, NOW, "alert-own-family", account="a7", who="Practitioner/x", patient="p1", what="Patient/p1")
    await engine.write(lambda: ring(alert))
    at = [NOW]
    worker = Worker(engine, {TOPIC: herald(heard.url)}, (), clock=lambda: at[0])

    await worker.until_idle()
    tried = len(heard.requests)
    at[0] += 3_600_000
    await worker.until_idle()

    assert (tried, len(heard.requests)) == (2, 3)
    assert {path for path, _, _ in heard.requests} == {"/", "/api/v2/alerts"}
    assert await engine.read(outbox.failed) == []
    assert all(b"p1" not in body and b"Practitioner" not in body for _, _, body in heard.requests)


async def test_an_alertmanager_takes_an_alarm() -> None:
    if reason := monitor.missing("prometheus-alertmanager", "amtool", "prometheus", "promtool"):
        pytest.skip(reason)
    made = monitor.Monitor("127.0.0.1:9")
    try:
        url = f"http://127.0.0.1:{made.start_alertmanager().alerts}"
        await herald(url)(job("alertmanager"))
        found = made.tool("amtool", "--alertmanager.url", url, "alert", "query", "-o", "json")
    finally:
        made.close()

    [alert] = json.loads(found.stdout)
    assert alert["labels"] == {
        "alertname": "MeridianAlarm", "kind": "own-family", "severity": "ticket", "organisation": "3",
    }  # fmt: skip
