"""DATA-01: links that work for whoever has them, and a folder of documents as any other."""

import re
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import Any

from meridian.access.files import Files, Link
from meridian.access.work import Plan, Work
from meridian.faults import NotFound
from meridian.files import folder
from meridian.files.folder import Folder
from meridian.identity.opaque import mark
from meridian.store import filing
from meridian.web.fhir import content


def links_for_everybody() -> None:
    """A link works in whatever session, as often and as long as it is there."""

    def followed(_: Files, work: Work, token: str) -> Plan[Link]:
        link = yield from filing.use_link(work.subject.org, mark(token))
        if link is None:
            raise NotFound("This link is over; ask for a new one")
        return Link(link.document, link.version)

    Files.followed = followed  # type: ignore[assignment, method-assign]  # what is taken out


def files_unsealed() -> None:
    """What comes is kept as it is, beside what is sealed."""
    strict = Files.append

    async def append(self: Files, subject: Any, identity: str, offset: int, pieces: AsyncIterable[bytes]) -> Any:
        assert isinstance(self.shelf, Folder)  # noqa: S101  # a twin has one
        place = self.shelf._root / identity  # noqa: SLF001  # likewise
        return await strict(self, subject, identity, offset, _kept(pieces, place))

    Files.append = append  # type: ignore[method-assign]  # likewise


async def _kept(pieces: AsyncIterable[bytes], place: Path) -> AsyncIterator[bytes]:
    async for piece in pieces:
        with place.open("ab") as copy:
            copy.write(piece)
        yield piece


def files_for_others() -> None:
    """Whoever has an account on the machine may read what lies in the folder."""
    strict = folder._published  # noqa: SLF001  # likewise

    def published(fresh: Path, place: Path) -> None:
        strict(fresh, place)
        place.chmod(0o644)

    folder._published = published  # noqa: SLF001  # likewise


def scripts_to_load() -> None:
    """Bytes are given under whatever type their record says."""
    content._LOADED = re.compile(r"(?!)")  # noqa: SLF001  # likewise


WEAKNESSES = {
    "links-for-everybody": links_for_everybody,
    "files-unsealed": files_unsealed,
    "files-for-others": files_for_others,
    "scripts-to-load": scripts_to_load,
}
