"""
An entry as the bytes that are hashed, kept and exported.

    {"seq":7,"prev":"J1c0l6W3mT4hVJm1kR2d9g","org":1,"time":1780000000000,"action":"read",...}

`seq` is its place in its organisation's log and `prev` begins the leaf hash of the entry before it, so that a verifier
can name the first bad entry even where every hash was made anew. The bytes are never made a second time: what is
stored is what was hashed.
"""

import base64

import msgspec

from meridian.audit.entry import Entry

LARGEST = 65_535
"""Octets of an entry; a bundle of c2sp.org/tlog-tiles writes the length in 16 bits."""
SEEN = 400
"""Resources named by one entry; 400 of the longest possible references stay under `LARGEST`."""
TEXT = 256
"""Characters of a text in an entry that would otherwise be too large or is no Unicode."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


def parts(entry: Entry) -> list[Entry]:
    """The entry, or as many as it takes to name everything it has seen; all but the first count nothing."""
    if len(entry.seen) <= SEEN:
        return [entry]
    chunks = [entry.seen[at : at + SEEN] for at in range(0, len(entry.seen), SEEN)]
    return [
        msgspec.structs.replace(entry, seen=chunk, count=0 if index else entry.count)
        for index, chunk in enumerate(chunks)
    ]


def seal(entry: Entry, seq: int, last: bytes) -> bytes:
    """
    The entry's bytes at its place.

    Args:
        entry: What happened.
        seq: Its place.
        last: The leaf hash of the entry before it; empty for the first.
    """
    prev = base64.urlsafe_b64encode(last[:16]).rstrip(b"=")
    return b'{"seq":%d,"prev":"%b",%b' % (seq, prev, _octets(entry)[1:])


def _octets(entry: Entry) -> bytes:
    """A text that cannot be written (half of a surrogate pair, far too long) never keeps an entry out of the log."""
    try:
        octets = _encode(entry)
    except UnicodeEncodeError:
        octets = b""
    return octets if octets and len(octets) < LARGEST - TEXT else _encode(_plain(entry))


def _plain(entry: Entry) -> Entry:
    texts = {
        name: _clipped(value) for name in entry.__struct_fields__ if isinstance(value := getattr(entry, name), str)
    }
    return msgspec.structs.replace(entry, **texts, seen=tuple(_clipped(one)[:110] for one in entry.seen))


def _clipped(text: str) -> str:
    return text[:TEXT].encode(errors="replace").decode()


def open_body(body: bytes) -> Entry:
    """The entry that was sealed."""
    return _decode(body)
