"""
ICD-10-CM by code or by words, quickly and in little memory.

The codes come from the package `simple-icd-10-cm`, which takes a second and 150 MB to load; a child process loads it,
writes one line for each code that may be used, and ends. What is kept is about 14 MB: two texts, one to show and one
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
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from meridian.fhir.search.text import fold

MOST: Final = 25
LONGEST: Final = 100
"""Characters of a question."""
TAB: Final = "\t"
CATEGORY: Final = 3
"""Characters of a code before its point."""
_CODE = re.compile(r"[A-Za-z][0-9](?:[0-9A-Za-z](?:\.?[0-9A-Za-z]{0,4}))?")


class Diagnosis(NamedTuple):
    """A code that may be used (the finest of its branch), with its words."""

    code: str
    display: str


class Listing(NamedTuple):
    """
    All codes, in order; a line for each in two texts of UTF-8, which are far smaller than as many strings.

    Args:
        shown: `CODE TAB words`.
        begins: Where each of those lines begins, and where one more would.
        folded: The words once more, each after a space and without case and accents.
        starts: Where each of those lines begins, and where one more would.
    """

    shown: bytes
    begins: "array[int]"
    folded: bytes
    starts: "array[int]"

    def __len__(self) -> int:
        return len(self.starts) - 1

    def at(self, line: int) -> Diagnosis:
        """The diagnosis of a line."""
        code, _, words = self.shown[self.begins[line] : self.begins[line + 1] - 1].decode().partition("\t")
        return Diagnosis(code, words)

    def length(self, line: int) -> int:
        """Characters of its code."""
        return self.shown.index(b"\t", self.begins[line]) - self.begins[line]

    def words(self, line: int) -> bytes:
        """Its words, folded."""
        return self.folded[self.starts[line] : self.starts[line + 1] - 1]


def listing(lines: Iterable[str]) -> Listing:
    """The listing of lines `CODE TAB words`."""
    return _listing(*_texts(lines))


def _texts(lines: Iterable[str]) -> tuple[bytes, bytes]:
    """To show, and to search in."""
    known = sorted(lines)
    folded = "".join(f" {' '.join(_words(line.partition(TAB)[2]))}\n" for line in known)
    return "".join(f"{line}\n" for line in known).encode(), folded.encode()


def _listing(shown: bytes, folded: bytes) -> Listing:
    return Listing(shown, _begins(shown), folded, _begins(folded))


def _begins(text: bytes) -> "array[int]":
    """Where each line begins, and where one more would."""
    begins = array("I", [0])
    while (end := text.find(b"\n", begins[-1])) >= 0:
        begins.append(end + 1)
    return begins


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
    text, (first, *others) = known.folded, [f" {word}".encode() for word in words]
    at = text.find(first)
    while at >= 0:
        line = bisect_right(known.starts, at) - 1
        whole = known.words(line)
        if all(one in whole for one in others):
            yield known.length(line), not whole.startswith((first, *others)), len(whole), line
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
    with TemporaryFile() as file:
        subprocess.run(  # our own interpreter and our own module
            [sys.executable, "-m", "meridian.charting.diagnoses"], check=True, stdout=file, timeout=60
        )
        file.seek(0)
        shown, folded = (int(size) for size in file.readline().split())
        return _listing(file.read(shown), file.read(folded))


def _print() -> None:
    import simple_icd_10_cm as icd  # noqa: PLC0415  # only the child process

    texts = _texts(
        f"{code}{TAB}{words}"
        for code in icd.get_all_codes(with_dots=True)
        if icd.is_leaf(code) and not icd.is_chapter_or_block(code) and (words := icd.get_description(code))
    )
    sys.stdout.write(" ".join(str(len(text)) for text in texts) + "\n")
    sys.stdout.flush()
    for text in texts:
        sys.stdout.buffer.write(text)


if __name__ == "__main__":
    _print()
