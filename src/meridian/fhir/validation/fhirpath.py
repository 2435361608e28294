"""
FHIRPath, as much of it as HL7's invariants use, compiled to closures over one structure.

The structure is known when an expression is compiled, so that `value.exists()` becomes a look for the keys that a
choice may have. An expression that needs what is not at hand (another resource, a terminology server) does not compile
and raises `NotStated`; `invariants` says what becomes of those.

Compiled code takes the focus (one item) and gives a list of items. A primitive that has only extensions counts as an
item without value, `NO_VALUE`.

Source: hl7.org/fhirpath/N1; hl7.org/fhir/R4/fhirpath.html.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from meridian.fhir import definitions
from meridian.fhir.definitions import Type

from .primitives import CHECKS
from .times import compare

Items: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Any], Items]

NO_VALUE = object()
"""Stands for a primitive that has an id or extensions and no value."""

UCUM = "http://unitsofmeasure.org"


class NotStated(Exception):
    """The expression needs something a check of one resource does not have."""


class Compiled(NamedTuple):
    """Code and the types its items may have."""

    code: Code
    types: tuple[str, ...]


def holds(expression: str, structure: str) -> Callable[[Any], bool | None]:
    """
    A test of *expression* on an object of *structure*: true, false, or `None` where it cannot be told.

    Raises:
        NotStated: If the expression cannot be compiled.
    """
    tokens = _Tokens(expression)
    tree = _Parser(tokens).expression(0)
    if tokens.peek():
        raise NotStated(expression)
    code = _Compiler(structure).compile(tree, (structure,)).code
    return lambda focus: _truth(code(focus))


# Reading.

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>`[^`]+`|[$%]?[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|[=<>().,|{}+&\-\[\]]))"
)
_LEVELS = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in",),
    ("=", "!="),
    ("<=", "<", ">", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
)


class _Tokens:
    """The words of an expression, one ahead."""

    def __init__(self, text: str) -> None:
        self.words = list(self._split(text.strip()))
        self.at = 0

    def _split(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if not match:
                raise NotStated(text)
            yield match[0].strip()
            at = match.end()

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        self.at += 1
        return self.words[self.at - 1]

    def accept(self, word: str) -> bool:
        if self.peek() != word:
            return False
        self.at += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise NotStated(f"{word} expected")


Tree: TypeAlias = tuple[Any, ...]


class _Parser:
    """Precedence climbing; a tree is a tuple whose first member says what it is."""

    def __init__(self, tokens: _Tokens) -> None:
        self.tokens = tokens

    def expression(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self.path()
        left = self.expression(level + 1)
        while self.tokens.peek() in _LEVELS[level]:
            operator = self.tokens.take()
            left = ("operator", operator, left, self.expression(level + 1))
        return left

    def path(self) -> Tree:
        tree = self.term()
        while self.tokens.accept("."):
            tree = self.member(tree)
        return tree

    def member(self, of: Tree) -> Tree:
        name = self.tokens.take().strip("`")
        if not self.tokens.accept("("):
            return ("member", name, of)
        arguments: list[Tree] = []
        while not self.tokens.accept(")"):
            arguments.append(self.expression(0))
            self.tokens.accept(",")
        return ("call", name, of, arguments)

    def term(self) -> Tree:
        word = self.tokens.peek()
        if word == "(":
            self.tokens.take()
            tree = self.expression(0)
            self.tokens.expect(")")
            return tree
        if word[:1] == "'":
            return ("literal", self.tokens.take()[1:-1].encode().decode("unicode_escape"))
        if word[:1].isdigit():
            word = self.tokens.take()
            return ("literal", Decimal(word) if "." in word else int(word))
        if word in {"true", "false"}:
            return ("literal", self.tokens.take() == "true")
        if word[:1] == "%" or word == "$this":
            return ("constant", self.tokens.take())
        if not re.match(r"[`A-Za-z_]", word):
            raise NotStated(word)
        return self.member(("constant", "$this"))


# Values.


def _truth(items: Items) -> bool | None:
    """FHIRPath's truth of a collection: empty is unknown, one thing that is not a boolean is true."""
    if not items:
        return None
    return items[0] if isinstance(items[0], bool) else True


def _boolean(value: bool | None) -> Items:  # noqa: FBT001 - three-valued logic is about booleans
    return [] if value is None else [value]


