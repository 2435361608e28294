"""What a Bundle asks for."""

from base64 import b64encode
from typing import Any

import pytest

from meridian.faults import Fault, Invalid, TooLarge, Unsupported
from meridian.fhir import bundles
from meridian.fhir.bundles import MOST_ENTRIES, read, transaction
from meridian.fhir.patch import Operation

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


def entry(method: str, url: str, resource: Any = None, **more: Any) -> dict[str, Any]:
    full_url = more.pop("fullUrl", None)
    made: dict[str, Any] = {"request": {"method": method, "url": url} | more}
    if resource is not None:
        made["resource"] = resource
    return made | ({"fullUrl": full_url} if full_url else {})


def patient(name: str | None = None) -> dict[str, Any]:
    return {"resourceType": "Patient"} | ({"id": name} if name else {})


def bundle(*entries: Any, kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def places(fault: Fault) -> list[str]:
    return [issue.place for issue in fault.issues]


def test_entries_are_done_in_the_order_of_the_standard() -> None:
    asked = bundle(
        entry("GET", "Patient/1"),
        entry("PUT", "Patient/2", patient("2")),
        entry("POST", "Patient", patient()),
        entry("DELETE", "Patient/3"),
        entry("POST", "Patient", patient()),
    )

    assert [(r.method, r.index) for r in transaction(asked)] == [
        ("DELETE", 3),
        ("POST", 2),
        ("POST", 4),
        ("PUT", 1),
        ("GET", 0),
    ]


def test_a_request_carries_everything_its_entry_says() -> None:
    [put] = transaction(bundle(entry("PUT", "Patient/2", patient("2"), ifMatch='W/"3"', fullUrl=URN)))
    [post] = transaction(bundle(entry("POST", "Patient", patient(), ifNoneExist="?identifier=a|b")))
    [get] = transaction(bundle(entry("GET", "Patient?name=x&_count=1", ifNoneMatch='W/"2"')))

    assert (put.type, put.id, put.if_match, put.full_url) == ("Patient", "2", 3, URN)
    assert (post.type, post.id, post.if_none_exist, post.resource) == ("Patient", "", "identifier=a|b", patient())
    assert (get.path, get.query, get.if_none_match) == (("Patient",), "name=x&_count=1", 'W/"2"')


def test_our_own_address_before_a_path_is_left_out() -> None:
    asked = bundle(entry("DELETE", "https://clinic.example/fhir/R4/Patient/2"))

    [request] = transaction(asked, "https://clinic.example/fhir/R4")

    assert request.path == ("Patient", "2")


def test_a_patch_comes_in_a_binary() -> None:
    data = b64encode(b'[{"op":"remove","path":"/name"}]').decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}

    [request] = transaction(bundle(entry("PATCH", "Patient/1", binary)))

    assert request.patch == (Operation("remove", ("name",)),)


def test_a_change_may_be_conditional() -> None:
    update, delete = transaction(
        bundle(entry("PUT", "Patient?identifier=a|b", patient()), entry("DELETE", "Patient?identifier=c|d"))
    )[::-1]

    assert (update.id, update.query) == ("", "identifier=a|b")
    assert (delete.id, delete.query) == ("", "identifier=c|d")


WRONG: dict[str, tuple[Any, str]] = {
    "not an object": (1, "request"),
    "no request": ({"resource": patient()}, "request"),
    "no method": ({"request": {"url": "Patient"}}, "request.method"),
    "no url": ({"request": {"method": "GET"}}, "request.url"),
    "a method that is not a string": ({"request": {"method": 1, "url": "Patient"}}, "request.method"),
    "a method of lower case": (entry("get", "Patient"), "request.method"),
    "an unknown method": (entry("BREW", "Patient"), "request.method"),
    "a type that is not kept": (entry("POST", "Sequence", {"resourceType": "Sequence"}), "request.url"),
    "POST with an id": (entry("POST", "Patient/1", patient("1")), "request.url"),
    "POST without resource": (entry("POST", "Patient"), "resource"),
    "POST of another type": (entry("POST", "Patient", {"resourceType": "Person"}), "resource.resourceType"),
    "PUT without id": (entry("PUT", "Patient", patient()), "request.url"),
    "PUT of another id": (entry("PUT", "Patient/1", patient("2")), "resource.id"),
    "PUT with a bad id": (entry("PUT", "Patient/a b", patient("a b")), "request.url"),
    "PUT of a version": (entry("PUT", "Patient/1/_history/1", patient("1")), "request.url"),
    "DELETE of everything": (entry("DELETE", "Patient"), "request.url"),
    "DELETE with a resource": (entry("DELETE", "Patient/1", patient("1")), "resource"),
    "PATCH with a Patient": (entry("PATCH", "Patient/1", patient("1")), "resource"),
    "PATCH of another kind": (
        entry("PATCH", "Patient/1", {"resourceType": "Binary", "contentType": "text/plain"}),
        "resource.contentType",
    ),
    "PATCH that is none": (
        entry(
            "PATCH",
            "Patient/1",
            {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "!"},
        ),
        "resource.data",
    ),
    "ifMatch without quotes": (entry("PUT", "Patient/1", patient("1"), ifMatch="3"), "request.ifMatch"),
    "ifNoneExist that is a number": (entry("POST", "Patient", patient(), ifNoneExist=3), "request.ifNoneExist"),
    "a relative fullUrl": (entry("POST", "Patient", patient(), fullUrl="Patient/1"), "fullUrl"),
}


@pytest.mark.parametrize(("asked", "place"), WRONG.values(), ids=WRONG.keys())
def test_an_entry_that_cannot_be_done_is_refused_by_its_place(asked: Any, place: str) -> None:
    with pytest.raises((Invalid, Unsupported)) as caught:
        read(asked, 7)

    assert places(caught.value) == [f"Bundle.entry[7].{place}"]


def test_a_transaction_names_every_entry_that_is_wrong() -> None:
    asked = bundle(entry("POST", "Patient"), entry("GET", "Patient/1"), entry("DELETE", "Patient"))

    with pytest.raises(Invalid) as caught:
        transaction(asked)

    assert places(caught.value) == ["Bundle.entry[0].resource", "Bundle.entry[2].request.url"]


def test_two_entries_may_not_change_one_resource() -> None:
    asked = bundle(entry("PUT", "Patient/1", patient("1")), entry("DELETE", "Patient/1"), entry("GET", "Patient/1"))

    with pytest.raises(Invalid) as caught:
        transaction(asked)

    assert places(caught.value) == ["Bundle.entry[1]"]


def test_two_entries_may_not_go_by_one_name() -> None:
    asked = bundle(entry("POST", "Patient", patient(), fullUrl=URN), entry("POST", "Patient", patient(), fullUrl=URN))

    with pytest.raises(Invalid) as caught:
        transaction(asked)

    assert places(caught.value) == ["Bundle.entry[1].fullUrl"]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"resourceType": "Patient"}, "resourceType"),
        ({"resourceType": "Bundle"}, "Bundle.type"),
        (bundle(kind="batch"), "Bundle.type"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": {}}, "Bundle.entry"),
    ],
)
def test_what_is_no_transaction_is_refused(asked: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as caught:
        transaction(asked)

    assert places(caught.value) == [place]


def test_a_bundle_with_too_many_entries_is_too_large() -> None:
    with pytest.raises(TooLarge):
        bundles.entries(bundle(*[{}] * (MOST_ENTRIES + 1)), "transaction")


def test_a_bundle_without_entries_asks_for_nothing() -> None:
    assert transaction({"resourceType": "Bundle", "type": "transaction"}) == []
