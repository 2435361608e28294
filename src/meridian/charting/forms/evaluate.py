"""
What a form asks, given what was answered so far: which questions stand, what is missing or wrong, and the score; pure.

The portal does the same in the browser (`features/forms/evaluate.ts`); both are held to `tests/charting/vectors`. A
condition is looked for in its own group first, then in the groups around it. The answer to a question that does not
stand counts for nothing, which may let others fall, so that is done until nothing changes.

Source: hl7.org/fhir/R4/questionnaire.html; hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from meridian.fhir import ours

Json: TypeAlias = dict[str, Any]
Items: TypeAlias = Sequence[Json]

STRUCTURES: Final = "http://hl7.org/fhir/StructureDefinition"
ORDINAL: Final = f"{STRUCTURES}/ordinalValue"
"""What choosing an option adds to the score. Source: hl7.org/fhir/R4/extension-ordinalvalue.html."""

SCORE: Final = "score"
"""Our extension of the item that shows the score; its answer is worked out and never asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One question or group as it stands; an occurrence of a repeated group is a line of its own.

    Args:
        key: Unique in the form: link ids with the occurrence of each, as `2:1/2.1:0`.
        item: Of the Questionnaire.
        answers: Of the response.
        lines: What stands within it.
        occurrences: How many of it there are.
    """

    key: str
    item: Json
    answers: Items
    lines: "tuple[Line, ...]"
    occurrences: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """
    What stops a form from being sent.

    Args:
        key: Of the line.
        fault: `required`, `tooSmall`, `tooLarge`, `tooLong`, `notWhole`, `notANumber`, `notADate`, `notAChoice`,
            `wrongType`, `tooMany` or `unknown` (nobody asked that).
        bound: That was overstepped.
    """

    key: str
    fault: str
    bound: Any = None


@dataclass(frozen=True, slots=True)
class _Scope:
    """A group's questions and its answers: where a condition within it looks first."""

    asked: Items
    held: Items


def settled(form: Json, answered: Items) -> list[Json]:
    """The answers of what stands: what is kept."""
    asked = form.get("item", [])
    standing = _pruned(asked, answered, (_Scope(asked, answered),))
    for _ in range(_count(asked)):
        following = _pruned(asked, answered, (_Scope(asked, standing),))
        if following == standing:
            break
        standing = following
    return standing


def lines(form: Json, answered: Items) -> tuple[Line, ...]:
    """What is asked now, in order."""
    asked, standing = form.get("item", []), settled(form, answered)
    return tuple(_lines(asked, standing, (_Scope(asked, standing),), ""))


def wrongs(form: Json, answered: Items) -> list[Wrong]:
    """What stops the form from being sent, in its order; then answers that nobody asked for."""
    found = [wrong for line in flat(lines(form, answered)) for wrong in _wrong(line)]
    return [*found, *_unasked(form.get("item", []), answered)]


def score(form: Json, answered: Items) -> Decimal | None:
    """The sum of what was chosen; `None` for a form that gives no points."""
    weighed = [line for line in flat(lines(form, answered)) if any(True for _ in _weights(line.item))]
    if not weighed:
        return None
    return sum((_points(line) for line in weighed), Decimal())


def flat(found: Sequence[Line]) -> Iterator[Line]:
    """All lines, groups before what is in them."""
    for line in found:
        yield line
        yield from flat(line.lines)


def value_of(answer: Mapping[str, Any]) -> Any:
    """The value of an answer, or of an option, whatever its type; `None` where there is none."""
    return next((value for name, value in answer.items() if name.startswith("value")), None)


def is_score(item: Json) -> bool:
    """Whether the item shows the score."""
    return ours.extended(item, SCORE) is not None


# --- what stands


def _count(asked: Items) -> int:
    return sum(1 + _count(item.get("item", [])) for item in asked)


def _pruned(asked: Items, held: Items, scopes: tuple[_Scope, ...]) -> list[Json]:
    found: list[Json] = []
    for item in asked:
        if not _stands(item, scopes):
            continue
        known = [one for one in scopes[-1].held if one.get("linkId") == item["linkId"]]
        for at, one in enumerate(one for one in held if one.get("linkId") == item["linkId"]):
            found.append(_kept(item, one, known[at] if at < len(known) else {}, scopes))
    return found