def _or(a: bool | None, b: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return True if a or b else None if a is None or b is None else False


def _and(a: bool | None, b: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return False if a is False or b is False else None if a is None or b is None else True


def _xor(a: bool | None, b: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return None if a is None or b is None else a is not b


def _implies(a: bool | None, b: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return True if a is False else b if a else True if b else None


_LOGIC = {"or": _or, "and": _and, "xor": _xor, "implies": _implies}
_ORDER: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def _ordered(accept: Callable[[int], bool], left: Items, right: Items) -> Items:
    """An order comparison; empty where either is missing or they cannot be compared."""
    if len(left) != 1 or len(right) != 1:
        return []
    sign = compare(left[0], right[0])
    return [] if sign is None else [accept(sign)]


def _equal(left: Items, right: Items) -> Items:
    if not left or not right or NO_VALUE in left or NO_VALUE in right:
        return []
    return [left == right]


def _keys(name: str, types: tuple[str, ...]) -> dict[str, Type]:
    """The properties that *name* may be spelled as in any of *types*."""
    found: dict[str, Type] = {}
    for structure in types:
        if definitions.exists(structure) and name in definitions.elements(structure):
            found |= definitions.elements(structure)[name].spellings()
    return found


def _collect(item: Any, keys: tuple[str, ...]) -> Items:
    """What *item* has under any of *keys*."""
    if type(item) is not dict:
        return []
    found: Items = []
    for key in keys:
        if key in item:
            value = item[key]
            found += [NO_VALUE if v is None else v for v in value] if type(value) is list else [value]
        elif f"_{key}" in item:
            found.append(NO_VALUE)
    return found


# Compiling.


class _Compiler:
    """Compiles a tree; functions are the methods whose names begin with `call_`."""

    def __init__(self, root: str) -> None:
        self.root = root

    def compile(self, tree: Tree, types: tuple[str, ...]) -> Compiled:
        return getattr(self, tree[0])(types, *tree[1:])  # type: ignore[no-any-return]  # each kind of tree gives one

    def literal(self, _: tuple[str, ...], value: Any) -> Compiled:
        return Compiled(lambda _: [value], ())

    def constant(self, types: tuple[str, ...], name: str) -> Compiled:
        if name == "%ucum":
            return self.literal(types, UCUM)
        if name == "$this" or (name in {"%resource", "%context"} and types == (self.root,)):
            return Compiled(lambda focus: [focus], types)
        raise NotStated(name)

    def member(self, types: tuple[str, ...], name: str, of: Tree) -> Compiled:
        if of == ("constant", "$this") and name in types:
            return Compiled(lambda focus: [focus], types)
        inner = self.compile(of, types)
        keys = _keys(name, inner.types)
        if not keys:
            raise NotStated(name)
        names, code = tuple(keys), inner.code
        result = tuple(dict.fromkeys(t.spelled for t in keys.values()))
        if of == ("constant", "$this"):
            return Compiled(lambda focus: _collect(focus, names), result)
        return Compiled(lambda focus: [v for item in code(focus) for v in _collect(item, names)], result)

    def operator(self, types: tuple[str, ...], sign: str, left: Tree, right: Tree) -> Compiled:
        if sign in {"is", "as"}:
            return self.typed(types, sign, left, right)
        a, b = self.compile(left, types), self.compile(right, types)
        x, y = a.code, b.code
        if sign in _LOGIC:
            join = _LOGIC[sign]
            return Compiled(lambda focus: _boolean(join(_truth(x(focus)), _truth(y(focus)))), ("boolean",))
        if sign in _ORDER:
            accept = _ORDER[sign]
            return Compiled(lambda focus: _ordered(accept, x(focus), y(focus)), ("boolean",))
        return Compiled(_simple(sign, x, y), a.types + b.types if sign == "|" else ("boolean",))

    def typed(self, types: tuple[str, ...], sign: str, left: Tree, right: Tree) -> Compiled:
        """`choice is Type` and `choice as Type`: a look at one spelling."""
        if left[0] != "member" or right[0] != "member":
            raise NotStated(sign)
        inner = self.compile(left[2], types)
        wanted = {k for k, t in _keys(left[1], inner.types).items() if t.spelled.lower() == right[1].lower()}
        if not wanted:
            raise NotStated(right[1])
        names, code = tuple(wanted), inner.code
        if sign == "is":
            return Compiled(lambda focus: [any(_collect(i, names) for i in code(focus))], ("boolean",))
        return Compiled(lambda focus: [v for i in code(focus) for v in _collect(i, names)], (right[1],))

    def call(self, types: tuple[str, ...], name: str, of: Tree, arguments: list[Tree]) -> Compiled:
        function = getattr(self, f"call_{name}", None)
        if function is None:
            raise NotStated(name)
        return function(types, of, arguments)  # type: ignore[no-any-return]  # each function gives one

    def call_exists(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        present = self.present(types, ("call", "where", of, arguments) if arguments else of)
        return Compiled(lambda focus: [present(focus)], ("boolean",))

    def call_empty(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:
        present = self.present(types, of)
        return Compiled(lambda focus: [not present(focus)], ("boolean",))

    def present(self, types: tuple[str, ...], of: Tree) -> Callable[[Any], bool]:
        """Whether *of* has any item; for an element of the focus, whether one of its keys is there."""
        code = self.compile(of, types).code
        if of[0] != "member" or of[2] != ("constant", "$this") or of[1] in types:
            return lambda focus: bool(code(focus))
        names = frozenset(k for key in _keys(of[1], types) for k in (key, f"_{key}"))
        return lambda focus: type(focus) is dict and not names.isdisjoint(focus)

    def call_not(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:
        code = self.compile(of, types).code
        return Compiled(lambda focus: [not truth] if (truth := _truth(code(focus))) is not None else [], ("boolean",))

    def call_where(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        inner = self.compile(of, types)
        code, test = inner.code, self.compile(arguments[0], inner.types).code
        return Compiled(lambda focus: [i for i in code(focus) if _truth(test(i))], inner.types)

    def call_select(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        inner = self.compile(of, types)
        code, chosen = inner.code, self.compile(arguments[0], inner.types)
        pick = chosen.code
        return Compiled(lambda focus: [v for i in code(focus) for v in pick(i)], chosen.types)

    def call_all(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        inner = self.compile(of, types)
        code, test = inner.code, self.compile(arguments[0], inner.types).code
        return Compiled(lambda focus: [all(_truth(test(i)) is not False for i in code(focus))], ("boolean",))

    def call_trace(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:
        return self.compile(of, types)

    def call_first(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:
        inner = self.compile(of, types)
        code = inner.code
        return Compiled(lambda focus: code(focus)[:1], inner.types)

    def call_count(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:
        code = self.compile(of, types).code
        return Compiled(lambda focus: [len(code(focus))], ("integer",))

    def call_hasValue(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:  # noqa: N802 - FHIRPath's
        inner = self.compile(of, types)
        code = inner.code
        if not all(t in CHECKS for t in inner.types):
            raise NotStated("hasValue")
        return Compiled(lambda focus: [len(i := code(focus)) == 1 and i[0] is not NO_VALUE], ("boolean",))

    def call_isDistinct(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:  # noqa: N802 - FHIRPath's
        code = self.compile(of, types).code
        return Compiled(lambda focus: [_distinct(code(focus))], ("boolean",))

    def call_startsWith(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:  # noqa: N802 - FHIRPath's
        return self.text(types, of, arguments, lambda value, argument: value.startswith(argument))

    def call_contains(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        return self.text(types, of, arguments, lambda value, argument: argument in value)

    def call_matches(self, types: tuple[str, ...], of: Tree, arguments: list[Tree]) -> Compiled:
        return self.text(types, of, arguments, lambda value, argument: re.search(argument, value) is not None)

    def text(
        self, types: tuple[str, ...], of: Tree, arguments: list[Tree], test: Callable[[str, str], bool]
    ) -> Compiled:
        """A test of one text against a literal."""
        code = self.compile(of, types).code
        [(kind, argument)] = arguments
        if kind != "literal":
            raise NotStated(kind)
        return Compiled(
            lambda focus: [test(i[0], argument)] if len(i := code(focus)) == 1 and type(i[0]) is str else [],
            ("boolean",),
        )

    def call_toString(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:  # noqa: N802 - FHIRPath's
        code = self.compile(of, types).code
        return Compiled(lambda focus: [str(i) for i in code(focus) if i is not NO_VALUE], ("string",))

    def call_toInteger(self, types: tuple[str, ...], of: Tree, _: list[Tree]) -> Compiled:  # noqa: N802 - FHIRPath's
        code = self.compile(of, types).code
        return Compiled(lambda focus: [int(i) for i in code(focus) if str(i).lstrip("-").isdecimal()], ("integer",))


def _simple(sign: str, x: Code, y: Code) -> Code:
    """The operators that are neither logic nor order."""
    if sign == "=":
        return lambda focus: _equal(x(focus), y(focus))
    if sign == "!=":
        return lambda focus: [not e for e in _equal(x(focus), y(focus))]
    if sign == "|":
        return lambda focus: x(focus) + y(focus)
    if sign == "in":
        return lambda focus: [left[0] in y(focus)] if len(left := x(focus)) == 1 else []
    if sign == "+":
        return lambda focus: [a + b for a, b in zip(x(focus), y(focus), strict=False)]
    raise NotStated(sign)


def _distinct(items: Items) -> bool:
    texts = [i for i in items if type(i) is str]
    if len(texts) == len(items):
        return len(set(texts)) == len(texts)
    return all(item not in items[:index] for index, item in enumerate(items))
