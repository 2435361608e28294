"""
Secrets where none are to be: how they look, and looking for some that are known byte by byte.

A rule is sharp rather than wide: what it finds is to be looked at by a person each time. It does not know a password
that is a plain word; those of the deployment itself are looked for by their values (`own`).
"""

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

SHORTEST: Final = 8
"""Bytes of a value that can be looked for; a shorter one stands everywhere by chance."""
RAW: Final = 16
"""Bytes of a key that is looked for as it is, and in hexadecimal digits."""
DISORDER: Final = 3.6
"""Bits for each letter, from which on a text is taken for a secret; words of a language have less."""


class Rule(NamedTuple):
    """
    How a secret looks.

    Args:
        signs: What stands in every one of them: looked for first, because it is quick.
        shape: All of it.
    """

    signs: tuple[bytes, ...]
    shape: "re.Pattern[bytes]"


RULES: Final[Mapping[str, Rule]] = {
    "a private key": Rule(
        (b"PRIVATE KEY",),
        re.compile(rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n)+[A-Za-z0-9+/=]{40}"),
    ),
    "an AWS access key": Rule((b"AKIA", b"ASIA"), re.compile(rb"\b(?:AKIA|ASIA)(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b")),
    "an AWS secret key": Rule(
        (b"ecret_access_key", b"SECRET_ACCESS_KEY", b"ecretAccessKey"),
        re.compile(rb"(?i)secret_?access_?key\W{1,6}(?!\S*EXAMPLE)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])"),
    ),
    "a token of GitHub": Rule(
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    ),
    "a token of Slack": Rule((b"xox",), re.compile(rb"\bxox[abprs]-[0-9A-Za-z-]{20}")),
    "a key of Stripe": Rule((b"k_live_",), re.compile(rb"\b[rs]k_live_[0-9A-Za-z]{20}")),
    "a key of Google": Rule((b"AIza",), re.compile(rb"\bAIza[0-9A-Za-z_-]{35}\b")),
    "a token of a registry": Rule(
        (b"npm_", b"pypi-AgEI"), re.compile(rb"\b(?:npm_[A-Za-z0-9]{36}\b|pypi-AgEI[A-Za-z0-9_-]{40})")
    ),
    "a signed token": Rule(
        (b".eyJ",), re.compile(rb"\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{40,}")
    ),
    "an address with a password": Rule(
        (b"://",),
        re.compile(
            rb"\b(?:mariadb|mysql|postgres(?:ql)?|rediss?|amqps?|https?)(?:\+\w+)?://"
            rb"[\w.-]{1,40}:(?=[\w.+/=~-]*[0-9])[\w.+/=~-]{8,80}@[\w.-]+"
        ),
    ),
}
"""Sources: RFC 7468 section 10, RFC 7515 section 3.1, and what the issuers say of their prefixes."""
NAMED: Final = (b"assw", b"ecret", b"SECRET", b"oken", b"TOKEN", b"pi_key", b"piKey", b"PI_KEY", b"PASSW")
"""What stands in a secret's name."""
ASSIGNED: Final = re.compile(
    rb"(?:[Pp]assw(?:or)?d|PASSW(?:OR)?D|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Aa]pi_?[Kk]ey|API_?KEY)[\"']?\s{0,4}[:=]\s{0,4}"
    rb"[bru]?[\"']([A-Za-z0-9+/=_.!#$%^&*-]{16,120})[\"']"
)
"""A literal that is given a secret's name."""


def found(content: bytes) -> Iterator[str]:
    """The names of the rules that *content* breaks."""
    for name, rule in RULES.items():
        if any(sign in content for sign in rule.signs) and rule.shape.search(content):
            yield name
    if any(name in content for name in NAMED) and any(_is_random(one[1]) for one in ASSIGNED.finditer(content)):
        yield "a literal with a secret's name"


def _is_random(value: bytes) -> bool:
    """Whether a literal looks drawn by lot: digits and both cases in disorder, and no words strung together."""
    kinds = (re.search(kind, value) for kind in (rb"[0-9]", rb"[a-z]", rb"[A-Z]"))
    return all(kinds) and not re.search(rb"[a-z]{7}", value) and disorder(value) >= DISORDER


def disorder(value: bytes) -> float:
    """
    Shannon's entropy in bits for each byte.

    >>> disorder(b"aaaa"), disorder(b"abcd")
    (-0.0, 2.0)
    """
    counted = Counter(value)
    return -sum(many / len(value) * math.log2(many / len(value)) for many in counted.values())


def forms(value: str) -> set[bytes]:
    """Every way in which a secret may stand somewhere: as it is, its parts if it is JSON, and what its Base64 means."""
    made: set[bytes] = set()
    for text in {value, *_leaves(value)}:
        made.add(text.encode())
        try:
            raw = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue
        if len(raw) >= RAW:
            made |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
    return {one for one in made if len(one) >= SHORTEST}


def _leaves(value: str) -> Iterator[str]:
    try:
        waiting: list[Any] = [json.loads(value)]
    except ValueError:
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


class Known:
    """
    Values that are looked for.

    Args:
        values: By what they are, as `secret turn/secret`.
    """

    def __init__(self, values: Mapping[str, Iterable[bytes]]) -> None:
        self._names = {one: name for name, some in values.items() for one in some}
        words = sorted(self._names, key=len, reverse=True)
        self._any = re.compile(b"|".join(map(re.escape, words))) if words else None

    def __len__(self) -> int:
        return len(self._names)

    def within(self, content: bytes) -> str:
        """What *content* holds first, by name; empty: nothing."""
        match = self._any.search(content) if self._any else None
        return self._names[match[0]] if match else ""

    def sample(self) -> bytes:
        """One of them, to show that it would be seen."""
        return next(iter(self._names))
