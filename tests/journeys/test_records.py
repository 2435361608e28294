"""Imported records and large ones, in a real browser: every chart opens, that of a long life as fast as any."""

import json
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterable
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

from meridian.ops.demo.organisations import HARBOR
from meridian.testing.browser import Clinic, Visitors, go, settled

pytestmark = pytest.mark.browser

READERS = ("haddad@harbor.example", "lindqvist@harbor.example", "castillo@harbor.example", "adeyemi@harbor.example")
"""They share the charts: nobody asks `/api` more than a hundred times a minute."""
ENCOUNTERS = 1000
SOON = 1.0
"""Seconds in which a chart is to be there."""


def program(clinic: Clinic) -> str:
    """A bearer token for a program of the clinic, made as its administrator would."""
    said = clinic.command("user", "token", "Journeys", "--org", HARBOR.name)
    client, secret = (line.split()[-1] for line in said.strip().splitlines())
    basic = b64encode(f"{client}:{secret}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310  # our own origin
        f"{clinic.origin}/oauth2/token", b"grant_type=client_credentials", {"Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own origin
        token: str = json.load(answer)["access_token"]
    return token


def long_life(patient: str) -> Iterable[dict[str, Any]]:
    """A patient who has been seen a thousand times."""
    yield {
        "resourceType": "Patient", "id": patient, "name": [{"family": "Methuselah", "given": ["Ada"]}],
        "gender": "female", "birthDate": "1931-05-06",
    }  # fmt: skip
    for number in range(ENCOUNTERS):
        day = f"{2000 + number // 40}-{1 + number % 12:02}-{1 + number % 28:02}"
        yield {
            "resourceType": "Encounter", "id": f"{patient}-{number}", "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [{"text": f"Visit number {number}"}], "subject": {"reference": f"Patient/{patient}"},
            "period": {"start": f"{day}T09:00:00Z", "end": f"{day}T09:20:00Z"},
        }  # fmt: skip


def put(clinic: Clinic, token: str, resources: Iterable[dict[str, Any]]) -> None:
    """One transaction of all of them."""
    entry = [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in resources
    ]
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entry}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    request = urllib.request.Request(f"{clinic.origin}/fhir/R4", body, headers)  # noqa: S310  # our own origin
    urllib.request.urlopen(request).close()  # noqa: S310  # our own origin


def at_the_search(visitors: Visitors) -> list[Any]:
    """A page of each reader, where patients are looked for."""
    pages = [visitors.signed_in(one) for one in READERS]
    for page in pages:
        page.goto("/patients")
        page.get_by_label("Find a patient").wait_for()
    return pages


def test_the_chart_of_a_patient_with_a_thousand_encounters_opens_at_once(visitors: Visitors, clinic: Clinic) -> None:
    patient = "long-life"
    resources = list(long_life(patient))
    token = program(clinic)
    put(clinic, token, resources[:500])
    put(clinic, token, resources[500:])
    pages = at_the_search(visitors)
    took = []
    for page in islice(cycle(pages), 12):
        page.reload()
        settled(page)
        began = time.perf_counter()
        go(page, f"/patients/{patient}/visits")
        page.get_by_role("cell", name="Visit number 999").wait_for()
        took.append(time.perf_counter() - began)
        go(page, "/patients")
        page.get_by_label("Find a patient").wait_for()

    print(f"chart of {ENCOUNTERS} encounters: median {median(took):.3f} s, p95 {quantiles(took, n=20)[18]:.3f} s")  # noqa: T201
    assert median(took) < SOON
    page = pages[0]
    go(page, f"/patients/{patient}/timeline")
    settled(page)
    assert page.get_by_role("alert").count() == 0


@pytest.mark.data
def test_the_chart_of_every_imported_patient_opens(visitors: Visitors, clinic: Clinic, shared_data: Path) -> None:
    archive = shared_data / "synthea" / "synthea-r4-48-patients.tar.xz"
    clinic.command("import", str(archive), "--quiet", "--org", HARBOR.name)
    pages = at_the_search(visitors)
    found = pages[0].evaluate(
        """async () => (await (await fetch(
            "/fhir/R4/Patient?identifier=https://github.com/synthetichealth/synthea|&_count=100&_elements=id")).json())"""
    )
    ids = [entry["resource"]["id"] for entry in found.get("entry", [])]
    wrong = []
    for patient, page in zip(ids, cycle(pages), strict=False):
        for section in ("timeline", "results", "medicines"):
            go(page, f"/patients/{patient}/{section}")
            page.locator(f"a[href='/patients/{patient}/{section}'][aria-current]").wait_for()
            settled(page)
            if page.get_by_role("alert").count() or "could not be" in page.inner_text("main"):
                wrong.append(f"{patient}/{section}")

    assert (len(ids), wrong) == (48, [])
