"""Every fault has a face, and none shows more than it may."""

from collections.abc import Iterator

import pytest

from meridian.faults import Fault, Gone, Invalid, Issue, Throttled, Unauthenticated, Unavailable, Unsupported
from meridian.web import faults


def kinds(kind: type[Fault] = Fault) -> Iterator[type[Fault]]:
    for child in kind.__subclasses__():
        if child.__module__ in {"meridian.faults", "meridian.web.faults"}:
            yield child
            yield from kinds(child)


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_fault_has_a_face(kind: type[Fault]) -> None:
    assert kind in faults.FACES


def test_a_fault_of_another_part_has_the_face_of_its_kind() -> None:
    class Sealed(Unavailable):
        pass

    assert faults.face(Sealed("No key")) == faults.FACES[Unavailable]


@pytest.mark.parametrize(
    ("what", "status"), [("media", 415), ("accept", 406), ("method", 405), ("type", 404), ("parameter", 400)]
)
def test_what_is_not_offered_has_the_status_http_gives_it(what: str, status: int) -> None:
    assert faults.face(Unsupported("no", what=what)).status == status


def test_a_crash_says_nothing_of_its_cause() -> None:
    assert b"Anna" not in faults.fhir_body(ValueError("Anna")) + faults.problem_body(ValueError("Anna"), "r1")


def test_an_outcome_names_every_place() -> None:
    fault = Invalid("no", issues=(Issue("value", "bad", "Patient.name[0]"), Issue("required", "missing")))

    issues = faults.outcome(fault)["issue"]

    assert [issue.get("expression") for issue in issues] == [["Patient.name[0]"], None]


@pytest.mark.parametrize(
    ("fault", "header"),
    [
        (Throttled("no", retry_after=7), (b"retry-after", b"7")),
        (Unauthenticated("no"), (b"www-authenticate", b'Bearer realm="meridian"')),
        (Gone("no", version=3), (b"etag", b'W/"3"')),
        (faults.TooSlow("no"), (b"connection", b"close")),
    ],
)
def test_a_fault_brings_its_headers(fault: Fault, header: tuple[bytes, bytes]) -> None:
    assert header in faults.headers(fault)
