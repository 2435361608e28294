"""
Bundles by splicing: resources are copied as bytes into a frame, never parsed.

Source: hl7.org/fhir/R4/bundle.html, hl7.org/fhir/R4/search.html#return.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from meridian.access.chart import Page, Stored
from meridian.clock import instant
from meridian.fhir.codec import encode
from meridian.web.fhir.call import Call
from meridian.web.fhir.representation import shown
from meridian.web.fhir.style import PLAIN, Style


def searchset(call: Call, page: Page) -> bytes:
    """What a search, or `$everything`, found."""
    style = _inner(call.style)
    entries = [_found(call, one, b"match", style) for one in page.matches]
    entries += [_found(call, one, b"include", style) for one in page.included]
    if page.ignored:
        entries.append(_outcome(page.ignored))
    return _bundle(b"searchset", page.total, _links(call, page), entries)


def history(call: Call, page: Page) -> bytes:
    """Versions, newest first."""
    style = _inner(call.style)
    return _bundle(b"history", page.total, _links(call, page), [_version(call, one, style) for one in page.matches])


def _inner(style: Style) -> Style:
    """The style of the resources in it; the whole is made pretty at the end."""
    return PLAIN if style.whole else Style(summary=style.summary, elements=style.elements)


def _found(call: Call, one: Stored, mode: bytes, style: Style) -> bytes:
    url = f"{call.base}/{one.type}/{one.id}".encode()
    body = call.room.take(one.body if style is PLAIN else shown(one.body, style))
    return b'{"fullUrl":"%s","resource":%s,"search":{"mode":"%s"}}' % (url, body, mode)


def _outcome(ignored: tuple[str, ...]) -> bytes:
    """Says which parameters were ignored under `Prefer: handling=lenient`."""
    issues = [
        {"severity": "warning", "code": "not-supported", "diagnostics": f"The parameter {name} was ignored"}
        for name in ignored
    ]
    return encode({"resource": {"resourceType": "OperationOutcome", "issue": issues}, "search": {"mode": "outcome"}})


def _version(call: Call, one: Stored, style: Style) -> bytes:
    url = f"{call.base}/{one.type}/{one.id}"
    method, status = ("DELETE", "204") if one.deleted else ("POST", "201") if one.version == 1 else ("PUT", "200")
    request = {"method": method, "url": one.type if method == "POST" else f"{one.type}/{one.id}"}
    response = {"status": status, "etag": f'W/"{one.version}"', "lastModified": instant(one.updated)}
    resource = b"" if one.deleted else b'"resource":%s,' % call.room.take(shown(one.body, style))
    return b'{"fullUrl":"%s",%s"request":%s,"response":%s}' % (
        url.encode(),
        resource,
        encode(request),
        encode(response),
    )


def _links(call: Call, page: Page) -> list[dict[str, str]]:
    return list(_each_link(call, page))


def _each_link(call: Call, page: Page) -> Iterator[dict[str, str]]:
    path = "/".join(part for part in call.parts if part != "_search")
    if call.style is PLAIN and not page.ignored and not page.next and call.request.method == "GET":
        asked_so = f"?{call.request.query.decode('ascii')}" if call.request.query else ""
        yield {"relation": "self", "url": f"{call.base}/{path}{asked_so}"}
        return
    style = list(_style_pairs(call.style))
    asked = [pair for pair in call.pairs if pair[0] not in page.ignored]
    yield {"relation": "self", "url": _url(f"{call.base}/{path}", [*asked, *style])}
    if page.next:
        onward = [pair for pair in asked if pair[0] != "_cursor"]
        yield {"relation": "next", "url": _url(f"{call.base}/{path}", [*onward, *style, ("_cursor", page.next)])}


def _style_pairs(style: Style) -> Iterator[tuple[str, str]]:
    if style.summary:
        yield ("_summary", style.summary)
    if style.elements:
        yield ("_elements", ",".join(style.elements))


def _url(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _bundle(kind: bytes, total: int | None, links: list[dict[str, Any]], entries: list[bytes]) -> bytes:
    counted = b"" if total is None else b',"total":%d' % total
    listed = b',"entry":[%s]' % b",".join(entries) if entries else b""
    return b'{"resourceType":"Bundle","type":"%s"%s,"link":%s%s}' % (kind, counted, _json(links), listed)


def _json(links: list[dict[str, Any]]) -> bytes:
    return b"[%s]" % b",".join(encode(link) for link in links)
