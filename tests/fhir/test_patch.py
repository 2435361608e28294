"""JSON Patch: what RFC 6902 says, and what FHIR and safety add."""

import time
from decimal import Decimal
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Conflict, Invalid, Malformed, TooLarge
from meridian.fhir.codec import DEEPEST, encode
from meridian.fhir.patch import MOST_OPERATIONS, apply, parse, read

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "active": True,
    "name": [{"family": "Chalmers", "given": ["Peter", "James"]}],
    "multipleBirthInteger": 1,
}


def patched(*operations: dict[str, Any], resource: dict[str, Any] | None = None) -> dict[str, Any]:
    return apply(read(list(operations)), resource or PATIENT)


def test_each_operation_does_what_the_rfc_says() -> None:
    result = patched(
        {"op": "test", "path": "/name/0/family", "value": "Chalmers"},
        {"op": "add", "path": "/gender", "value": "male"},
        {"op": "add", "path": "/name/0/given/-", "value": "Paul"},
        {"op": "add", "path": "/name/0/given/0", "value": "Sir"},
        {"op": "replace", "path": "/active", "value": False},
        {"op": "remove", "path": "/multipleBirthInteger"},
        {"op": "copy", "from": "/name/0", "path": "/name/-"},
        {"op": "move", "from": "/name/1/family", "path": "/name/1/text"},
    )

    given = ["Sir", "Peter", "James", "Paul"]
    assert result == {
        "resourceType": "Patient",
        "id": "1",
        "active": False,
        "name": [{"family": "Chalmers", "given": given}, {"given": given, "text": "Chalmers"}],
        "gender": "male",
    }


def test_the_resource_itself_is_left_as_it_was() -> None:
    before = encode(PATIENT)

    patched({"op": "add", "path": "/name/0/given/0", "value": "Sir"}, {"op": "remove", "path": "/active"})

    assert encode(PATIENT) == before


def test_a_value_added_twice_is_not_shared() -> None:
    result = patched(
        {"op": "copy", "from": "/name/0", "path": "/name/-"},
        {"op": "add", "path": "/name/1/given/0", "value": "Sir"},
    )

    assert result["name"][0]["given"] == ["Peter", "James"]


def test_a_test_compares_numbers_by_value_and_never_with_booleans() -> None:
    weight = {"resourceType": "Observation", "id": "1", "valueQuantity": {"value": Decimal("1.0")}}

    patched({"op": "test", "path": "/valueQuantity/value", "value": 1}, resource=weight)

    with pytest.raises(Conflict):
        patched({"op": "test", "path": "/multipleBirthInteger", "value": True})
    with pytest.raises(Conflict):
        patched({"op": "test", "path": "/active", "value": 1})


def test_a_failed_test_is_a_conflict_that_names_its_operation_and_no_value() -> None:
    with pytest.raises(Conflict) as caught:
        patched(
            {"op": "test", "path": "/active", "value": True},
            {"op": "test", "path": "/name/0/family", "value": "Jones"},
        )

    assert caught.value.detail == "Patch[1].value is not what is there"


NOWHERE = [
    {"op": "remove", "path": "/gender"},
    {"op": "remove", "path": ""},
    {"op": "replace", "path": "/gender", "value": "male"},
    {"op": "add", "path": "/contact/0/name", "value": {}},
    {"op": "add", "path": "/name/2", "value": {}},
    {"op": "add", "path": "/name/01", "value": {}},
    {"op": "add", "path": "/name/-1", "value": {}},
    {"op": "add", "path": "/name/1e0", "value": {}},
    {"op": "add", "path": "/active/x", "value": 1},
    {"op": "remove", "path": "/name/-"},
    {"op": "replace", "path": "/name/-", "value": {}},
    {"op": "replace", "path": "/name/family", "value": "x"},
    {"op": "test", "path": "/gender", "value": None},
    {"op": "move", "from": "/gender", "path": "/name/0/use"},
    {"op": "move", "from": "/name", "path": "/name/0/x"},
    {"op": "copy", "from": "/name/9", "path": "/name/-"},
]


