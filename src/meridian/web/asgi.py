"""
The one way through: every request passes here, in this order, and every answer leaves here.

host served → true address → cross-site refusal → surface (`/fhir/R4`, `/api`, portal, …), which spends from its budget
and authenticates. Security headers, the request's id and `no-store` are put on whatever comes back, faults included.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import TypeAlias

from meridian.access.chart import Chart
from meridian.access.exports import Exports
from meridian.access.files import PIECE, Files
from meridian.access.signing_in import subject_of
from meridian.access.subject import Subject
from meridian.counting import Counter
from meridian.faults import Fault, NotFound, Unauthenticated, Unsupported
from meridian.identity.facts import Caller, Identity
from meridian.settings import Role
from meridian.telemetry import trace
from meridian.web import faults, health, watching
from meridian.web.exchange import UNMATCHED, Answer, Asgi, Header, Message, Receive, Request, Scope, Send, joined
from meridian.web.faults import Misdirected
from meridian.web.fhir.offering import Operations
from meridian.web.fhir.service import PREFIX, Fhir
from meridian.web.middleware.addresses import client_address, networks
from meridian.web.middleware.authentication import token_of
from meridian.web.middleware.cross_site import CrossSite
from meridian.web.middleware.headers import NO_STORE, security_headers
from meridian.web.middleware.hosts import Hosts
from meridian.web.middleware.rates import (
    ANONYMOUS_BUDGET,
    API_BUDGET,
    FHIR_BUDGET,
    PATIENT_SEARCH_BUDGET,
    Budget,
    Rates,
)
from meridian.web.middleware.request_id import HEADER as REQUEST_ID
from meridian.web.middleware.request_id import request_id
from meridian.web.portal import FOLDER, Portal
from meridian.web.purpose import purpose_of

Surface: TypeAlias = Callable[[Request], Awaitable[Answer]]

UPLOADS = "/api/documents/uploads/"
"""Where a PATCH carries a piece of a file, of at most `PIECE` bytes, which is passed on as it comes."""
API_BODY = 256 * 1024
"""Bytes of a body under `/api`, house policy; the largest is a passkey's attestation."""
IMPORT_BODY = 16 * 1024 * 1024
"""Bytes of a file that is imported at the portal; a larger one comes by the command line."""

SHARE = b"x-meridian-share"
"""Names the share through which a record of another organisation is read (docs/sharing.md)."""
LONGEST_SHARE = 64

SOCKETS = "/socket.io/"
"""Where websockets are taken."""

BODIES = {"/api/imports": IMPORT_BODY, "/api/results/intake": IMPORT_BODY}
"""Paths whose bodies may be larger."""

_log = logging.getLogger("meridian.web")


async def _nothing() -> None:
    return None


def _well() -> str:
    return "ok"


@dataclass(frozen=True, slots=True)
class Parts:
    """
    What the application is made of; built by `meridian.app`.

    Args:
        chart: The one door, for a subject.
        authenticate: Who stands behind an access token; raises `Unauthenticated`.
        recognise: The same without counting as activity, for rate limits, which must not keep a session awake.
        api: Builds the application under `/api` and `/oauth2`, when it is first asked for.
        keys: The JWKS document of our token keys, as JSON.
        public_origin: Scheme, host and port that people see.
        hosts: Other host names that are served.
        proxies: Addresses and networks whose `X-Forwarded-For` is believed.
        fhir_budget: FHIR requests a minute per subject.
        api_budget: Requests a minute to `/api/` per subject.
        files: The bytes of documents.
        exports: Exports of many records.
        operations: FHIR operations that the clinic's work offers, by type and name.
        counter: Where requests are counted; `None` is this process's memory.
        portal: Folder of the portal's files.
        sockets: Carries websockets; `None` takes none.
        live: Whether they hear of other processes: `ok`, `degraded` or `draining`.
        needs: What must answer for this process to be sent anything, by name.
        role: Which part of the platform this process is.
        grace: Seconds for which it says that it is leaving before it listens no more.
        start, drain, stop: Run when the server starts, before it lets its connections go, and when it stops.
    """

    chart: Callable[[Subject], Chart]
    authenticate: Callable[[str], Awaitable[Identity]]
    recognise: Callable[[str], Awaitable[Identity]]
    api: Callable[[], Asgi]
    keys: Callable[[], Awaitable[bytes]]
    public_origin: str
    hosts: Iterable[str] = ()
    proxies: Iterable[str] = ()
    fhir_budget: int = FHIR_BUDGET
    api_budget: int = API_BUDGET
    files: Files | None = None
    exports: Exports | None = None
    operations: Operations = field(default_factory=dict)
    counter: Counter | None = None
    portal: Path = FOLDER
    sockets: Asgi | None = None
    live: Callable[[], str] = _well
    needs: Mapping[str, health.Need] = field(default_factory=dict)
    role: Role = Role.ALL
    grace: float = 0.0
    start: Callable[[], Awaitable[None]] = field(default=_nothing)
    drain: Callable[[], Awaitable[None]] = field(default=_nothing)
    stop: Callable[[], Awaitable[None]] = field(default=_nothing)


