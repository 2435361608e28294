"""The purpose of use that a request names in `X-Meridian-Purpose`, as v3-ActReason spells it."""

import re

from meridian.faults import Malformed
from meridian.web.exchange import Request

HEADER = b"x-meridian-purpose"
_CODE = re.compile(r"[A-Z]{2,16}")


def purpose_of(request: Request) -> str:
    """
    The code; empty where none is named.

    Raises:
        Malformed: If it has not the shape of one.
    """
    named = request.header(HEADER).strip()
    if named and not _CODE.fullmatch(named):
        raise Malformed("X-Meridian-Purpose takes one code of v3-ActReason, such as TREAT")
    return named
