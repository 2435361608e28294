"""Handing out the bytes of a document: a link first, which lives a minute and in one session only."""

from typing import Any, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.files import Files, Sealed
from meridian.access.work import Plan, Work
from meridian.documents import papers
from meridian.documents.checking.kinds import of_media, safe_name
from meridian.documents.listing import mind
from meridian.faults import Gone, NotFound

Resource: TypeAlias = dict[str, Any]


class Offered(NamedTuple):
    """A link; the names are those of `web.api.documents.models.ContentLink`."""

    url: str
    expires: int
    type: str
    kind: str
    size: int
    name: str


class Content(NamedTuple):
    """
    Bytes that may be handed out.

    Args:
        name: Of the file, to keep it under.
        media: Media type.
        inline: Whether a browser may show them on their own.
        size: How many.
        sealed: Opens them; `None` when they are *data*.
        data: All of them, when they lie in the record itself.
    """

    name: str
    media: str
    inline: bool
    size: int
    sealed: Sealed | None
    data: bytes = b""


async def link(chart: Chart, files: Files, document: str) -> Offered:
    """
    A link to a document's bytes.

    Raises:
        NotFound: If it is not the subject's to read, or has no bytes beside it.
        Forbidden: If they have not been found clean.
        Gone: If it was taken back.
    """

    def plan(work: Work) -> Plan[Offered]:
        found = yield from work.read("DocumentReference", document)
        content = yield from _content(work, files, found)
        token, expires = yield from files.link(work, document, int(found["meta"]["versionId"]))
        kind = of_media(content.media)
        url = f"/api/documents/content/{token}"
        return Offered(url, expires, content.media, kind.shown if kind else "other", content.size, content.name)

    return await chart.work("documents/$link", plan, what=f"DocumentReference/{document}")


async def opened(chart: Chart, files: Files, token: str) -> Content:
    """
    What a link leads to, recorded before this returns.

    Raises:
        NotFound: If the link is over, another's, or its document has changed.
    """

    def plan(work: Work) -> Plan[Content]:
        leads = yield from files.followed(work, token)
        found = yield from work.read("DocumentReference", leads.document)
        if int(found["meta"]["versionId"]) != leads.version:
            raise NotFound("This link is over; ask for a new one")
        return (yield from _content(work, files, found))

    content = await chart.work("documents/$content", plan)
    if content.sealed is not None:
        await content.sealed.check()
    return content


def _content(work: Work, files: Files, document: Resource) -> Plan[Content]:
    mind(work, document)
    if document["status"] == papers.ERROR:
        raise Gone("This document was taken back")
    binary = papers.binary_of(document)
    if not binary:
        raise NotFound("This document has no file")
    sealed = yield from files.opened(work, binary)
    attached = papers.attachment(document)
    media = str(attached.get("contentType", ""))
    kind = of_media(media)
    name = safe_name(str(attached.get("title") or document.get("description") or "document"))
    if sealed is not None:
        return Content(name, kind.media if kind else _BYTES, kind is not None and kind.inline, sealed.size, sealed)
    data = yield from _within(work, binary)
    return Content(name, kind.media if kind else _BYTES, kind is not None and kind.inline, len(data), None, data)


_BYTES = "application/octet-stream"


def _within(work: Work, binary: str) -> Plan[bytes]:
    """What an older Binary has in itself."""
    import base64  # noqa: PLC0415  # only records from elsewhere need it

    resource = yield from work.read("Binary", binary)
    return base64.b64decode(resource.get("data", ""), validate=False)
