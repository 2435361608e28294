"""
Pictures, walked from their first byte to their last.

Sources: PNG (W3C, third edition) section 5; JPEG (ITU-T T.81) annex B; WebP container specification; TIFF 6.0
section 2; ISO/IEC 14496-12 section 4 for HEIC.
"""

import re
import struct
import zlib

from meridian.documents.checking.naming import hides
from meridian.documents.checking.sight import Sight
from meridian.faults import Invalid

MOST_PIXELS = 200_000_000
"""Pixels of one picture, house policy: a viewer unpacks them all."""
LONGEST_SIDE = 65_535
TAIL = 64 * 1024 * 1024
"""Bytes behind a JPEG's end that are looked through: phones keep a short film or a depth map there."""


def png(sight: Sight) -> bool:
    """Whether it is a PNG, every chunk of it, and nothing after."""
    if sight.at(0, 8) != b"\x89PNG\r\n\x1a\n":
        return False
    at, first = 8, True
    while at + 12 <= sight.size:
        length, kind = struct.unpack(">I4s", sight.at(at, 8))
        if first and (kind != b"IHDR" or length != 13):  # noqa: PLR2004  # its one length
            return False
        if not kind.isalpha() or at + 12 + length > sight.size:
            return False
        if first:
            _measure(*struct.unpack(">II", sight.at(at + 8, 8)))
        if not _checked(sight, at + 4, length):
            return False
        at, first = at + 12 + length, False
        if kind == b"IEND":
            return bool(at == sight.size)
    return False


def _checked(sight: Sight, at: int, length: int) -> bool:
    crc = 0
    for _, window in sight.windows(0, at, at + 4 + length):
        crc = zlib.crc32(window, crc)
    return crc.to_bytes(4, "big") == sight.at(at + 4 + length, 4)


_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
"""What ends coded picture data: no stuffed byte, no restart, no fill byte."""


def jpeg(sight: Sight) -> bool:
    """Whether it is a JPEG; what a phone keeps behind its end may be there, other documents may not."""
    if sight.at(0, 3) != b"\xff\xd8\xff":
        return False
    at, framed = 2, False
    while True:
        lead = sight.at(at, 4)
        if len(lead) < 2 or lead[0] != 0xFF:  # noqa: PLR2004  # a marker's two bytes
            return False
        marker = lead[1]
        if marker == 0xFF or marker in _STANDALONE:  # noqa: PLR2004  # fill bytes
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004  # likewise
            continue
        if marker == _EOI:
            return framed and _tail_is_inert(sight, at + 2)
        if len(lead) < 4 or marker == _SOI:  # noqa: PLR2004  # marker and length
            return False
        length = int.from_bytes(lead[2:4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", sight.at(at + 5, 4).ljust(4, b"\0"))
            _measure(width, max(height, 1))
            framed = True
        at += 2 + length
        if marker == _SOS:
            at = _scan_end(sight, at)


def _scan_end(sight: Sight, at: int) -> int:
    """Where the coded picture data ends: at the first marker that is neither stuffing nor a restart."""
    return next(sight.found(_MARKER, 2, at), sight.size)


def _tail_is_inert(sight: Sight, at: int) -> bool:
    if sight.size - at > TAIL:
        return False
    for _, window in sight.windows(64, at):
        if found := hides(window):
            raise Invalid(f"There is {found} behind the end of this picture")
    return True


def webp(sight: Sight) -> bool:
    """Whether it is a WebP, every chunk of it, and nothing after."""
    head = sight.at(0, 12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP" or int.from_bytes(head[4:8], "little") + 8 != sight.size:
        return False
    at, seen = 12, False
    while at + 8 <= sight.size:
        kind, length = sight.at(at, 4), int.from_bytes(sight.at(at + 4, 4), "little")
        if kind == b"VP8X":
            canvas = sight.at(at + 12, 6)
            _measure(int.from_bytes(canvas[:3], "little") + 1, int.from_bytes(canvas[3:], "little") + 1)
        seen = seen or kind in {b"VP8 ", b"VP8L", b"ANMF"}
        at += 8 + length + length % 2
    return seen and at == sight.size


_DIRECTORIES = 4096
_WIDTH, _HEIGHT = 256, 257


def tiff(sight: Sight) -> bool:
    """Whether it is a TIFF: a chain of directories that ends."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(sight.at(0, 4))
    if order is None:
        return False
    at, seen = _number(sight, 4, 4, order), set[int]()
    while at:
        if at in seen or at + 6 > sight.size or len(seen) > _DIRECTORIES:
            return False
        seen.add(at)
        entries = _number(sight, at, 2, order)
        if not entries or at + 6 + 12 * entries > sight.size:
            return False
        _measure(*(_entry(sight, at + 2, entries, tag, order) for tag in (_WIDTH, _HEIGHT)))
        at = _number(sight, at + 2 + 12 * entries, 4, order)
    return bool(seen)


def _entry(sight: Sight, at: int, entries: int, tag: int, order: str) -> int:
    for number in range(entries):
        place = at + 12 * number
        if _number(sight, place, 2, order) == tag:
            return _number(sight, place + 8, 2 if _number(sight, place + 2, 2, order) == 3 else 4, order)  # noqa: PLR2004  # SHORT
    return 1


def _number(sight: Sight, at: int, length: int, order: str) -> int:
    return int.from_bytes(sight.at(at, length), "big" if order == "big" else "little")


_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"})


def heic(sight: Sight) -> bool:
    """Whether it is a HEIC or AVIF: boxes that follow each other to the very end."""
    if sight.at(4, 4) != b"ftyp" or sight.at(8, 4) not in _HEIC:
        return False
    at, kinds = 0, set[bytes]()
    while at + 8 <= sight.size:
        length, kind = int.from_bytes(sight.at(at, 4), "big"), sight.at(at + 4, 4)
        if length == 1:
            length = int.from_bytes(sight.at(at + 8, 8), "big")
        length = length or sight.size - at
        if length < 8:  # noqa: PLR2004  # a box's head
            return False
        kinds.add(kind)
        at += length
    return at == sight.size and b"meta" in kinds


def _measure(width: int, height: int) -> None:
    if not 0 < width <= LONGEST_SIDE or not 0 < height <= LONGEST_SIDE or width * height > MOST_PIXELS:
        raise Invalid("This picture would unpack to more than a viewer can hold")
