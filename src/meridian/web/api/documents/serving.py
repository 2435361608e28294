"""
A document's bytes as an HTTP answer: under a media type that cannot act, in a sandbox, and whole or not at all.

Nothing is sent before the first chunk has opened. If a later one does not, the connection is cut short of the length
that was announced, so that nobody takes a part for the whole.
Sources: RFC 9110 section 14 (ranges); RFC 6266 and RFC 8187 (Content-Disposition); W3C CSP Level 3 (sandbox).
"""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from meridian.documents.content import Content

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Stands in place of the policy of our own pages."""


async def response(content: Content, asked: str, *, download: bool) -> Response:
    """The bytes, or the one range that was *asked* for."""
    span = _span(asked, content.size)
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{content.size}"})
    start, end = span
    headers = {
        "Content-Type": content.media,
        "Content-Length": str(end - start),
        "Content-Disposition": disposition(content.name, inline=content.inline and not download),
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
    }
    partial = (start, end) != (0, content.size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    status = 206 if partial else 200
    if content.sealed is None:
        return Response(content.data[start:end], status, headers)
    pieces = content.sealed.read(start, end)
    return StreamingResponse(_after(await anext(pieces), pieces), status, headers)


async def _after(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """
    From where to where; the whole unless one range was asked for, `None` when there is nothing in it.

    >>> _span("", 10), _span("bytes=2-3", 10), _span("bytes=-4", 10), _span("bytes=10-", 10), _span("bytes=0-1,4-5", 10)
    ((0, 10), (2, 4), (6, 10), None, (0, 10))
    """
    match = _RANGE.fullmatch(asked)
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    return (start, end) if start < end else None


def disposition(name: str, *, inline: bool) -> str:
    r"""
    What a browser is to do with a file called *name*.

    >>> disposition("Müller.pdf", inline=False)
    'attachment; filename="M_ller.pdf"; filename*=UTF-8\'\'M%C3%BCller.pdf'
    """
    plain = re.sub(r"[^ -~]|[\"\\%]", "_", name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
