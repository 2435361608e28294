"""The fifteen pairs, read from their file once."""

from dataclasses import dataclass
from functools import cache

from meridian.medications.substances import pairs_file


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two groups of substances of which no two are to be taken together.

    Args:
        number: In table 2 of the paper.
        one, other: The paper's object and precipitant.
        title, text: What happens, and what to do.
    """

    number: int
    one: frozenset[str]
    other: frozenset[str]
    title: str
    text: str

    def joins(self, first: str, second: str) -> bool:
        """Whether the two are of the two groups, either way round."""
        return (first in self.one and second in self.other) or (second in self.one and first in self.other)


@cache
def pairs() -> tuple[Pair, ...]:
    """All fifteen."""
    file = pairs_file()

    def group(names: list[str]) -> frozenset[str]:
        return frozenset(one for name in names for one in (file["groups"][name[1:]] if name[0] == "@" else [name]))

    return tuple(
        Pair(line["number"], group(line["object"]), group(line["precipitant"]), line["title"], line["text"])
        for line in file["pair"]
    )
