"""
How likely two Patients are one person, by what both say; pure and the same every time.

Each thing that both say adds to the sum when it agrees and takes away when it does not, by how much it tells (the idea
of Fellegi and Sunter, "A Theory for Record Linkage", 1969, with weights set by hand). The score is that sum as a share
of what full agreement would give, so asking with little cannot make a certain match. What only one of them says counts
for nothing.

Grades are those of hl7.org/fhir/R4/valueset-match-grade.html.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final, NamedTuple

from meridian.fhir.search.text import contact, fold, phonetic

Json = dict[str, Any]


class Weight(NamedTuple):
    """The score from 0 to 1, its grade, and what agreed or did not (`family`, `-birthDate`)."""

    score: float
    grade: str
    why: tuple[str, ...]


CERTAIN, PROBABLE, POSSIBLE, NOT = "certain", "probable", "possible", "certainly-not"
_GRADES: Final = ((0.93, CERTAIN), (0.75, PROBABLE), (0.45, POSSIBLE))
_ENOUGH: Final = 12.5
"""A sum below this is never certain: a name and a birth date alone are shared by strangers."""
_FULL: Final = 9.0
"""The least that full agreement is taken to be worth, so that a name alone is never more than possible."""

_IDENTIFIER, _BORN, _FAMILY, _GIVEN, _SEX, _REACHED, _LIVES = 8.0, 5.0, 3.5, 2.5, 0.5, 2.0, 1.5
_OTHER_IDENTIFIER, _OTHER_BORN, _OTHER_FAMILY, _OTHER_GIVEN, _OTHER_SEX = -2.0, -4.5, -2.5, -3.0, -1.5


class _Part(NamedTuple):
    name: str
    got: float
    full: float


def weigh(asked: Json, known: Json) -> Weight:
    """How likely *asked* and *known* are one person; the order does not matter."""
    parts = [part for part in _parts(asked, known) if part is not None]
    total, full = sum(part.got for part in parts), sum(part.full for part in parts)
    score = round(min(max(total / max(full, _FULL), 0.0), 1.0), 4)
    why = tuple(part.name if part.got > 0 else f"-{part.name}" for part in parts)
    grade = next((grade for least, grade in _GRADES if score >= least), NOT)
    if grade == CERTAIN and (total < _ENOUGH or any(one.startswith("-") for one in why)):
        grade = PROBABLE
    return Weight(score, grade, why)


def _parts(asked: Json, known: Json) -> Iterator[_Part | None]:
    yield _identifier(asked, known)
    yield _born(asked.get("birthDate", ""), known.get("birthDate", ""))
    yield from _names(asked, known)
    yield _sex(asked.get("gender", ""), known.get("gender", ""))
    yield _reached(asked, known)
    yield _lives(asked, known)


def _identifier(asked: Json, known: Json) -> _Part | None:
    one, other = _identifiers(asked), _identifiers(known)
    shared = one.keys() & other.keys()
    if not shared:
        return None
    same = any(one[system] & other[system] for system in shared)
    return _Part("identifier", _IDENTIFIER if same else _OTHER_IDENTIFIER, _IDENTIFIER)


def _identifiers(patient: Json) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in patient.get("identifier", ()):
        if one.get("value"):
            found.setdefault(one.get("system", ""), set()).add(fold(str(one["value"])))
    return found


def _born(one: str, other: str) -> _Part | None:
    if not one or not other:
        return None
    return _Part("birthDate", _BORN * share if (share := alike_dates(one, other)) else _OTHER_BORN, _BORN)


def alike_dates(one: str, other: str) -> float:
    """
    How alike two dates are: 1 the same, less for a slip of the hand, 0 for another day.

    >>> alike_dates("1958-03-12", "1958-03-12"), alike_dates("1958-03-12", "1958-12-03")
    (1.0, 0.7)
    >>> alike_dates("1958-03-12", "1985-03-12"), alike_dates("1958-03-12", "1958-03-13")
    (0.6, 0.6)
    >>> alike_dates("1958-03-12", "1958"), alike_dates("1958-03-12", "1961-07-30")
    (0.5, 0.0)
    """
    if one == other:
        return 1.0
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return 0.5 if long.startswith(short) else 0.0
    if len(one) == len("1958-03-12") and one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        return 0.7
    a, b = one.replace("-", ""), other.replace("-", "")
    apart = [at for at in range(len(a)) if a[at] != b[at]]
    swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]  # noqa: PLR2004  # two digits
    return 0.6 if len(apart) == 1 or swapped else 0.0


def _names(asked: Json, known: Json) -> Iterator[_Part | None]:
    """Family and given names of the pair of names that agree best; a person may have borne several."""
    pairs = list(product(asked.get("name", ()), known.get("name", ())))
    if not pairs:
        return
    ways = [list(_name(one, other)) for one, other in pairs]
    best = max(ways, key=lambda parts: sum(part.got for part in parts))
    yield from best


def _name(one: Json, other: Json) -> Iterator[_Part]:
    families, givens = (one.get("family", ""), other.get("family", "")), (_given(one), _given(other))
    if all(families) and all(givens) and alike(families[0], givens[1][0]) == alike(givens[0][0], families[1]) == 1.0:
        yield _Part("family", _FAMILY * 0.8, _FAMILY)  # written the other way round
        yield _Part("given", _GIVEN * 0.8, _GIVEN)
        return
    if all(families):
        share = alike(*families)
        yield _Part("family", _FAMILY * share if share else _OTHER_FAMILY, _FAMILY)
    if all(givens):
        share = max(alike_given(a, b) for a, b in product(*givens))
        yield _Part("given", _GIVEN * share if share else _OTHER_GIVEN, _GIVEN)


def _given(name: Json) -> list[str]:
    return [one for one in name.get("given", ()) if one.strip()]


def alike(one: str, other: str) -> float:
    """
    How alike two names are: 1 the same but for case and accents, less for a slip or the same sound, 0 for another.

    >>> alike("Müller", "MULLER"), alike("Müller", "Mueller"), alike("Smith", "Smyth"), alike("Smith", "Jones")
    (1.0, 0.8, 0.8, 0.0)
    """
    a, b = fold(one), fold(other)
    if a == b:
        return 1.0
    if min(len(a), len(b)) >= 4 and _one_step(a, b):  # noqa: PLR2004  # shorter names differ by a letter
        return 0.8
    words = (set(a.split()), set(b.split()))
    if words[0] & words[1]:
        return 0.8  # one of two names joined by a hyphen or a space
    return 0.6 if phonetic(a) == phonetic(b) else 0.0


def alike_given(one: str, other: str) -> float:
    """
    As `alike`, of given names: an initial or a beginning tells something too.

    >>> alike_given("Anna", "A"), alike_given("Rob", "Robert"), alike_given("Anna", "Berta")
    (0.5, 0.7, 0.0)
    """
    share = alike(one, other)
    short, long = sorted((fold(one), fold(other)), key=len)
    if share or not short or not long.startswith(short):
        return share
    return 0.5 if len(short) == 1 else 0.7


def _one_step(a: str, b: str) -> bool:
    """Whether one letter added, left out, put for another, or changed places makes *a* of *b*."""
    if abs(len(a) - len(b)) > 1:
        return False
    at = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
    short, long = sorted((a, b), key=len)
    return short[at:] == long[at + 1 :]


def _sex(one: str, other: str) -> _Part | None:
    if one not in _SEXES or other not in _SEXES:
        return None
    return _Part("gender", _SEX if one == other else _OTHER_SEX, _SEX)


_SEXES: Final = frozenset({"male", "female"})


def _reached(asked: Json, known: Json) -> _Part | None:
    """A telephone number or address of the net that both have; people change them, so others tell nothing."""
    one, other = ({contact(t["value"]) for t in who.get("telecom", ()) if t.get("value")} for who in (asked, known))
    return _Part("telecom", _REACHED, _REACHED) if one & other else None


def _lives(asked: Json, known: Json) -> _Part | None:
    one, other = (
        {(fold(line), fold(a.get("postalCode", ""))) for a in who.get("address", ()) for line in a.get("line", ())[:1]}
        for who in (asked, known)
    )
    return _Part("address", _LIVES, _LIVES) if one & other else None
