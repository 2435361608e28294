"""
PDFs: built as one, and without anything that acts.

Names may be spelt with `#xx` for any character (ISO 32000-1 section 7.3.5), and objects may lie compressed in object
streams (7.5.7), so both are undone before looking. A PDF whose object streams cannot be read (a password, an unusual
filter) cannot be checked, and is refused with the words how to save it so that it can.
Which actions: 12.6.4, and 7.11.4 for embedded files.
"""

import re
import zlib
from collections.abc import Iterator
from functools import cache

from meridian.documents.checking.sight import Sight

TAIL = 4096
LONGEST_STREAM = 64 * 1024 * 1024
"""Unpacked bytes of one object stream, house policy."""
MOST_UNPACKED = 512 * 1024 * 1024
"""Unpacked bytes of all of them, house policy."""
_DICTIONARY = 4096
"""Bytes before a stream in which its dictionary is looked for."""


def pdf(sight: Sight) -> bool:
    """Whether it is a PDF from its first byte to its last: with a trailer, and nothing behind it."""
    if not re.match(rb"%PDF-[12]\.\d", sight.at(0, 8)):
        return False
    tail = sight.at(max(0, sight.size - TAIL), TAIL).rstrip(b"\r\n\t \0")
    return tail.endswith(b"%%EOF") and b"startxref" in tail


def _spelt(name: str) -> bytes:
    """A pattern for */name* with any of its letters written as `#xx`."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (ord(c), ord(c), ord(c)) for c in name)


_ENDS = rb"(?=[\s/<>\[\](){}%]|$)"
ACTING = {
    "JavaScript": "a script",
    "Launch": "a command to start a program",
    "EmbeddedFile": "another file inside it",
    "RichMedia": "a film or program inside it",
    "SubmitForm": "a form that sends what is written in it somewhere",
    "ImportData": "a command to read a file",
    "GoToE": "a way into another file inside it",
    "XFA": "a form with a program of its own",
}
"""Names of what acts, and what people call it."""


@cache
def _acts() -> dict[str, re.Pattern[bytes]]:
    return {what: re.compile(_spelt(name) + _ENDS) for name, what in ACTING.items()}


@cache
def _any_of(*names: str) -> re.Pattern[bytes]:
    return re.compile(b"|".join(_spelt(name) + _ENDS for name in names))


@cache
def _encrypted() -> re.Pattern[bytes]:
    return re.compile(_spelt("Encrypt") + rb"\s*(?:<<|\d)")


_STREAM = re.compile(rb"stream\r?\n")
_FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[A-Za-z0-9#]+|\d+\s+\d+\s+R)")
_LONGEST_NAME = 64

PLAIN, FLATE = frozenset({b"", b"[]", b"[ ]"}), frozenset({b"/FlateDecode", b"/Fl", b"[/FlateDecode]", b"[/Fl]"})


def harm(sight: Sight) -> str:
    """What in a PDF acts by itself, or why that cannot be told; empty when nothing does."""
    for at in sight.found(_any_of(*ACTING), _LONGEST_NAME):
        return f"The PDF holds {_which(sight.at(at, _LONGEST_NAME))}"
    encrypted = any(True for _ in sight.found(_encrypted(), _LONGEST_NAME))
    try:
        return _hidden(sight, encrypted=encrypted)
    except _Opaque as opaque:
        return str(opaque)


def _hidden(sight: Sight, *, encrypted: bool) -> str:
    left = MOST_UNPACKED
    for at in sight.found(_any_of("ObjStm"), _LONGEST_NAME):
        if encrypted:
            raise _Opaque("The PDF is protected by a password, so it cannot be checked: save it without one")
        for piece in _unpacked(sight, at):
            left -= len(piece)
            if left < 0:
                raise _Opaque("The PDF unpacks to more than can be checked")
            if found := _any_of(*ACTING).search(piece):
                return f"The PDF holds {_which(found[0])}"
    return ""


class _Opaque(Exception):
    """Why it cannot be looked into."""


def _packed_oddly() -> _Opaque:
    return _Opaque("The PDF is packed in a way that cannot be checked: print it to a new PDF")


def _which(name: bytes) -> str:
    return next(what for what, pattern in _acts().items() if pattern.match(name))


def _unpacked(sight: Sight, at: int) -> Iterator[bytes]:
    """The object stream whose dictionary names its type *at*; raises `_Opaque` when it cannot be read."""
    begin = max(0, at - _DICTIONARY)
    around = sight.at(begin, _DICTIONARY * 2)
    stream = _STREAM.search(around, at - begin)
    if stream is None:
        return iter(())  # a name that heads no stream
    opened = around.rfind(b"obj", 0, at - begin)
    dictionary = around[max(opened, 0) : stream.start()]
    how = _FILTER.search(dictionary)
    filters = re.sub(rb"\s+", b"", how[1]) if how else b""
    if filters in PLAIN:
        return _plain(sight, begin + stream.end())
    if filters not in FLATE or re.search(rb"/Predictor\s*(?!1\b)\d", dictionary):
        raise _packed_oddly()
    return _inflated(sight, begin + stream.end())


def _plain(sight: Sight, start: int) -> Iterator[bytes]:
    for _, window in sight.windows(_LONGEST_NAME, start, start + LONGEST_STREAM):
        yield window
        if b"endstream" in window:
            return


def _inflated(sight: Sight, start: int) -> Iterator[bytes]:
    unpack, kept, total = zlib.decompressobj(), b"", 0
    for _, window in sight.windows(0, start):
        waiting = window
        while waiting and not unpack.eof:
            try:
                piece = unpack.decompress(waiting, 1 << 20)
            except zlib.error:
                raise _packed_oddly() from None
            waiting = unpack.unconsumed_tail
            total += len(piece)
            yield kept + piece
            kept = piece[-_LONGEST_NAME:]
            if total > LONGEST_STREAM:
                raise _Opaque("The PDF unpacks to more than can be checked")
        if unpack.eof:
            return
