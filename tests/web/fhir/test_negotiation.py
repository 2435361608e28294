import pytest

from meridian.faults import Unsupported
from meridian.web.fhir.negotiation import FORM, JSON_PATCH, check_accept, check_content, check_format


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/fhir+json", "application/json", "application/fhir+json; fhirVersion=4.0",
     "text/html, */*;q=0.8",
     "application/fhir+xml, application/fhir+json;q=0.1"],
)  # fmt: skip
def test_json_is_given_to_whoever_takes_it(accept: str) -> None:
    check_accept(accept)


@pytest.mark.parametrize(
    "accept", ["application/fhir+xml", "text/html", "application/json;q=0", "application/fhir+json;fhirVersion=3.0"]
)
def test_nothing_but_json_is_given(accept: str) -> None:
    with pytest.raises(Unsupported) as refused:
        check_accept(accept)

    assert refused.value.what == "accept"


@pytest.mark.parametrize("wanted", ["json", "application/fhir+json", "application/fhir json", "text/json"])
def test_format_may_say_json(wanted: str) -> None:
    check_format(wanted)


@pytest.mark.parametrize("wanted", ["xml", "application/fhir+xml", "ttl", ""])
def test_format_may_say_nothing_else(wanted: str) -> None:
    with pytest.raises(Unsupported):
        check_format(wanted)


def test_bodies_are_json_patches_or_forms_in_utf8() -> None:
    check_content("application/fhir+json; charset=UTF-8")
    check_content("application/json-patch+json", JSON_PATCH)
    check_content("application/x-www-form-urlencoded", FORM)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "application/fhir+xml",
        "text/plain",
        "application/fhir+json; charset=latin-1",
        "application/fhir+json;fhirVersion=5.0",
    ],
)
def test_no_other_body_is_read(content: str) -> None:
    with pytest.raises(Unsupported) as refused:
        check_content(content)

    assert refused.value.what == "media"
