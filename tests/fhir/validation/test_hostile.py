"""Resources made to hurt: refused in bounded time and with bounded answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Fault, Invalid, TooLarge
from meridian.fhir.types import TYPES
from meridian.fhir.validation import check
from meridian.fhir.validation.findings import MOST
from meridian.fhir.validation.structures import MOST_ITEMS


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient"} | elements


def refused(resource: dict[str, Any]) -> Fault:
    with within(2), pytest.raises((Invalid, TooLarge)) as caught:
        check(resource)
    return caught.value


@pytest.mark.parametrize("item", [1, {}, {"family": 1}, {"x": 1}, None, [[]], {"given": [""] * 9_000}], ids=range(7))
def test_an_array_of_nonsense_is_refused_with_few_words(item: Any) -> None:
    fault = refused(patient(name=[item] * (MOST_ITEMS - 1)))

    assert 0 < len(fault.issues) <= MOST


def test_an_array_of_100_000_items_is_too_long() -> None:
    fault = refused(patient(name=[{"family": "x"}] * 100_000))

    assert fault.issues[0].code == "too-long"


def test_an_array_of_100_000_primitive_extensions_is_too_long() -> None:
    refused(patient(name=[{"given": [None] * 100_000, "_given": [{"id": "a"}] * 100_000}]))


def test_100_000_unknown_elements_are_refused_with_few_words() -> None:
    fault = refused(patient(**{f"x{n}": 1 for n in range(100_000)}))

    assert len(fault.issues) == MOST


def test_extensions_within_extensions_end() -> None:
    extension: dict[str, Any] = {"url": "a", "valueCode": "x"}
    for _ in range(10_000):
        extension = {"url": "a", "extension": [extension]}

    assert isinstance(refused(patient(extension=[extension])), TooLarge)


def test_a_string_longer_than_the_standard_allows_is_refused() -> None:
    fault = refused(patient(name=[{"family": "x" * (1024 * 1024 + 1)}]))

    assert fault.issues[0].code == "too-long"


@pytest.mark.parametrize(
    "text",
    [
        "9" * 1_000_000,
        "2020-" * 100_000,
        "a " * 500_000 + "\n",
        " " * 1_000_000,
        "a/" * 500_000,
        "http://" + "a/" * 500_000,
    ],
    ids=range(6),
)
@pytest.mark.parametrize("place", ["birthDate", "language", "implicitRules", "id"])
def test_long_nonsense_does_not_keep_a_pattern_busy(place: str, text: str) -> None:
    with within(2), suppress(Invalid):
        check(patient(active=True) | {"id": "1"} | {place: text})


@pytest.mark.parametrize(
    "text", ["a/" * 500_000, "http://a/" + "a/" * 500_000 + " ", "Patient/" * 100_000, "#" * 500_000], ids=range(4)
)
def test_a_long_reference_does_not_keep_a_pattern_busy(text: str) -> None:
    refused(patient(managingOrganization={"reference": text}))


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
# fmt: off
names = st.sampled_from([
    "id", "meta", "text", "contained", "extension", "identifier", "name", "given", "_given", "value", "valueQuantity",
    "code", "coding", "subject", "reference", "status", "_status", "url", "period", "start", "item", "linkId",
    "component", "resourceType", "div",
])
# fmt: on
likely = st.recursive(json, lambda inner: st.dictionaries(names, inner | st.lists(inner, max_size=2), max_size=5))


@given(st.sampled_from(TYPES), st.dictionaries(names, likely, max_size=6))
def test_whatever_is_sent_is_accepted_or_refused_by_a_fault(name: str, elements: dict[str, Any]) -> None:
    fault = raised_by(elements | {"resourceType": name})

    assert fault is None or fault.issues
    assert fault is None or all(issue.place.startswith(name) for issue in fault.issues)


def raised_by(resource: dict[str, Any]) -> Invalid | None:
    try:
        check(resource)
    except Invalid as fault:
        return fault
    return None
