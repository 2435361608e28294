"""
E-mail addresses: how one is read, and how an account is found by it.

The address itself is sealed, since that somebody is a patient of a clinic is health information; an account is found
by a keyed digest of the folded address.
"""

import re
import unicodedata

from meridian.faults import Invalid, Issue
from meridian.vault.platform import PlatformKey

_SHAPE = re.compile(
    r"[^\s@\x00-\x1f\x7f<>(),;:\\\"\[\]]{1,64}@(?=.{1,253}$)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*"
)
LONGEST = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets


def clean(email: str) -> str:
    """
    The address as it is kept and written to.

    Raises:
        Invalid: If it has not the shape of one.
    """
    address = unicodedata.normalize("NFKC", email).strip()
    if len(address) > LONGEST or not _SHAPE.fullmatch(address):
        raise Invalid("The e-mail address is not one", issues=(Issue("value", "is not an e-mail address", "email"),))
    return address


def fold(email: str) -> str:
    """
    The address without what people do not mean to tell apart.

    >>> fold(" Anne@Clinic.Example ")
    'anne@clinic.example'
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().casefold())


def key(sealer: PlatformKey, email: str) -> bytes:
    """What an account is found by; any text has one, whether or not it is an address."""
    return sealer.digest("account.address", fold(email).encode("utf-8", "surrogatepass"))
