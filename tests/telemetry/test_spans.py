"""Traces, to a real collector over HTTP."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from meridian.jobs.watching import watched
from meridian.settings import BadSettings, Tracing
from meridian.store.outbox import Job
from meridian.store.sqlite import Sqlite
from meridian.telemetry import spans, trace
from meridian.telemetry.otlp import Exporter
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio
HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector:
    """Takes OTLP over HTTP on a free port, and keeps it."""

    def __init__(self) -> None:
        said = self.said = []  # type: list[tuple[str, str, Any]]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the library's name
                body = self.rfile.read(int(self.headers["content-length"]))
                said.append((self.path, self.headers["content-type"], json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def spans(self) -> list[dict[str, Any]]:
        return [
            span
            for _, _, body in self.said
            for resource in body["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.close()


@pytest.fixture
def exporter(collector: Collector) -> Iterator[Exporter]:
    made = Exporter(collector.url, "meridian-pms", "0")
    spans.begin(made, 0.0)
    yield made
    spans.end()


async def deliver(exporter: Exporter) -> None:
    async with httpx.AsyncClient() as client:
        await exporter.deliver(client)


async def test_a_request_a_job_and_a_call_arrive_as_the_protocol_has_them(
    collector: Collector, exporter: Exporter, sqlite_engine: Sqlite
) -> None:
    clinic = Clinic(sqlite_engine)

    async def call(_: Job) -> None:
        with spans.span("partner medtrack", spans.CLIENT, server_address="medtrack"):
            pass

    async with clinic.client(clinic.sign_in("clinician", "Practitioner/doc")) as doctor:
        await doctor.get("/fhir/R4/Patient/canary-id?x=1", headers={"traceparent": HEADER})
    await watched(Job(1, 1, "notify", "Patient/canary", 0, 0, {}, HEADER), call)
    await deliver(exporter)

    [(path, kind, body)] = collector.said
    assert (path, kind) == ("/v1/traces", "application/json")
    attributes = {one["key"]: one["value"] for one in body["resourceSpans"][0]["resource"]["attributes"]}
    assert attributes["service.name"] == {"stringValue": "meridian"}
    request, partner, job = collector.spans
    assert (request["name"], request["kind"]) == ("GET /fhir/R4/{type}/{id}", spans.SERVER)
    assert {one["traceId"] for one in collector.spans} == {HEADER.split("-")[1]}
    assert request["parentSpanId"] == job["parentSpanId"] == HEADER.split("-")[2]
    assert partner["parentSpanId"] == job["spanId"]
    assert int(request["endTimeUnixNano"]) > int(request["startTimeUnixNano"])
    said = {one["key"]: one["value"] for one in request["attributes"]}
    assert said["http.response.status_code"] == {"intValue": "404"}
    assert "canary" not in json.dumps(collector.said)


async def test_a_caller_decides_about_its_own_trace(collector: Collector, exporter: Exporter) -> None:
    for said in (HEADER, HEADER[:-2] + "00", ""):
        spans.ended(trace.begun(said), "x", spans.SERVER, 1, {}, failed=False)
    await deliver(exporter)

    assert len(collector.spans) == 1


async def test_of_others_a_share_is_taken_and_all_parts_of_one_agree() -> None:
    class Kept:
        def __init__(self) -> None:
            self.spans: list[spans.Span] = []

        def take(self, span: spans.Span) -> None:
            self.spans.append(span)

    kept = Kept()
    spans.begin(kept, 0.25)
    for _ in range(400):
        here = trace.begun()
        for _ in range(2):
            spans.ended(here, "x", spans.SERVER, 1, {}, failed=False)
    spans.end()

    assert 40 < len(kept.spans) / 2 < 180
    assert len(kept.spans) == 2 * len({one.trace for one in kept.spans})


async def test_a_collector_that_is_away_costs_nothing_but_its_spans() -> None:
    exporter = Exporter("http://127.0.0.1:9", "meridian-pms", "0")
    spans.begin(exporter, 1.0)
    for _ in range(10_000):
        spans.ended(trace.begun(), "x", spans.SERVER, 1, {}, failed=False)
    spans.end()

    await deliver(exporter)

    assert len(exporter._waiting) < 4096


def test_nothing_of_it_is_loaded_while_it_is_off() -> None:
    program = "import sys, meridian.telemetry.spans, meridian.web.asgi; print('meridian.telemetry.otlp' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  # our own

    assert said.stdout.strip() == "False"


@pytest.mark.parametrize(
    "wrong", [("http://collector.example", 0.1), ("ftp://127.0.0.1", 0.1), ("https://c.example", 2)]
)
def test_traces_leave_the_machine_by_tls_only(wrong: tuple[str, float]) -> None:
    with pytest.raises(BadSettings, match="tracing"):
        Tracing(*wrong)
