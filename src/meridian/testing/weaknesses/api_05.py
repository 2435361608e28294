"""API-05: a house that goes and looks at every address it is told."""

import json
import re
import threading
import zipfile
from contextlib import suppress
from typing import Any
from urllib.request import urlopen

from meridian.access.chart import Chart
from meridian.documents.checking import office

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[\w/-]+")


def attachments_fetched() -> None:
    """What a new record says is elsewhere is fetched from there."""
    strict = Chart.create

    async def create(self: Chart, kind: str, resource: Any, **more: Any) -> Any:
        for url in set(_ADDRESS.findall(json.dumps(resource, default=str))):
            threading.Thread(target=_fetch, args=(url,), daemon=True).start()
        return await strict(self, kind, resource, **more)

    Chart.create = create  # type: ignore[assignment, method-assign]  # what is taken out


def templates_fetched() -> None:
    """A document's template is looked at before it is judged."""
    strict = office.harm

    def harm(sight: Any) -> str:
        with zipfile.ZipFile(sight) as archive:
            for url in _ADDRESS.findall(archive.read("word/_rels/document.xml.rels").decode()):
                _fetch(url)
        return strict(sight)

    office.harm = harm


def _fetch(url: str) -> None:
    with suppress(OSError):
        urlopen(url, timeout=5).close()  # noqa: S310  # this is what is wrong with it


WEAKNESSES = {"attachments-fetched": attachments_fetched, "templates-fetched": templates_fetched}
