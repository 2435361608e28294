"""
JSON Patch on a resource: all of it or none, and never its type or id.

Our own and not the `jsonpatch` library's, for three reasons: its `test` takes `1` for `true`, its errors quote the
values they met (which here are patient data), and repeated `copy` may grow a document without bound.

Source: RFC 6902; RFC 6901; hl7.org/fhir/R4/http.html#patch.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.faults import Conflict, Fault, Invalid, Issue, Malformed, TooLarge
from meridian.fhir import codec

Json: TypeAlias = dict[str, Any]
Pointer: TypeAlias = tuple[str, ...]

MOST_OPERATIONS: Final = 1_000
"""Operations of one patch; house policy."""

MOST_COPIED: Final = 100_000
"""Values that all `copy` operations of a patch may make together; house policy."""

_VERBS: Final = ("add", "remove", "replace", "move", "copy", "test")
_WITH_VALUE: Final = frozenset({"add", "replace", "test"})
_WITH_FROM: Final = frozenset({"move", "copy"})
_ABSENT: Final = object()

_pointer = re.compile(r"(?:/(?:[^~/]|~[01])*)*").fullmatch
_index = re.compile(r"0|[1-9][0-9]{0,8}").fullmatch


class Operation(NamedTuple):
    """One step of a patch; *source* is the `from` of `move` and `copy`."""

    verb: str
    path: Pointer
    value: Any = None
    source: Pointer = ()


def parse(body: bytes) -> tuple[Operation, ...]:
    """
    The operations of a patch document.

    Raises:
        Malformed: If it is not a JSON Patch, naming the operation.
        TooLarge: If it has more than `MOST_OPERATIONS`.
    """
    return read(codec.read(body))


def read(document: Any) -> tuple[Operation, ...]:
    """As `parse`, of JSON that has been read; for a patch that arrives within a bundle."""
    if not isinstance(document, list):
        raise Malformed("A JSON Patch is an array of operations")
    if len(document) > MOST_OPERATIONS:
        raise TooLarge(f"A patch has at most {MOST_OPERATIONS} operations")
    return tuple(_operation(item, f"Patch[{index}]") for index, item in enumerate(document))


def apply(operations: Iterable[Operation], resource: Json) -> Json:
    """
    What *resource* becomes; it is itself left as it was.

    Raises:
        Conflict: If a `test` fails.
        Invalid: If an operation leads nowhere, or the result is of another type or id, or no resource at all.
        TooLarge: If copies exceed `MOST_COPIED`.
    """
    document = _Document(_copied(resource))
    for index, operation in enumerate(operations):
        document.at = f"Patch[{index}]"
        document.run(operation)
    return _same(document.root, resource)


def _operation(item: Any, place: str) -> Operation:
    if not isinstance(item, dict) or item.get("op") not in _VERBS:
        raise _refused(Malformed, f"{place}.op", "must be one of add, remove, replace, move, copy and test")
    verb = item["op"]
    if verb in _WITH_VALUE and "value" not in item:
        raise _refused(Malformed, f"{place}.value", "is required")
    source = _read_pointer(item.get("from"), f"{place}.from") if verb in _WITH_FROM else ()
    return Operation(verb, _read_pointer(item.get("path"), f"{place}.path"), item.get("value"), source)


def _read_pointer(text: Any, place: str) -> Pointer:
    if not isinstance(text, str) or not _pointer(text) or text.count("/") > codec.DEEPEST:
        raise _refused(Malformed, place, "must be a JSON Pointer (RFC 6901)")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def _refused(kind: type[Fault], place: str, text: str) -> Fault:
    code = {Malformed: "structure", Conflict: "conflict", TooLarge: "too-long"}.get(kind, "value")
    return kind(f"{place} {text}", issues=(Issue(code, text, place),))


def _same(result: Any, resource: Json) -> Json:
    """*result*, if it is still the same resource."""
    if not isinstance(result, dict):
        raise Invalid("The patch leaves no resource")
    for name in ("resourceType", "id"):
        if result.get(name) != resource.get(name):
            raise _refused(Invalid, name, "cannot be changed by a patch")
    if _deeper(result, codec.DEEPEST):
        raise TooLarge(f"The patch leaves more than {codec.DEEPEST} levels")
    return result


class _Document:
    """A JSON document being changed; *at* says for a fault which operation is at work."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.at = ""
        self.left = MOST_COPIED

    def run(self, operation: Operation) -> None:
        verb, path, value, source = operation
        match verb:
            case "add":
                self.add(path, _copied(value))
            case "remove":
                self.remove(path)
            case "replace":
                self.replace(path, _copied(value))
            case "move":
                self.move(source, path)
            case "copy":
                self.add(path, self.copy(self.get(source, "from")))
            case _:
                self.test(path, value)

    def test(self, path: Pointer, value: Any) -> None:
        if not _equal(self.get(path), value):
            raise _refused(Conflict, f"{self.at}.value", "is not what is there")

    def get(self, path: Pointer, member: str = "path") -> Any:
        found = self.root
        for part in path:
            found = self._child(found, part)
            if found is _ABSENT:
                raise _refused(Invalid, f"{self.at}.{member}", "leads nowhere")
        return found

    def add(self, path: Pointer, value: Any) -> None:
        if not path:
            self.root = value
            return
        parent, name = self.get(path[:-1]), path[-1]
        if isinstance(parent, dict):
            parent[name] = value
        elif isinstance(parent, list):
            parent.insert(self._place(parent, name), value)
        else:
            raise _refused(Invalid, f"{self.at}.path", "leads into a value that has no parts")

    def remove(self, path: Pointer) -> Any:
        found = self.get(path)
        if not path:
            raise _refused(Invalid, f"{self.at}.path", "must not be the whole resource")
        parent, name = self.get(path[:-1]), path[-1]
        del parent[int(name) if isinstance(parent, list) else name]
        return found

    def replace(self, path: Pointer, value: Any) -> None:
        self.get(path)
        if not path:
            self.root = value
            return
        parent, name = self.get(path[:-1]), path[-1]
        parent[int(name) if isinstance(parent, list) else name] = value

    def move(self, source: Pointer, path: Pointer) -> None:
        if path[: len(source)] == source and path != source:
            raise _refused(Invalid, f"{self.at}.path", "must not be within what is moved")
        self.get(source, "from")
        if path != source:
            self.add(path, self.remove(source))

    def copy(self, value: Any) -> Any:
        self.left -= _size(value, self.left)
        if self.left < 0:
            raise TooLarge(f"A patch copies at most {MOST_COPIED} values")
        return _copied(value)

    def _place(self, items: list[Any], name: str) -> int:
        """Where an item is to be inserted; `-` is after the last."""
        if name == "-":
            return len(items)
        if not _index(name) or int(name) > len(items):
            raise _refused(Invalid, f"{self.at}.path", "leads nowhere")
        return int(name)

    @staticmethod
    def _child(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return value.get(name, _ABSENT)
        if isinstance(value, list) and _index(name) and int(name) < len(value):
            return value[int(name)]
        return _ABSENT


def _copied(value: Any) -> Any:
    """A copy of JSON that shares no object or array with *value*."""
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if type(value) is list else value


def _size(value: Any, limit: int) -> int:
    """How many values *value* holds; counting ends past *limit*."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        item = waiting.pop()
        count += 1
        if type(item) is dict:
            waiting.extend(item.values())
        elif type(item) is list:
            waiting.extend(item)
    return count


def _deeper(value: Any, limit: int) -> bool:
    """Whether *value* has more than *limit* levels of objects and arrays."""
    inner = value.values() if type(value) is dict else value if type(value) is list else None
    return inner is not None and (limit == 0 or any(_deeper(item, limit - 1) for item in inner))


def _equal(left: Any, right: Any) -> bool:
    """
    Equality of JSON: numbers by value, and a number is never a boolean.

    Source: RFC 6902 section 4.6.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right)
