"""
The small local rule set, for what both partners being down would leave open.

Fifteen interactions that experts held to be contraindicated (`interactions.toml`), allergies by substance and class,
and the same substance or kind of medicine taken twice (`classes.toml`). It knows some hundred substances, no doses, no
kidneys and no age: what it finds is true, and what it does not find means nothing. It always runs and never makes
anything clear.
"""

from collections.abc import Iterator
from itertools import product

from meridian.medications.findings import Alert, Kind, Severity
from meridian.medications.local_rules.pairs import Pair, pairs
from meridian.medications.question import Allergy, Drug, Question
from meridian.medications.substances import Class, classes, pairs_file

ID, NAME = "local", "Meridian's own rules"


def version() -> str:
    """Of the rules."""
    return str(pairs_file()["version"])


def check(question: Question) -> list[Alert]:
    """Everything the rules find, each once."""
    found = [*_interactions(question), *_allergies(question), *_duplicates(question)]
    return list({alert.key: alert for alert in found}.values())


def _interactions(question: Question) -> Iterator[Alert]:
    for other in question.taking:
        for pair in pairs():
            if _meets(pair, question.draft, other):
                yield _alert(Kind.INTERACTION, Severity.CONTRAINDICATED, pair.title, pair.text, other)


def _meets(pair: Pair, draft: Drug, other: Drug) -> bool:
    couples = product(draft.ingredients, other.ingredients)
    return any(one != two and pair.joins(one, two) for one, two in couples)


def _allergies(question: Question) -> Iterator[Alert]:
    for allergy in question.allergies:
        for ingredient in question.draft.ingredients:
            found = _reaction(allergy, ingredient)
            if found:
                severity, text = found
                title = f"Allergy: {allergy.name}"
                yield Alert(ID, Kind.ALLERGY, severity, title, text, (allergy.name,), _about(allergy.reference))


def _reaction(allergy: Allergy, ingredient: str) -> tuple[Severity, str] | None:
    if ingredient in allergy.ingredients:
        return Severity.CONTRAINDICATED, f"The patient has a recorded allergy to {ingredient}."
    worst: tuple[Severity, str] | None = None
    for each in classes():
        severity = _by_class(allergy, each, ingredient)
        if severity and (worst is None or severity.rank < worst[0].rank):
            worst = severity, f"{ingredient.capitalize()} may react as {allergy.name} does ({each.title})."
    return worst


def _by_class(allergy: Allergy, each: Class, ingredient: str) -> Severity | None:
    """What an allergy that lies in *each* means for *ingredient*."""
    if each.id not in allergy.classes and not each.members.intersection(allergy.ingredients):
        return None
    if ingredient in each.members:
        return each.allergy
    others = (severity for other, severity in each.cross.items() if ingredient in _members(other))
    return next(others, None)


def _members(identity: str) -> frozenset[str]:
    return next(each.members for each in classes() if each.id == identity)


def _duplicates(question: Question) -> Iterator[Alert]:
    for other in question.taking:
        if other.local or question.draft.local:
            continue  # a cream beside a tablet is no double dose
        same = set(question.draft.ingredients) & set(other.ingredients)
        if same:
            text = f"{' and '.join(sorted(same)).capitalize()} is already taken as {other.name}."
            yield _alert(Kind.DUPLICATE, Severity.MAJOR, "Same substance twice", text, other)
            continue
        yield from _same_kind(question.draft, other)


def _same_kind(draft: Drug, other: Drug) -> Iterator[Alert]:
    for each in classes():
        shared = each.members.intersection(draft.ingredients) and each.members.intersection(other.ingredients)
        if each.twice and shared:
            text = f"{other.name} is of the same kind: {each.title}."
            yield _alert(Kind.DUPLICATE, each.twice, f"Two of a kind: {each.title}", text, other)


def _alert(kind: Kind, severity: Severity, title: str, text: str, other: Drug) -> Alert:
    return Alert(ID, kind, severity, title, text, (other.name,), _about(other.reference))


def _about(reference: str) -> tuple[str, ...]:
    return (reference,) if reference else ()