class App:
    """The ASGI application."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._hosts = Hosts(parts.public_origin, parts.hosts)
        self._cross_site = CrossSite(parts.public_origin)
        self._proxies = networks(parts.proxies)
        self._headers = security_headers(parts.public_origin)
        self._rates = Rates(parts.counter)
        self._fhir_budget = Budget("fhir", parts.fhir_budget, is_fair=True)
        self._api_budget = Budget("api", parts.api_budget)
        self._fhir = Fhir(parts.public_origin.rstrip("/") + PREFIX, parts.operations, parts.files, parts.exports)
        self._portal = Portal(parts.portal)
        self._ready = health.Readiness(parts.needs)
        self._api: Asgi | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's scope."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._websocket(scope, receive, send)

    def leave(self) -> float:
        """Say from now on that nothing is to be sent here any more; for how many seconds that is to be said."""
        self._ready.is_leaving = True
        return self._parts.grace

    async def drain(self) -> None:
        """Tell those who are connected that the server is about to stop."""
        await self._parts.drain()

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a websocket of a served host through, with the true address of whoever opens it."""
        said = joined(scope["headers"])
        try:
            self._hosts.check(said.get(b"host", b"").decode("latin-1"))
        except Misdirected:
            sockets = None
        else:
            is_served = self._parts.role.carries and scope["path"].startswith(SOCKETS)
            sockets = self._parts.sockets if is_served else None
        if sockets is None:
            await send({"type": "websocket.close", "code": 1008})
            return
        scope["client"] = (self._address(scope, said.get(b"x-forwarded-for", b"").decode("latin-1")), 0)
        parent = said.get(b"traceparent", b"").decode("latin-1")
        trace.current.set(trace.begun(parent, address=scope["client"][0]))
        await sockets(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = self._request(scope, receive)
        began = watching.begin(request)
        try:
            await self._answered(request, receive, send)
        finally:
            watching.end(request, began)

    async def _answered(self, request: Request, receive: Receive, send: Send) -> None:
        answer = Answer(0)
        try:
            if request.path in health.PATHS:
                request.surface, request.route = "health", request.path
                answer = await self._healthy(request.path)
            else:
                self._hosts.check(request.header(b"host"))
                self._is_ours()
                self._cross_site.check(request)
                if request.path.startswith(("/api/", "/oauth2/")):
                    await self._through_api(request, receive, send)
                    return
                answer = await self._surface(request.path)(request)
        except Exception as fault:  # noqa: BLE001  # whatever it is, the caller gets an answer and we get its trace
            answer = self._faulty(request, fault)
        if request.answered:
            return
        await self._send(request, answer, send)

    def _is_ours(self) -> None:
        if not self._parts.role.answers:
            raise NotFound("There is nothing here")

    async def _healthy(self, path: str) -> Answer:
        if path == health.READY:
            return await self._ready.answer()
        return health.answer(self._parts.live())

    def _request(self, scope: Scope, receive: Receive) -> Request:
        request = Request(scope, receive, request_id(), "")
        request.address = self._address(scope, request.header(b"x-forwarded-for") if self._proxies else "")
        request.trace = trace.begun(request.header(b"traceparent"), request.id, request.address)
        return request

    def _address(self, scope: Scope, forwarded: str) -> str:
        client = scope.get("client")
        return client_address(client[0] if client else "", forwarded, self._proxies)

    def _surface(self, path: str) -> Surface:
        if path.startswith(PREFIX):
            return self._answer_fhir
        if path == "/.well-known/jwks.json":
            return self._answer_keys
        if path.startswith(SOCKETS):
            raise Unsupported("Only websockets are taken here")
        if path.startswith(("/fhir", "/.well-known/", "/api", "/oauth2", "/metrics")):
            raise NotFound("There is nothing here")
        return self._answer_portal

    async def _answer_portal(self, request: Request) -> Answer:
        request.surface, request.route = (
            "portal",
            "/assets/{file}" if request.path.startswith("/assets/") else "/{page}",
        )
        return await self._portal.answer(request)

    async def _answer_fhir(self, request: Request) -> Answer:
        request.surface = "fhir"
        if self._fhir.is_public(request.path):
            request.route = request.path
            told = await self._rates.spend(Budget("anonymous", ANONYMOUS_BUDGET), request.address)
            answer = self._fhir.describe(request)
        else:
            subject = await self._subject(request)
            told = await self._rates.spend(self._fhir_budget, subject.account)
            chart = self._parts.chart(subject)
            if share := request.header(SHARE):
                chart = await chart.through(share[:LONGEST_SHARE])
            answer = await self._fhir.answer(chart, request)
        answer.headers += told
        return answer

    async def _subject(self, request: Request) -> Subject:
        try:
            identity = await self._parts.authenticate(token_of(request))
        except Unauthenticated:
            await self._rates.spend(Budget("anonymous", ANONYMOUS_BUDGET), request.address)
            raise
        return subject_of(identity, Caller(request.address, request.agent, request.id), purpose_of(request))

    async def _answer_keys(self, request: Request) -> Answer:
        request.surface, request.route = "keys", request.path
        await self._rates.spend(Budget("anonymous", ANONYMOUS_BUDGET), request.address)
        headers = [(b"content-type", b"application/jwk-set+json"), (b"cache-control", b"public, max-age=300")]
        return Answer(200, headers, await self._parts.keys())

    async def _through_api(self, request: Request, receive: Receive, send: Send) -> None:
        """Let the application under `/api` answer: with its whole body read, and our headers on what it says."""
        request.surface = "api"
        told = await self._spend_api(request)
        if request.method == "PATCH" and request.path.startswith(UPLOADS):
            body = request.stream(PIECE)
        else:
            body = _replay(await request.body(BODIES.get(request.path, API_BODY)), receive)
        scope = dict(request.scope)
        scope["meridian.request"] = request.id
        scope["client"] = (request.address, 0)
        if self._api is None:
            self._api = self._parts.api()
        try:
            await self._api(scope, body, self._adorned(request, told, send))
        finally:
            request.route = getattr(scope.get("route"), "path", UNMATCHED)

    async def _spend_api(self, request: Request) -> list[Header]:
        who = await self._account(request) or f"@{request.address}"
        told = await self._rates.spend(self._api_budget, who)
        if request.path == "/api/patients/search":
            told = await self._rates.spend(Budget("patient-search", PATIENT_SEARCH_BUDGET), who)
        return told

    async def _account(self, request: Request) -> str:
        """The account that a good token stands for; empty without one, which the surface then judges."""
        try:
            return (await self._parts.recognise(token_of(request))).account
        except Unauthenticated:
            return ""

    def _faulty(self, request: Request, fault: Exception) -> Answer:
        shown = faults.face(fault)
        if not isinstance(fault, Fault):
            _log.error("request %s crashed: %s at %s", request.id, type(fault).__name__, _frames(fault))
        if request.path.startswith("/fhir"):
            media, body = faults.OPERATION_OUTCOME, faults.fhir_body(fault)
        else:
            media, body = faults.PROBLEM, faults.problem_body(fault, request.id)
        return Answer(shown.status, [(b"content-type", media), *faults.headers(fault)], body)

    def _around(self, request: Request, headers: list[Header]) -> list[Header]:
        own = {name for name, _ in headers}  # what an answer says of itself stands in place of what all say
        around = [*(one for one in self._headers if one[0] not in own), (REQUEST_ID, request.id.encode()), *headers]
        if not any(name == b"cache-control" for name, _ in headers):
            around.append(NO_STORE)
        if request.trace is not None and request.trace.parent:
            around.append((b"traceparent", request.trace.header().encode()))
        return around

    async def _send(self, request: Request, answer: Answer, send: Send) -> None:
        headers = self._around(request, answer.headers)
        if answer.status not in {204, 304}:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        request.status = answer.status
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if request.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    def _adorned(self, request: Request, told: list[Header], send: Send) -> Send:
        async def adorned(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.answered, request.status = True, message["status"]
                message["headers"] = self._around(request, [*message.get("headers", []), *told])
            await send(message)

        return adorned

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._parts.start()
        except BaseException as wrong:
            _log.critical("the server cannot start: %s", faults.detail(wrong) if isinstance(wrong, Fault) else wrong)
            await send({"type": "lifespan.startup.failed", "message": str(wrong)})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._parts.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then whatever comes: a caller who leaves ends a stream."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def _frames(fault: Exception) -> str:
    """Where it happened, innermost last; not its message, which may hold patient data."""
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in extract_tb(fault.__traceback__))
