"""
What a value of a type gives to a parameter of a kind.

`LEAVES[kind, type]` turns it into payloads, which with the parameter's number in front are index rows.

A type that stands in no table cannot answer a parameter of that kind, and `parameters` refuses to start on it unless
another variant of the same choice can.

Source: hl7.org/fhir/R4/search.html, "Parameter types".
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from meridian.fhir.search import moments
from meridian.fhir.search.hashing import address, code, fingerprint, number, system
from meridian.fhir.search.numbers import GREATEST, LEAST, real
from meridian.fhir.search.text import contact, fold, phonetic

Payload: TypeAlias = tuple[Any, ...]
Leaf: TypeAlias = Callable[[Any], Iterable[Payload]]

NAME_PARTS = ("family", "given", "prefix", "suffix", "text")
ADDRESS_PARTS = ("line", "city", "district", "state", "postalCode", "country", "text")


# string: the folded text, the fingerprint of the original


def text(value: str) -> Iterable[Payload]:
    """A text, unless nothing of it is left to compare."""
    folded = fold(value)
    return ((folded, fingerprint(value)),) if folded else ()


def parts(names: tuple[str, ...]) -> Leaf:
    """The texts among the children *names*, one or many each."""

    def leaf(value: Any) -> Iterable[Payload]:
        found: list[Payload] = []
        for name in names:
            part = value.get(name)
            if part is None:
                continue
            for one in (part,) if isinstance(part, str) else part:
                if one is not None:
                    found.extend(text(one))
        return found

    return leaf


def sound(names: tuple[str, ...]) -> Leaf:
    """What the words among the children *names* sound like; with no names, the value itself."""

    def sounds(value: Any) -> Iterable[Payload]:
        words = [value] if not names else [w for n in names for w in _listed(value.get(n)) if w is not None]
        return [(heard, fingerprint(word)) for word in words if (heard := phonetic(word))]

    return sounds


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# token: code, system


def plain_code(value: str) -> Iterable[Payload]:
    """A code whose system is implied, or a text that serves as one."""
    return ((code(value), 0),)


def boolean(value: bool) -> Iterable[Payload]:  # noqa: FBT001  # the value of an element
    """`true` or `false`."""
    return (("true" if value else "false", 0),)


def coding(value: Any) -> Iterable[Payload]:
    """A Coding; one without a code is found by its system alone."""
    return ((code(value.get("code") or ""), system(value.get("system"))),)


def concept(value: Any) -> Iterable[Payload]:
    """Each Coding of a CodeableConcept."""
    found = value.get("coding")
    return [(code(c.get("code") or ""), system(c.get("system"))) for c in found] if found else ()


def contact_point(value: Any) -> Iterable[Payload]:
    """A ContactPoint, its kind (phone, email) standing for a system."""
    return ((contact(value["value"]), system(value.get("system"))),) if value.get("value") else ()


def identifier(value: Any) -> Iterable[Payload]:
    """An Identifier's value, to be hashed, and its system."""
    secret = code(value.get("value") or "")
    return ((secret, system(value.get("system"))),)


def typed_identifier(value: Any) -> Iterable[Payload]:
    """What `:of-type` asks for: the type's code with the value."""
    secret = value.get("value")
    kinds = value.get("type", {}).get("coding", ()) if secret else ()
    return [(of_type(c.get("code") or "", secret), system(c.get("system"))) for c in kinds]


def of_type(kind: str, secret: str) -> str:
    """An identifier's type and value as one text."""
    return f"{code(kind)}|{code(secret)}"


# token with :text


def concept_text(value: Any) -> Iterable[Payload]:
    """A CodeableConcept's text, and the displays that say something else."""
    found = [value["text"]] if "text" in value else []
    found += [c["display"] for c in value.get("coding", ()) if "display" in c]
    return [one for words in dict.fromkeys(found) for one in text(words)]


def coding_text(value: Any) -> Iterable[Payload]:
    """A Coding's display."""
    return text(value["display"]) if "display" in value else ()


# reference: id or URL, type's number


def link(value: Any) -> Iterable[Payload]:
    """A Reference; one into the resource itself, or by identifier alone, leads nowhere."""
    target = value.get("reference")
    return (aim(target),) if target and target[0] != "#" else ()


def aim(target: str) -> Payload:
    """
    Where a reference leads: `Type/id` without its version to a resource here, anything else by its URL.

    >>> aim("https://example.org/fhir/Patient/1")[1]
    0
    """
    pieces = target.split("/")
    if len(pieces) in (2, 4) and pieces[0].isalpha() and ":" not in pieces[1]:
        return pieces[1], number(pieces[0])
    return address(target), 0


def canonical(value: str) -> Iterable[Payload]:
    """A canonical URL, found with its version and without."""
    url, bar, _ = value.partition("|")
    return ((address(url), 0), (address(value), 0)) if bar else ((address(value), 0),)


# uri: the URI itself


def uri(value: str) -> Iterable[Payload]:
    """A URI, compared letter by letter."""
    return ((address(value), fingerprint(value)),)


def canonical_uri(value: str) -> Iterable[Payload]:
    """A canonical URL, found with its version and without."""
    url, bar, _ = value.partition("|")
    return (*uri(url), *uri(value)) if bar else uri(value)


