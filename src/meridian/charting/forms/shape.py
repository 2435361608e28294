"""Which forms we can ask: the part of Questionnaire that the filler and the evaluator both understand."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from meridian.charting.forms.evaluate import SUPPORTED
from meridian.faults import Invalid, Issue

MOST_ITEMS: Final = 300
DEEPEST: Final = 6

Json = dict[str, Any]


def check(form: Json) -> None:
    """
    Pass if we can ask all of *form*.

    Raises:
        Invalid: Naming each place that we cannot.
    """
    found = list(_walk(form.get("item", []), "Questionnaire", 1))
    links = [item.get("linkId", "") for item, *_ in found]
    issues = [issue for item, place, depth in found for issue in _issues(item, place, depth, links)]
    if not found:
        issues.append(Issue("required", "It asks nothing", "Questionnaire.item"))
    if len(found) > MOST_ITEMS:
        issues.append(Issue("too-long", f"It has more than {MOST_ITEMS} items", "Questionnaire.item"))
    if issues:
        raise Invalid("This form asks more than we can", issues=tuple(issues))


def _walk(items: Sequence[Json], under: str, depth: int) -> Iterator[tuple[Json, str, int]]:
    for at, item in enumerate(items):
        place = f"{under}.item[{at}]"
        yield item, place, depth
        yield from _walk(item.get("item", []), place, depth + 1)


def _issues(item: Json, place: str, depth: int, links: Sequence[str]) -> Iterator[Issue]:
    kind = item.get("type")
    if kind not in SUPPORTED:
        yield Issue("not-supported", "is a type that we do not ask", f"{place}.type")
    if links.count(item.get("linkId", "")) > 1:
        yield Issue("duplicate", "is the link id of another item too", f"{place}.linkId")
    if depth > DEEPEST:
        yield Issue("too-long", f"is nested deeper than {DEEPEST}", place)
    if kind in {"choice", "open-choice"} and not item.get("answerOption"):
        yield Issue("required", "is a choice without options", f"{place}.answerOption")
    if "answerValueSet" in item:
        yield Issue("not-supported", "names a value set; list the options", f"{place}.answerValueSet")
    if kind == "display" and item.get("required"):
        yield Issue("invalid", "is text to read and cannot be required", f"{place}.required")
    for at, condition in enumerate(item.get("enableWhen", ())):
        if condition.get("question") not in links or condition.get("question") == item.get("linkId"):
            yield Issue("not-found", "depends on no other question of this form", f"{place}.enableWhen[{at}].question")
