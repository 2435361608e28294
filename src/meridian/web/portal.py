"""
The portal's files: hashed assets may be kept for ever, the page itself is asked for each time.

Paths that name no file and look like a place in the portal give its page, which finds its own way from there.
"""

import gzip
import mimetypes
from hashlib import sha256
from pathlib import Path

from meridian.faults import NotFound
from meridian.web.exchange import Answer, Header, Request
from meridian.web.faults import MethodNotAllowed

FOLDER = Path(__file__).parent / "portal"
FOREVER: Header = (b"cache-control", b"public, max-age=31536000, immutable")
ASK_EACH_TIME: Header = (b"cache-control", b"no-cache")
WORTH_PACKING = 1024
"""Bytes below which compression gains nothing."""

NOT_BUILT = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Meridian</title>
<h1>Meridian is running</h1><p>The portal is not built yet. Run <code>make portal</code> and load this page again.</p>
"""
_TEXT = {".html", ".js", ".mjs", ".css", ".svg", ".json", ".webmanifest", ".txt", ".map"}
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class Portal:
    """Serves one folder of files; each is read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._files = {"/" + path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        self._kept: dict[str, File] = {}

    async def answer(self, request: Request) -> Answer:
        """
        The file that the path names, or the portal's page.

        Raises:
            NotFound: For a path that names neither.
            MethodNotAllowed: For anything but GET and HEAD.
        """
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed("GET, HEAD")
        file = self._file(request.path)
        if file.etag in request.header(b"if-none-match"):
            return Answer(304, [(b"etag", file.etag.encode()), file.keep])
        return file.answer(packed="gzip" in request.header(b"accept-encoding"))

    def _file(self, path: str) -> "File":
        kept = self._kept.get(path)
        if kept is not None:
            return kept
        if path in self._files:
            return self._read(path)
        if "." in path.rsplit("/", 1)[-1]:
            raise NotFound("There is no such file")
        return self._page()

    def _page(self) -> "File":
        index = self._files.get("/index.html")
        if index is None:
            return File(NOT_BUILT, ".html")
        return self._kept.get("/index.html") or self._read("/index.html")

    def _read(self, path: str) -> "File":
        try:
            read = self._kept[path] = File.read(self._files[path])
        except FileNotFoundError:  # built anew since the start
            raise NotFound("There is no such file any more") from None
        return read


class File:
    """A file's bytes, plain and packed, with what is said about them."""

    __slots__ = ("body", "etag", "keep", "packed", "type")

    def __init__(self, body: bytes, suffix: str, keep: Header = ASK_EACH_TIME) -> None:
        self.body = body
        self.keep = keep
        self.etag = f'"{sha256(body).hexdigest()[:24]}"'
        self.type = _media_type(suffix)
        worth = suffix in _TEXT and len(body) >= WORTH_PACKING
        self.packed = gzip.compress(body, 6, mtime=0) if worth else b""

    @classmethod
    def read(cls, path: Path) -> "File":
        """The file at *path*; those the build named by their content may be kept for ever."""
        return cls(path.read_bytes(), path.suffix, FOREVER if path.parent.name == "assets" else ASK_EACH_TIME)

    def answer(self, *, packed: bool) -> Answer:
        """The file with its headers; *packed* when the caller reads gzip and it is worth it."""
        headers: list[Header] = [(b"content-type", self.type), (b"etag", self.etag.encode()), self.keep]
        if self.packed:
            headers.append((b"vary", b"accept-encoding"))
        if packed and self.packed:
            return Answer(200, [*headers, (b"content-encoding", b"gzip")], self.packed)
        return Answer(200, headers, self.body)


def _media_type(suffix: str) -> bytes:
    media = _TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    return (f"{media}; charset=utf-8" if suffix in _TEXT else media).encode()
