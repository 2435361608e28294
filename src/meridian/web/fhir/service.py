"""The FHIR surface: finds the handler, opens the call, gives its answer."""

from meridian.access.chart import Chart
from meridian.access.exports import Exports
from meridian.access.files import Files
from meridian.fhir.codec import pretty
from meridian.web.exchange import Answer, Request, parameters
from meridian.web.faults import MethodNotAllowed
from meridian.web.fhir.call import open_call
from meridian.web.fhir.capabilities import statement
from meridian.web.fhir.negotiation import check_accept
from meridian.web.fhir.offering import Operations
from meridian.web.fhir.representation import FHIR
from meridian.web.fhir.routing import TEMPLATES, route
from meridian.web.fhir.style import PLAIN, split

PREFIX = "/fhir/R4"


class Fhir:
    """The API under one base address."""

    def __init__(
        self, base: str, operations: Operations, files: Files | None = None, exports: Exports | None = None
    ) -> None:
        self._base = base
        self._files, self._exports = files, exports
        self._operations = operations
        self._statement = b""

    @staticmethod
    def is_public(path: str) -> bool:
        """Whether nobody needs to be signed in: for what this server can do."""
        return path == PREFIX + "/metadata"

    def describe(self, request: Request) -> Answer:
        """The CapabilityStatement. Source: hl7.org/fhir/R4/http.html#capabilities."""
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed("GET, HEAD")
        _, style = split(parameters(request.query)) if request.query else ([], PLAIN)
        if not style.format:
            check_accept(request.header(b"accept"))
        body = self._statement = self._statement or statement(self._base, self._operations)
        return Answer(200, [FHIR], pretty(body) if style.pretty else body)

    async def answer(self, chart: Chart, request: Request) -> Answer:
        """Whatever the chart gives to *request*."""
        handler, parts = route(request.method, request.path[len(PREFIX) :])
        request.route = PREFIX + TEMPLATES[handler, len(parts)]
        call = open_call(
            chart,
            request,
            self._base,
            parts,
            operations=self._operations,
            files=self._files,
            exports=self._exports,
        )
        return await handler(call)
