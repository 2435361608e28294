"""What a file is that no record may hold, in words for whoever sent it."""

import re
from functools import cache

_COMMENTS = rb"(?:<!--(?:(?!-->).)*-->\s*)*"
_NAMES = (
    (rb"\s*(?:<\?xml[^>]*>\s*)?" + _COMMENTS + rb"(<!doctype svg|<svg[\s>])",
     "an SVG drawing, which can carry a script"),
    (rb"\s*" + _COMMENTS + rb"(<!doctype html|<html|<head|<body|<script|<iframe|<img|<a\s|<meta|<style|<object)",
     "a web page"),
    (rb"\s*<\?php", "a PHP script"),
    (rb"\s*<\?xml", "an XML file"),
    (rb"#!", "a script"),
    (rb"MZ", "a Windows program"),
    (rb"\x7fELF", "a Linux program"),
    (rb"(\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe)", "a program"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document, which can carry macros"),
    (rb"\{\\rtf", "a rich text document, which can carry other files"),
    (rb"PK(\x03\x04|\x05\x06)", "a ZIP archive"),
    (rb"Rar!\x1a\x07", "a RAR archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"(BZh|\xfd7zXZ\x00)", "a compressed archive"),
    (rb"GIF8[79]a", "a GIF picture"),
    (rb"BM", "a BMP picture"),
    (rb"%!PS", "a PostScript program"),
    (rb"(ID3|\xff\xfb|OggS|fLaC|RIFF....WAVE)", "a sound"),
    (rb"(....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI )", "a film"),
    (rb"SQLite format 3", "a database"),
    (rb"\s*[\[{]\s*[\"\]}]", "a JSON file"),
    (rb"%PDF", "a PDF that is not built as one"),
    (rb"\x89PNG", "a PNG picture that is not built as one"),
    (rb"\xff\xd8\xff", "a JPEG picture that is not built as one"),
    (rb"(II\*\x00|MM\x00\*)", "a TIFF picture that is not built as one"),
    (rb"RIFF....WEBP", "a WebP picture that is not built as one"),
)  # fmt: skip


@cache
def _pattern(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


def named(head: bytes) -> str:
    r"""
    What a file that begins so is, as far as can be told.

    >>> named(b"MZ\x90"), named(b"\x00\x01")
    ('a Windows program', 'something that is not known here')
    """
    plain = head.removeprefix(b"\xef\xbb\xbf")
    return next(
        (name for pattern, name in _NAMES if _pattern(pattern).match(plain)), "something that is not known here"
    )


MARKUP = re.compile(rb"<(!doctype|html|head|body|script|svg|iframe|object|embed|\?php)[\s>/]", re.IGNORECASE)
"""What a browser that sniffs would take for a page."""
_ARCHIVE_END = re.compile(rb"PK\x05\x06.{16}(..)", re.DOTALL)


def ends_as_archive(tail: bytes) -> bool:
    """
    Whether a file with this *tail* would open as a ZIP archive, whatever it begins with.

    Source: APPNOTE.TXT 4.3.16, the end of central directory record and the length of its comment.
    """
    return any(int.from_bytes(match[1], "little") == len(tail) - match.end() for match in _ARCHIVE_END.finditer(tail))


def hides(tail: bytes) -> str:
    """What lies in bytes behind a picture's end, if that is something that should not be there; empty otherwise."""
    if MARKUP.search(tail):
        return "a web page"
    for mark, name in ((b"PK\x03\x04", "an archive"), (b"PK\x05\x06", "an archive"), (b"Rar!\x1a\x07", "an archive"),
                       (b"7z\xbc\xaf\x27\x1c", "an archive"), (b"%PDF-", "a PDF"), (b"\x7fELF", "a program"),
                       (b"This program cannot be run in DOS mode", "a program"), (b"#!/", "a script")):  # fmt: skip
        if mark in tail:
            return name
    return ""
