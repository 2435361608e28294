"""
WebM as a browser records it, walked from its first byte to its last.

A recorder writes as it goes: the segment and its clusters may have no size, and end where the next one begins or the
file does. What it holds is named by the elements that a recorder writes, and there is nothing else between them.

Sources: EBML (RFC 8794) sections 4 to 6; Matroska (RFC 9559) section 5; WebM container guidelines.
"""

from typing import Final

from meridian.documents.checking.sight import Sight

_EBML: Final = 0x1A45DFA3
_DOC_TYPE: Final = 0x4282
_SEGMENT: Final = 0x18538067
_CLUSTER: Final = 0x1F43B675
_OPENED: Final = frozenset({_SEGMENT, _CLUSTER})
"""What may have no size; their elements are walked in turn with those around them."""
_TRACKS: Final = 0x1654AE6B
_WITHIN: Final = frozenset(
    {
        _TRACKS,
        0x1549A966,  # Info
        0x114D9B74,  # SeekHead
        0x1C53BB6B,  # Cues
        0x1254C367,  # Tags
        0xE7,  # Timestamp
        0xA3,  # SimpleBlock
        0xA0,  # BlockGroup
        0xA7,  # Position
        0xAB,  # PrevSize
        0xEC,  # Void
    }
)
_LONGEST_ID, _LONGEST_SIZE = 4, 8


def webm(sight: Sight) -> bool:
    """Whether it is a WebM film, every element of it, and nothing after."""
    first = _element(sight, 0)
    if first is None or first[0] != _EBML or first[2] is None or not _says_webm(sight, first[1], first[2]):
        return False
    at, tracks, opened = first[1] + first[2], False, False
    while at < sight.size:
        found = _element(sight, at)
        if found is None:
            return False
        name, body, size = found
        if name in _OPENED:
            opened, at = opened or name == _SEGMENT, body
            continue
        if not opened or name not in _WITHIN or size is None or body + size > sight.size:
            return False
        tracks = tracks or name == _TRACKS
        at = body + size
    return tracks


def _says_webm(sight: Sight, start: int, length: int) -> bool:
    at = start
    while at < start + length:
        found = _element(sight, at)
        if found is None or found[2] is None:
            return False
        name, body, size = found[0], found[1], found[2]
        if name == _DOC_TYPE:
            return sight.at(body, size).rstrip(b"\0") == b"webm"
        at = body + size
    return False


def _element(sight: Sight, at: int) -> tuple[int, int, int | None] | None:
    """Name, where its body begins, and the body's size, `None` where it has none; nothing where there is no element."""
    head = sight.at(at, _LONGEST_ID + _LONGEST_SIZE)
    named = _width(head, _LONGEST_ID)
    if not named:
        return None
    sized = _width(head[named:], _LONGEST_SIZE)
    if not sized:
        return None
    raw = int.from_bytes(head[named : named + sized])
    size = raw & ((1 << 7 * sized) - 1)
    unknown = size == (1 << 7 * sized) - 1
    return int.from_bytes(head[:named]), at + named + sized, None if unknown else size


def _width(head: bytes, most: int) -> int:
    """
    Bytes of the number at the beginning; 0 where there is none.

    >>> _width(bytes([0x1A, 0x45, 0xDF, 0xA3]), 4)
    4
    """
    width = 9 - head[0].bit_length() if head and head[0] else 0
    return width if 0 < width <= min(most, len(head)) else 0
