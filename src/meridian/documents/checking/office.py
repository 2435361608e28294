"""
Word documents (DOCX) and ZIP archives: built as they should be, no bomb, no macro, nothing fetched from elsewhere.

Sources: ECMA-376 part 2 (packaging), part 1 section 17 for what a document may hold.
"""

import re
import zipfile
import zlib

from meridian.documents.checking.sight import Sight

DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
MOST_ENTRIES = 4000
MOST_UNPACKED = 600 * 1024 * 1024
"""Unpacked bytes of all entries, house policy."""
MOST_RATIO = 200
"""Unpacked bytes for each packed one, of an entry over `SMALL`: text seldom has over 20."""
SMALL = 1024 * 1024
_LONGEST_RELATIONS = 4 * 1024 * 1024
_MACROS = re.compile(r"(vbaproject|vbadata|macrosheets|\.bin$)", re.IGNORECASE)
_INSIDE = re.compile(r"(/embeddings/|/activex/|\.(exe|dll|js|vbs|bat|cmd|ps1|scr|jar|hta|lnk)$)", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{0,4000}>")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_LINK = re.compile(rb"/hyperlink[\"']", re.IGNORECASE)


def docx(sight: Sight) -> bool:
    """Whether it is a Word document: an archive from its first byte to its last, with what makes one."""
    if sight.at(0, 4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(sight) as archive:
            names = {one.filename for one in archive.infolist()[: MOST_ENTRIES + 1]}
            begins = min((one.header_offset for one in archive.infolist()), default=-1)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return False
    return begins == 0 and {DOCUMENT, TYPES} <= names


def harm(sight: Sight) -> str:
    """What in a Word document could act or unpack without end; empty when nothing does."""
    try:
        with zipfile.ZipFile(sight) as archive:
            return _within(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, RuntimeError, zlib.error):
        return "The document's archive is damaged or locked, so it cannot be checked"


def _within(archive: zipfile.ZipFile) -> str:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or len({one.filename for one in entries}) != len(entries):
        return "The document's archive is not built as one should be"
    if bomb := _bomb(archive, entries):
        return bomb
    if b"macroEnabled" in _start(archive, TYPES):
        return "The document holds macros"
    return next((wrong for one in entries if (wrong := _named(one.filename))), "") or _fetched(archive, entries)


def _named(name: str) -> str:
    """What an entry of that name says of its document."""
    if name.startswith(("/", "\\")) or ".." in name.split("/"):
        return "The document's archive leads out of itself"
    if _MACROS.search(name):
        return "The document holds macros"
    return "The document holds another file or program" if _INSIDE.search(name) else ""


def _bomb(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    """What an entry says of its size may be a lie, so each is unpacked, without being kept."""
    left = MOST_UNPACKED
    for entry in entries:
        size = 0
        with archive.open(entry) as stream:
            while piece := stream.read(1 << 20):
                size += len(piece)
                left -= len(piece)
                if left < 0 or (size > SMALL and size > MOST_RATIO * max(entry.compress_size, 1)):
                    return "The document unpacks to far more than it should"
    return ""


def _fetched(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    for entry in entries:
        if not entry.filename.endswith(".rels"):
            continue
        for relation in _TAG.findall(_start(archive, entry.filename)):
            if _OUTSIDE.search(relation) and not _LINK.search(relation):
                return "The document fetches something from elsewhere when it is opened"
    return ""


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_LONGEST_RELATIONS)
