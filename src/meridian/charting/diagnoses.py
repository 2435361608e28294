"""
ICD-10-CM by code or by words, quickly and in little memory.

The codes come from the package `simple-icd-10-cm`, which takes a second and 150 MB to load; a child process loads it,
prints one line for each code that may be used, and ends. What is kept is about 30 MB: the codes, their words, and one
text that a search runs through. Nothing is loaded before the first one.
"""

import asyncio
import re
import subprocess
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from meridian.fhir.search.text import fold

MOST: Final = 25
LONGEST: Final = 100
"""Characters of a question."""
CATEGORY: Final = 3
"""Characters of a code before its point."""
_CODE = re.compile(r"[A-Za-z][0-9](?:[0-9A-Za-z](?:\.?[0-9A-Za-z]{0,4}))?")


class Diagnosis(NamedTuple):
    """A code that may be used (the finest of its branch), with its words."""

    code: str
    display: str


class Listing(NamedTuple):
    """
    All codes, in order.

    Args:
        codes: Each code.
        displays: Its words.
        folded: Its words once more, each after a space and without case and accents, a line for each code.
        starts: Where each line begins.
    """

    codes: list[str]
    displays: list[str]
    folded: str
    starts: "array[int]"


def listing(lines: Iterable[str]) -> Listing:
    """The listing of lines `CODE TAB words`."""
    pairs = [line.split("\t", 1) for line in sorted(lines)]
    texts = [" " + " ".join(_words(words)) for _, words in pairs]
    starts, at = array("I"), 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return Listing([code for code, _ in pairs], [words for _, words in pairs], "\n".join(texts), starts)


async def search(text: str, most: int = MOST) -> list[Diagnosis]:
    """Diagnoses whose code begins with *text*, or whose words begin with each of its words; the plainest first."""
    return find(await asyncio.to_thread(_ours), text, most)


async def known(code: str) -> Diagnosis | None:
    """The diagnosis with just that code."""
    found = find(await asyncio.to_thread(_ours), code, 1)
    return found[0] if found and found[0].code == code else None


def find(known: Listing, text: str, most: int) -> list[Diagnosis]:
    r"""
    As `search`, in a listing.

    >>> few = listing(["I10\tEssential (primary) hypertension", "E11.9\tType 2 diabetes mellitus"])
    >>> find(few, "diab type", 5), [one.code for one in find(few, "i1", 5)]
    ([Diagnosis(code='E11.9', display='Type 2 diabetes mellitus')], ['I10'])
    """
    asked = " ".join(text.split())[:LONGEST]
    if _CODE.fullmatch(asked):
        return _by_code(known, asked.upper().replace(".", ""), most)
    words = sorted(_words(asked), key=len, reverse=True)
    if not words:
        return []
    found = sorted(_lines(known, words))[:most]
    return [Diagnosis(known.codes[at], known.displays[at]) for *_, at in found]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _lines(known: Listing, words: list[str]) -> Iterator[tuple[int, bool, int, int]]:
    """Lines with all *words*: length of the code, whether none of them comes first, length, and number."""
    text, (first, *others) = known.folded, [f" {word}" for word in words]
    at = text.find(first)
    while at >= 0:
        line = bisect_right(known.starts, at) - 1
        end = known.starts[line + 1] - 1 if line + 1 < len(known.starts) else len(text)
        whole = text[known.starts[line] : end]
        if all(one in whole for one in others):
            yield len(known.codes[line]), not any(whole.startswith(f" {word}") for word in words), len(whole), line
        at = text.find(first, end)


def _by_code(known: Listing, code: str, most: int) -> list[Diagnosis]:
    dotted = f"{code[:3]}.{code[3:]}" if len(code) > CATEGORY else code
    found: list[Diagnosis] = []
    at = bisect_left(known.codes, dotted)
    while at < len(known.codes) and known.codes[at].startswith(dotted) and len(found) < most:
        found.append(Diagnosis(known.codes[at], known.displays[at]))
        at += 1
    return found


@cache
def _ours() -> Listing:
    done = subprocess.run(  # our own interpreter and our own module
        [sys.executable, "-m", "meridian.charting.diagnoses"], check=True, capture_output=True, timeout=60
    )
    return listing(done.stdout.decode().splitlines())


def _print() -> None:
    import simple_icd_10_cm as icd  # noqa: PLC0415  # only the child process

    lines = (
        f"{code}\t{words}"
        for code in icd.get_all_codes(with_dots=True)
        if icd.is_leaf(code) and not icd.is_chapter_or_block(code) and (words := icd.get_description(code))
    )
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    _print()