def _kept(item: Json, one: Json, known: Json, scopes: tuple[_Scope, ...]) -> Json:
    below = item.get("item", [])
    if item.get("type") == "group":
        within = _pruned(below, one.get("item", []), (*scopes, _Scope(below, known.get("item", []))))
        return {**one, "item": within}
    answers = one.get("answer", [])
    if not below or not answers:
        return one
    first = (known.get("answer") or [{}])[0]
    within = _pruned(below, answers[0].get("item", []), (*scopes, _Scope(below, first.get("item", []))))
    return {**one, "answer": [{**answers[0], "item": within}, *answers[1:]]}


def _lines(asked: Items, held: Items, scopes: tuple[_Scope, ...], under: str) -> Iterator[Line]:
    for item in asked:
        if not _stands(item, scopes):
            continue
        found = [one for one in held if one.get("linkId") == item["linkId"]] or [{"linkId": item["linkId"]}]
        for at, one in enumerate(found):
            key, answers = f"{under}{item['linkId']}:{at}", one.get("answer", [])
            is_group = item.get("type") == "group"
            within = one.get("item", []) if is_group else (answers or [{}])[0].get("item", [])
            below = item.get("item", [])
            inner = tuple(_lines(below, within, (*scopes, _Scope(below, within)), f"{key}/"))
            yield Line(key, item, answers, inner if is_group or answers else (), len(found))


def _stands(item: Json, scopes: tuple[_Scope, ...]) -> bool:
    conditions = item.get("enableWhen", [])
    if not conditions:
        return True
    met = (_is_met(one, _nearest(one.get("question", ""), scopes)) for one in conditions)
    return any(met) if item.get("enableBehavior") == "any" else all(met)


def _nearest(link: str, scopes: tuple[_Scope, ...]) -> Items:
    for scope in reversed(scopes):
        if _asks(scope.asked, link):
            found = _deep(link, scope.held)
            return found.get("answer", []) if found else []
    return []


def _asks(asked: Items, link: str) -> bool:
    return any(item["linkId"] == link or _asks(item.get("item", []), link) for item in asked)


def _deep(link: str, held: Items) -> Json | None:
    for one in held:
        if one.get("linkId") == link:
            return one
        below = [*one.get("item", []), *(inner for answer in one.get("answer", []) for inner in answer.get("item", []))]
        found = _deep(link, below)
        if found is not None:
            return found
    return None


def _is_met(condition: Json, answers: Items) -> bool:
    given = [value for value in map(value_of, answers) if value is not None]
    wanted = next((value for name, value in condition.items() if name.startswith("answer")), None)
    operator = condition.get("operator")
    if operator == "exists":
        return bool(given) is wanted
    orders = [_compared(one, wanted) for one in given]
    if operator == "!=":
        return 0 not in orders
    return (
        any(order is not None and _OPERATORS[operator](order) for order in orders) if operator in _OPERATORS else False
    )


_OPERATORS: Final[Mapping[Any, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    ">": lambda order: order == 1,
    "<": lambda order: order == -1,
    ">=": lambda order: order in (0, 1),
    "<=": lambda order: order in (0, -1),
}
_APART: Final = 2
"""They differ and have no order."""


def _compared(given: Any, against: Any) -> int | None:
    """-1, 0, 1 or `_APART`; `None` for what cannot be compared."""
    if given is None or against is None:
        return None
    if isinstance(given, dict) and isinstance(against, dict):
        if "value" in given:
            return _ordered(_number(given["value"]), _number(against.get("value")))
        names = ("code", "system") if "code" in given else ("display",)
        return 0 if all(given.get(name, "") == against.get(name, "") for name in names) else _APART
    if isinstance(given, bool) or isinstance(against, bool):
        return 0 if given is against else _APART
    if isinstance(given, int | Decimal) and isinstance(against, int | Decimal):
        return _ordered(given, against)
    return _ordered(str(given), str(against))


def _ordered(one: Any, other: Any) -> int | None:
    if one is None or other is None:
        return None
    return 1 if one > other else -1 if one < other else 0


def _number(value: Any) -> int | Decimal | None:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


# --- what is wrong

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal", "valueInteger"),
    "integer": ("valueInteger", "valueDecimal"),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "choice": ("valueCoding", "valueInteger", "valueDate", "valueTime", "valueString"),
    "open-choice": ("valueCoding", "valueInteger", "valueDate", "valueTime", "valueString"),
    "quantity": ("valueQuantity",),
}
SUPPORTED: Final = frozenset({*_KINDS, "group", "display"})
_NUMBERS: Final = frozenset({"integer", "decimal", "quantity"})
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def _wrong(line: Line) -> Iterator[Wrong]:
    item, key = line.item, line.key
    kind = item.get("type", "")
    if line.occurrences > 1 and not item.get("repeats") and key.endswith(":1"):
        yield Wrong(key, "tooMany")
    if kind in {"group", "display"} or is_score(item):
        return
    given = [one for one in line.answers if value_of(one) not in (None, "")]
    if not given:
        if item.get("required"):
            yield Wrong(key, "required")
        return
    if len(given) > 1 and not item.get("repeats"):
        yield Wrong(key, "tooMany")
    found = next((fault for one in given if (fault := _fault(item, one))), None)
    if found is not None:
        yield Wrong(key, *found)


