"""
ICD-10-CM by code or by words, quickly and in little memory.

The codes come from the package `simple-icd-10-cm`, which takes a second and 150 MB to load; a child process loads it,
prints one line for each code that may be used, and ends. What is kept is about 15 MB: two texts, one to show and one
to search in, and where their lines begin. Nothing is loaded before the first search.
"""

import asyncio
import re
import subprocess
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO
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
    All codes, in order; a line for each in two texts, which are far smaller than as many strings.

    Args:
        shown: `CODE TAB words`.
        begins: Where each of those lines begins, and where one more would.
        folded: The words once more, each after a space and without case and accents.
        starts: Where each of those lines begins, and where one more would.
    """

    shown: str
    begins: "array[int]"
    folded: str
    starts: "array[int]"

    def __len__(self) -> int:
        return len(self.starts) - 1

    def at(self, line: int) -> Diagnosis:
        """The diagnosis of a line."""
        code, words = self.shown[self.begins[line] : self.begins[line + 1] - 1].split("\t", 1)
        return Diagnosis(code, words)

    def length(self, line: int) -> int:
        """Characters of its code."""
        return self.shown.index("\t", self.begins[line]) - self.begins[line]

    def words(self, line: int) -> str:
        """Its words, folded."""
        return self.folded[self.starts[line] : self.starts[line + 1] - 1]


def listing(lines: Iterable[str]) -> Listing:
    """The listing of lines `CODE TAB words`."""
    known = sorted(lines)
    shown, begins = _text(known)
    folded, starts = _text(" " + " ".join(_words(line.split("\t", 1)[1])) for line in known)
    return Listing(shown, begins, folded, starts)


def _text(lines: Iterable[str]) -> tuple[str, "array[int]"]:
    """The lines as one text, and where each begins."""
    text, begins = StringIO(), array("I", [0])
    for line in lines:
        text.write(line)
        text.write("\n")
        begins.append(begins[-1] + len(line) + 1)
    return text.getvalue(), begins


async def search(text: str, most: int = MOST) -> list[Diagnosis]:
    """Diagnoses whose code begins with *text*, or whose words begin with each of its words; the plainest first."""
    return await asyncio.to_thread(lambda: find(_ours(), text, most))  # a common word takes 50 ms


async def known(code: str) -> Diagnosis | None:
    """The diagnosis with just that code."""
    found = await search(code, 1)
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
    return [known.at(line) for *_, line in found]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _lines(known: Listing, words: list[str]) -> Iterator[tuple[int, bool, int, int]]:
    """Lines with all *words*: length of the code, whether none of them comes first, length, and number."""
    text, (first, *others) = known.folded, [f" {word}" for word in words]
    at = text.find(first)
    while at >= 0:
        line = bisect_right(known.starts, at) - 1
        whole = known.words(line)
        if all(one in whole for one in others):
            yield known.length(line), not any(whole.startswith(f" {word}") for word in words), len(whole), line
        at = text.find(first, known.starts[line + 1] - 1)


def _by_code(known: Listing, code: str, most: int) -> list[Diagnosis]:
    dotted = f"{code[:3]}.{code[3:]}" if len(code) > CATEGORY else code
    found: list[Diagnosis] = []
    line = bisect_left(range(len(known)), dotted, key=lambda one: known.at(one).code)
    while line < len(known) and (one := known.at(line)).code.startswith(dotted) and len(found) < most:
        found.append(one)
        line += 1
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