# date: [low, high)


def moment(value: str) -> Iterable[Payload]:
    """A date, dateTime or instant."""
    found = moments.interval(value)
    return (found,) if found else ()


def period(value: Any) -> Iterable[Payload]:
    """A Period; an end it lacks is open."""
    start, end = value.get("start"), value.get("end")
    low = moments.interval(start) if start else None
    high = moments.interval(end) if end else None
    if low is None and high is None:
        return ()
    return ((low[0] if low else moments.FIRST, high[1] if high else moments.LAST),)


def timing(value: Any) -> Iterable[Payload]:
    """From the first to the last moment that a Timing names; where it names none, nothing."""
    found = [one for event in value.get("event", ()) if event for one in moment(event)]
    found += period(value.get("repeat", {}).get("boundsPeriod", {}))
    return ((min(low for low, _ in found), max(high for _, high in found)),) if found else ()


# number and quantity: low, high, code, system, unit


def amount(value: Decimal | int) -> Iterable[Payload]:
    """A plain number."""
    exact = real(value)
    return ((exact, exact, "", 0, ""),)


def quantity(value: Any) -> Iterable[Payload]:
    """A Quantity; a comparator opens its end."""
    if "value" not in value:
        return ()
    low = high = real(value["value"])
    comparator = value.get("comparator")
    if comparator:
        low, high = (LEAST, high) if comparator[0] == "<" else (low, GREATEST)
    return ((low, high, value.get("code", "")[:60], system(value.get("system")), value.get("unit", "")[:60]),)


def money(value: Any) -> Iterable[Payload]:
    """Money, its currency standing for a unit's code."""
    if "value" not in value:
        return ()
    exact = real(value["value"])
    return ((exact, exact, value.get("currency", ""), system(CURRENCIES), ""),)


CURRENCIES = "urn:iso:std:iso:4217"


def value_range(value: Any) -> Iterable[Payload]:
    """A Range, in the unit of its first end."""
    ends = [value[end] for end in ("low", "high") if "value" in value.get(end, {})]
    if not ends:
        return ()
    low = real(value["low"]["value"]) if ends[0] is value.get("low") else LEAST
    high = real(value["high"]["value"]) if ends[-1] is value.get("high") else GREATEST
    unit = ends[0]
    return ((low, high, unit.get("code", "")[:60], system(unit.get("system")), unit.get("unit", "")[:60]),)


def sampled(value: Any) -> Iterable[Payload]:
    """From the least to the greatest of the samples."""
    origin = value["origin"]
    factor, zero = float(value.get("factor", 1)), float(origin.get("value", 0))
    points = []
    for sample in value.get("data", "").split():
        try:
            points.append(float(sample) * factor + zero)
        except ValueError:  # E, L and U: no sample, or one beyond the device's limits
            continue
    if not points:
        return ()
    unit = (origin.get("code", "")[:60], system(origin.get("system")), origin.get("unit", "")[:60])
    return ((real(min(points)), real(max(points)), *unit),)


# special: where a Location is


def position(value: Any) -> Iterable[Payload]:
    """Latitude and longitude, as the two ends of an amount."""
    return ((real(value["latitude"]), real(value["longitude"]), "", 0, ""),)


_TEXTS = ("string", "markdown", "code")
_CODES = ("code", "id", "string", "uri", "canonical", "url", "oid", "uuid", "markdown")
_MOMENTS = ("date", "dateTime", "instant")
_QUANTITIES = ("Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity", "MoneyQuantity")
_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")

LEAVES: dict[tuple[str, str], Leaf] = {
    **{("string", kind): text for kind in _TEXTS},
    ("string", "HumanName"): parts(NAME_PARTS),
    ("string", "Address"): parts(ADDRESS_PARTS),
    **{("phonetic", kind): sound(()) for kind in _TEXTS},
    ("phonetic", "HumanName"): sound(NAME_PARTS[:2]),
    **{("token", kind): plain_code for kind in _CODES},
    ("token", "boolean"): boolean,
    ("token", "Coding"): coding,
    ("token", "CodeableConcept"): concept,
    ("token", "ContactPoint"): contact_point,
    ("token", "Identifier"): identifier,
    ("token:of-type", "Identifier"): typed_identifier,
    ("token:text", "CodeableConcept"): concept_text,
    ("token:text", "Coding"): coding_text,
    ("reference", "Reference"): link,
    ("reference", "canonical"): canonical,
    ("reference", "uri"): canonical,
    ("uri", "uri"): uri,
    ("uri", "url"): uri,
    ("uri", "oid"): uri,
    ("uri", "uuid"): uri,
    ("uri", "canonical"): canonical_uri,
    **{("date", kind): moment for kind in _MOMENTS},
    ("date", "Period"): period,
    ("date", "Timing"): timing,
    **{("number", kind): amount for kind in _NUMBERS},
    **{("quantity", kind): quantity for kind in _QUANTITIES},
    ("quantity", "Money"): money,
    ("quantity", "Range"): value_range,
    ("quantity", "SampledData"): sampled,
    ("special", "Location.position"): position,
}