def _fault(item: Json, answer: Json) -> tuple[str, Any] | None:
    name = next(one for one in answer if one.startswith("value"))
    value, kind = answer[name], item.get("type", "")
    if kind in _NUMBERS:
        return _number_fault(item, value, kind)
    if name not in _KINDS.get(kind, ()):
        return "wrongType", None
    if isinstance(value, str):
        longest = item.get("maxLength")
        if longest and len(value) > longest:
            return "tooLong", longest
        if kind == "date" and not _DATE.fullmatch(value):
            return "notADate", None
    options = item.get("answerOption", [])
    if kind == "choice" and options and not any(_compared(value, value_of(option)) == 0 for option in options):
        return "notAChoice", None
    return _bounds(item, value) if kind in {"date", "dateTime"} else None


def _number_fault(item: Json, value: Any, kind: str) -> tuple[str, Any] | None:
    number = _number(value.get("value") if isinstance(value, dict) else value)
    if number is None or (kind == "quantity") is not isinstance(value, dict):
        return "notANumber", None
    if kind == "integer" and number != int(number):
        return "notWhole", None
    return _bounds(item, number)


def _bounds(item: Json, value: Any) -> tuple[str, Any] | None:
    for name, fault, outside in (("minValue", "tooSmall", -1), ("maxValue", "tooLarge", 1)):
        bound = _bound(item, name)
        if bound is not None and _compared(value, bound) == outside:
            return fault, bound
    return None


def _bound(item: Json, name: str) -> Any:
    """An item's least or greatest value. Source: hl7.org/fhir/R4/extension-minvalue.html, extension-maxvalue.html."""
    url = f"{STRUCTURES}/{name}"
    return next((value_of(one) for one in item.get("extension", ()) if one.get("url") == url), None)


def _unasked(asked: Items, held: Items, under: str = "") -> Iterator[Wrong]:
    known = {item["linkId"]: item for item in asked}
    for one in held:
        link = str(one.get("linkId", ""))
        item = known.get(link)
        if item is None:
            yield Wrong(f"{under}{link}:0", "unknown")
            continue
        below = [*one.get("item", []), *(inner for answer in one.get("answer", []) for inner in answer.get("item", []))]
        yield from _unasked(item.get("item", []), below, f"{under}{link}:0/")


# --- the score


def _weights(item: Json) -> Iterator[tuple[Any, Decimal]]:
    """Options that give points, and how many."""
    for option in item.get("answerOption", ()):
        extensions = [*option.get("extension", ()), *option.get("valueCoding", {}).get("extension", ())]
        weight = next((one.get("valueDecimal") for one in extensions if one.get("url") == ORDINAL), None)
        if weight is not None:
            yield value_of(option), Decimal(weight)


def _points(line: Line) -> Decimal:
    given = [value_of(one) for one in line.answers]
    chosen = (weight for option, weight in _weights(line.item) if any(_compared(one, option) == 0 for one in given))
    return sum(chosen, Decimal())


def band(form: Json, points: Decimal | None) -> str | None:
    """What *points* mean, by the bands (`score-band`: low, high, text) that the form's score item lists."""
    if points is None:
        return None
    for item in form.get("item", ()):
        for one in item.get("extension", ()):
            if one.get("url") == f"{ours.EXTENSIONS}/score-band":
                parts = {part["url"]: value_of(part) for part in one.get("extension", ())}
                if parts.get("low", points) <= points <= parts.get("high", points):
                    return str(parts.get("text", ""))
    return None
