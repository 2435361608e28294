"""An httpx transport over one httpcore pool whose sockets `egress` guards; httpx's own takes no such guard."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from meridian.medications.partners.egress import Guarded

_FAULTS: tuple[tuple[type[Exception], type[httpx.HTTPError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


class Pool(httpx.AsyncBaseTransport):
    """Sends requests through sockets that *guarded* opens; TLS is verified against the authorities of certifi."""

    def __init__(self, guarded: Guarded) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=20,
            keepalive_expiry=15.0,
            http1=True,
            http2=False,
            retries=0,
            network_backend=guarded,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response, its body not yet read."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        sent = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.content, extensions=request.extensions
        )
        with _translated():
            answer = await self._pool.handle_async_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), request=request)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _translated():
            await self._answer.aclose()


@contextmanager
def _translated() -> Iterator[None]:
    """Faults of httpcore as httpx names them, without their words, which may quote what was sent."""
    try:
        yield
    except Exception as wrong:
        for theirs, ours in _FAULTS:
            if isinstance(wrong, theirs):
                raise ours(type(wrong).__name__) from None
        raise
