"""Small files of every kind that a record may hold, and of some that it may not; for tests and the demo clinic."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def png(width: int = 2, height: int = 2, *, after: bytes = b"") -> bytes:
    """A grey picture."""
    rows = b"".join(b"\0" + bytes(min(width, 4096)) for _ in range(min(height, 64)))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks) + _chunk(b"IEND", b"") + after


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(*, after: bytes = b"", width: int = 8, height: int = 8) -> bytes:
    """The markers of a picture, with a scan that means nothing."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = [
        b"\xff\xd8",
        b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
        b"\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame,
        b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00",
        b"\x12\x34\xff\x00\x56\xff\xd0\x78",
        b"\xff\xd9",
    ]
    return b"".join(parts) + after


def webp() -> bytes:
    """A lossless picture's container."""
    body = b"WEBPVP8L" + struct.pack("<I", 6) + b"\x2f\0\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff() -> bytes:
    """One directory, two entries."""
    entries = struct.pack("<HHII", 256, 3, 1, 2) + struct.pack("<HHII", 257, 3, 1, 2)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + struct.pack("<I", 0)


def heic() -> bytes:
    """The boxes that a picture begins with."""
    boxes = ((b"ftyp", b"heic\0\0\0\0mif1heic"), (b"meta", bytes(8)), (b"mdat", bytes(16)))
    return b"".join(struct.pack(">I", 8 + len(body)) + kind + body for kind, body in boxes)


def dicom(preamble: bytes = bytes(128)) -> bytes:
    """The head of an image, and the length of its meta information."""
    return preamble + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00" + bytes(64)


def pdf(*objects: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A document of those objects besides its catalogue."""
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, 3))
    head = b"%PDF-1.7\n" + before + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    pages = b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    whole = head + pages + body
    return whole + b"trailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(whole) + after


def packed(*objects: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """An object stream with those objects in it."""
    data = zlib.compress(b" ".join(objects))
    head = b"<< /Type /ObjStm /N %d /First 0 /Filter %b /Length %d >>" % (len(objects), filters, len(data))
    return head + b"\nstream\n" + data + b"\nendstream"


def docx(**more: bytes) -> bytes:
    """A Word document; *more* are further entries by name, with `__` for a slash and `_DOT_` for a dot."""
    named = {name.replace("__", "/").replace("_DOT_", "."): body for name, body in more.items()}
    return archive(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "word/document.xml": b"<w:document/>",
            **named,
        }
    )


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in entries.items():
            made.writestr(name, body)
    return out.getvalue()


def webm(*, doc: bytes = b"webm", blocks: int = 3, between: bytes = b"", after: bytes = b"") -> bytes:
    """What a browser records: a segment and a cluster that have no size, and blocks that mean nothing."""
    unsized = b"\x01" + b"\xff" * 7
    head = b"\x1a\x45\xdf\xa3" + bytes([0x80 | (len(doc) + 3)]) + b"\x42\x82" + bytes([0x80 | len(doc)]) + doc
    tracks = b"\x16\x54\xae\x6b\x84" + bytes(4)
    block = b"\xa3\x40\x08" + bytes(8)
    cluster = b"\x1f\x43\xb6\x75" + unsized + b"\xe7\x81\x00" + block * blocks
    return head + b"\x18\x53\x80\x67" + unsized + tracks + between + cluster + after