@pytest.mark.parametrize("operation", NOWHERE, ids=str)
def test_an_operation_that_leads_nowhere_is_refused_by_its_place(operation: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        patched(operation)

    assert caught.value.issues[0].place.startswith("Patch[0].")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/id", "value": "2"},
        {"op": "remove", "path": "/id"},
        {"op": "replace", "path": "/resourceType", "value": "Person"},
        {"op": "replace", "path": "", "value": {"resourceType": "Patient", "id": "2"}},
        {"op": "replace", "path": "", "value": []},
        {"op": "add", "path": "", "value": "gone"},
    ],
    ids=str,
)
def test_type_and_id_stay(operation: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        patched(operation)


MALFORMED: list[Any] = [
    {},
    "x",
    [1],
    [{"op": "add"}],
    [{"op": "grow", "path": "/a", "value": 1}],
    [{"op": ["add"], "path": "/a", "value": 1}],
    [{"op": "add", "path": "/a"}],
    [{"op": "add", "path": "a", "value": 1}],
    [{"op": "add", "path": "/a~2", "value": 1}],
    [{"op": "add", "path": 1, "value": 1}],
    [{"op": "move", "path": "/a"}],
    [{"op": "add", "path": "/a" * 65, "value": 1}],
]


@pytest.mark.parametrize("document", MALFORMED, ids=str)
def test_what_is_no_patch_is_malformed(document: Any) -> None:
    with pytest.raises(Malformed):
        read(document)


def test_escapes_in_a_pointer_are_read_in_the_right_order() -> None:
    result = patched({"op": "add", "path": "/a~01b~1c", "value": 1})

    assert result["a~1b/c"] == 1


def test_a_patch_with_too_many_operations_is_too_large() -> None:
    with pytest.raises(TooLarge):
        parse(encode_all([{"op": "test", "path": "/id", "value": "1"}] * (MOST_OPERATIONS + 1)))


def test_copies_of_copies_end_soon() -> None:
    doubling = [{"op": "add", "path": "/x", "value": [1]}] + [{"op": "copy", "from": "/x", "path": "/x/-"}] * 60
    began = time.process_time()

    with pytest.raises(TooLarge):
        patched(*doubling)

    assert time.process_time() - began < 2


def test_a_patch_cannot_nest_deeper_than_a_resource_may() -> None:
    deep: Any = 1
    for _ in range(DEEPEST):
        deep = [deep]

    with pytest.raises(TooLarge):
        patched({"op": "add", "path": "/x", "value": deep})


def encode_all(operations: list[dict[str, Any]]) -> bytes:
    return b"[" + b",".join(encode(operation) for operation in operations) + b"]"


keys = st.sampled_from(["a", "b", "c~", "d/e", "0"])
scalars = (
    st.none() | st.text("xyz", max_size=2) | st.integers(2, 9)
)  # neither 0 nor 1, which jsonpatch takes for booleans
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))
documents = st.dictionaries(keys, values, max_size=4)
pointers = st.lists(st.sampled_from(["a", "b", "c~0", "d~1e", "0", "1", "-"]), min_size=1, max_size=3).map(
    lambda parts: "".join(f"/{part}" for part in parts)
)
operations = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace", "test"]), "path": pointers, "value": values}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": pointers}),
    st.fixed_dictionaries({"op": st.sampled_from(["move", "copy"]), "path": pointers, "from": pointers}),
)


@given(documents, st.lists(operations, max_size=4))
def test_where_the_jsonpatch_library_has_an_answer_ours_is_the_same(
    document: dict[str, Any], steps: list[dict[str, Any]]
) -> None:
    try:
        expected = jsonpatch.apply_patch(document, steps)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, ValueError):
        return

    assert apply(read(steps), document) == expected


@given(documents, documents)
def test_a_difference_applied_gives_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    difference = jsonpatch.make_patch(before, after).patch

    assert apply(read(difference), before) == after
