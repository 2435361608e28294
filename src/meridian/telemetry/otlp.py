"""
Traces for a collector: OTLP over HTTP, as JSON, in batches and without anybody waiting.

The protocol is written here in a page, so that traces need no packages: OpenTelemetry's own are eleven. What cannot be
delivered is dropped: a trace is no record. Source: opentelemetry.io/docs/specs/otlp, 1.5 (JSON encoding, OTLP/HTTP).
"""

import asyncio
import logging
from collections import deque
from typing import Any

import msgspec

from meridian.telemetry.spans import Span, Value

PAUSE = 2.0
"""Seconds between batches."""
BATCH = 512
MOST = 4096
"""Spans that wait at most; then the oldest are dropped."""
DEADLINE = 5.0
"""Seconds for one batch."""
UNSET, ERROR = 0, 2
"""Source: opentelemetry-proto, trace.proto, Status.StatusCode."""

_log = logging.getLogger("meridian.telemetry")


class Exporter:
    """
    Takes spans to a collector.

    Args:
        endpoint: Base address, as `http://127.0.0.1:4318`.
        edition, version: Of what runs here.
    """

    def __init__(self, endpoint: str, edition: str, version: str) -> None:
        self._url = endpoint.rstrip("/") + "/v1/traces"
        self._resource = {
            "service.name": "meridian",
            "service.version": version,
            "deployment.environment.name": edition,
        }
        self._waiting: deque[Span] = deque(maxlen=MOST)
        self._away = False

    def take(self, span: Span) -> None:
        """One that has ended."""
        self._waiting.append(span)

    async def run(self) -> None:
        """Deliver again and again, until it is cancelled; then a last time."""
        import httpx  # noqa: PLC0415  # 0.15 s that a start without traces need not wait for

        async with httpx.AsyncClient(timeout=DEADLINE, trust_env=False, follow_redirects=False) as client:
            try:
                while True:
                    await asyncio.sleep(PAUSE)
                    await self.deliver(client)
            finally:
                await self.deliver(client)

    async def deliver(self, client: Any) -> None:
        """Deliver what waits."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                answer = await client.post(
                    self._url, content=self.encoded(batch), headers={"content-type": "application/json"}
                )
                answer.raise_for_status()
            except Exception as wrong:  # noqa: BLE001  # whatever it is, nobody waits for traces
                self._say(type(wrong).__name__)
                return
            self._away = False

    def _say(self, why: str) -> None:
        """Once, until it is back."""
        if not self._away:
            _log.warning("traces are not taken: %s", why)
        self._away = True

    def encoded(self, batch: list[Span]) -> bytes:
        """A batch as the protocol has it."""
        scope = {"scope": {"name": "meridian"}, "spans": [_span(one) for one in batch]}
        return msgspec.json.encode(
            {"resourceSpans": [{"resource": {"attributes": _attributes(self._resource)}, "scopeSpans": [scope]}]}
        )


def _span(one: Span) -> dict[str, Any]:
    """Numbers of 64 bits are texts in JSON."""
    said: dict[str, Any] = {
        "traceId": one.trace,
        "spanId": one.id,
        "name": one.name,
        "kind": one.kind,
        "startTimeUnixNano": str(one.start),
        "endTimeUnixNano": str(one.end),
        "attributes": _attributes(one.said),
        "status": {"code": ERROR if one.failed else UNSET},
    }
    if one.parent:
        said["parentSpanId"] = one.parent
    return said


def _attributes(said: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in said.items()]


def _value(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": value}
