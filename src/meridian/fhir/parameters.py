"""
What an operation is given: a Parameters resource, or a query's pairs read as one.

Source: hl7.org/fhir/R4/operations.html#executing; hl7.org/fhir/R4/parameters.html.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from meridian.faults import Invalid, Issue, Malformed

Resource: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameters:
    """
    The parameters of one call.

    Raises (from every accessor):
        Invalid: If it is missing where it must be, there twice where once is allowed, or of another type; named.
    """

    parts: tuple[tuple[str, Any], ...] = ()
    """Names with values: text of a query, or the `value[x]`, `resource` or list of parts of a Parameters resource."""

    def some(self, name: str) -> list[Any]:
        """Every value under *name*, in order."""
        return [value for known, value in self.parts if known == name]

    def one(self, name: str) -> Any:
        """The value under *name*; `None` where there is none."""
        found = self.some(name)
        if len(found) > 1:
            raise _wrong(name, "is given more than once")
        return found[0] if found else None

    def text(self, name: str, default: str | None = None) -> str:
        """A string, code, uri, date or dateTime; *default* where there is none."""
        value = self.one(name)
        if isinstance(value, dict) and "reference" in value:
            value = value["reference"]
        if value is None:
            if default is None:
                raise _wrong(name, "is missing", "required")
            return default
        if not isinstance(value, str):
            raise _wrong(name, "is to be text")
        return value

    def texts(self, name: str) -> list[str]:
        """Every string under *name*; of a reference, its text."""
        values = [one["reference"] if isinstance(one, dict) and "reference" in one else one for one in self.some(name)]
        if not all(isinstance(one, str) for one in values):
            raise _wrong(name, "is to be text")
        return values

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number; *default* where there is none."""
        value = self.one(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
            value = int(value[:12])
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(name, "is to be a whole number")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false; *default* where there is none."""
        value = self.one(name)
        if value is None:
            return default
        value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise _wrong(name, "is to be true or false")
        return value

    def resource(self, name: str) -> Resource:
        """A resource, which nobody has validated yet."""
        value = self.one(name)
        if not isinstance(value, dict) or "resourceType" not in value:
            raise _wrong(name, "is to be a resource")
        return value


def of_query(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """The parameters of a GET."""
    return Parameters(tuple(pairs))


def of_body(body: Resource) -> Parameters:
    """
    The parameters of a POST: a Parameters resource, or one resource that is the parameter `resource`.

    Raises:
        Malformed: If it is no Parameters resource as the standard shapes it.
    """
    if body.get("resourceType") != "Parameters":
        return Parameters((("resource", body),))
    return Parameters(tuple(_part(one) for one in _list(body)))


def answer(*parts: tuple[str, str, Any]) -> Resource:
    """
    A Parameters resource of name, kind and value.

    >>> answer(("result", "valueBoolean", True))
    {'resourceType': 'Parameters', 'parameter': [{'name': 'result', 'valueBoolean': True}]}
    """
    return {"resourceType": "Parameters", "parameter": [{"name": name, kind: value} for name, kind, value in parts]}


def _list(body: Resource) -> list[Any]:
    found = body.get("parameter", [])
    if not isinstance(found, list) or len(found) > 1000:  # noqa: PLR2004  # more than any operation takes
        raise Malformed("Parameters.parameter is to be a list of at most 1000")
    return found


def _part(given: Any) -> tuple[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise Malformed("Each parameter is an object with a name")
    values = [value for key, value in given.items() if key.startswith("value") or key in {"resource", "part"}]
    if len(values) != 1:
        raise Malformed("Each parameter has one value, resource or part")
    return given["name"], values[0]


def _wrong(name: str, text: str, code: str = "value") -> Invalid:
    return Invalid(f"The parameter {name} {text}", issues=(Issue(code, text, f"Parameters.parameter('{name}')"),))
