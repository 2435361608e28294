# ruff: noqa: PLR2004  # the coordinates of a drawing
"""Two made-up pictures, drawn point by point: an image of a chest that is nobody's, and a scanned card."""

import math
import struct
import zlib


def chest(side: int = 300) -> bytes:
    """Two dark fields in a grey one, with ribs: enough to look at in a viewer."""
    rows = bytearray()
    for y in range(side):
        rows.append(0)
        rows += bytes(_shade(x / side, y / side) for x in range(side))
    return _png(side, side, bytes(rows))


def _shade(x: float, y: float) -> int:
    body = 200 - 90 * abs(x - 0.5) - 30 * abs(y - 0.5)
    for middle in (0.31, 0.69):
        far = ((x - middle) / 0.16) ** 2 + ((y - 0.46) / 0.33) ** 2
        if far < 1:
            ribs = 18 * math.sin(40 * y + 10 * abs(x - 0.5)) ** 4
            body -= 110 * (1 - far) ** 0.4 - ribs
    if abs(x - 0.53) < 0.1 and 0.45 < y < 0.75:
        body += 45 * (1 - abs(x - 0.53) / 0.1)
    return max(0, min(255, round(body)))


def card(width: int = 360, height: int = 220) -> bytes:
    """An insurance card as a scanner at the desk would see it: a band, a chip, and lines where writing would be."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += bytes(_ink(x, y, width, height) for x in range(width))
    return _png(width, height, bytes(rows))


def _ink(x: int, y: int, width: int, height: int) -> int:
    if not (8 < x < width - 8 and 8 < y < height - 8):
        return 235
    if 20 < y < 60:
        return 90
    if 26 < x < 76 and 84 < y < 122:
        return 150 if (x // 12 + y // 12) % 2 else 180
    if y in range(140, 200) and (y - 140) % 20 < 8 and 26 < x < width - 60 - (y - 140):
        return 70 if (x * 7 + y) % 11 > 2 else 215
    return 222


def _png(width: int, height: int, rows: bytes) -> bytes:
    """Eight bits of grey (PNG, W3C third edition, section 11.2)."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
