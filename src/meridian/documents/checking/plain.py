"""Plain text, and DICOM images. Sources: PS3.10 section 7.1 (DICOM); RFC 3629 (UTF-8)."""

import codecs
import re

from meridian.documents.checking.naming import MARKUP
from meridian.documents.checking.sight import Sight

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LONGEST_LINE_OF_MARKUP = 64
_BEGINS = re.compile(rb"\s*(#!|<\?|<!|%!)")


def text(sight: Sight) -> bool:
    """Whether it is text in UTF-8 that no browser could take for a page."""
    if _BEGINS.match(sight.at(0, 512)):
        return False
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for begin, window in sight.windows(0):
            final = begin + len(window) == sight.size
            if _CONTROL.search(decode(window, final=final)):
                return False
    except UnicodeDecodeError:
        return False
    return next(sight.found(MARKUP, _LONGEST_LINE_OF_MARKUP), None) is None


_PREAMBLE = 128
_DUAL = (b"II*\0", b"MM\0*")


def dicom(sight: Sight) -> bool:
    """
    Whether it is a DICOM file; its preamble, which may hold anything, holds nothing (or makes it a TIFF as well).

    A preamble with a program's head is how a DICOM file becomes one (CVE-2019-11687).
    """
    head = sight.at(0, _PREAMBLE + 8)
    if head[_PREAMBLE : _PREAMBLE + 4] != b"DICM" or head[_PREAMBLE + 4 :] != b"\x02\x00\x00\x00":
        return False
    return not any(head[:_PREAMBLE]) or head[:4] in _DUAL
