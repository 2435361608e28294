"""A server that is killed while people prescribe and write: what it acknowledged stands, and nothing is half there."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeAlias

import pytest

from meridian.testing.prescriptions import NO_KNOWN, allergy, draft
from meridian.testing.resources import minimal
from meridian.testing.served import Served, Site
from meridian.testing.visitor import Visitor

Start: TypeAlias = Callable[[Site], Served]
Json: TypeAlias = dict[str, Any]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PASSWORD = "orbit pencil 4417 walnut lamp"
DOCTORS, PEOPLE = 2, 24
"""Who prescribes, and for how many; the first of them writes."""
ENOUGH = 8
"""Of each, acknowledged before the server is killed."""


def named(number: int) -> str:
    return f"p{number:02}"


WRITER = named(0)


def prepare(site: Site, server: Served) -> tuple[list[Visitor], Visitor]:
    """The doctors, and the patient who writes, signed in."""
    for number in range(PEOPLE):
        person = minimal("Patient", named(number), name=[{"family": f"Zyxquatl{number}"}])
        assert server.fhir("PUT", f"/Patient/{named(number)}", person).status == 201
        assert server.fhir("POST", "/AllergyIntolerance", allergy(named(number), NO_KNOWN)).status == 201
    doctors = [f"doc{n}" for n in range(DOCTORS)]
    for name in doctors:
        assert server.fhir("PUT", f"/Practitioner/{name}", minimal("Practitioner", name)).status == 201
        added(site, name, "clinician", "--person", f"Practitioner/{name}")
    added(site, WRITER, "patient", "--person", f"Patient/{WRITER}", "--patient", WRITER)
    return [came(server, name) for name in doctors], came(server, WRITER)


def added(site: Site, name: str, role: str, *more: str) -> None:
    site.command("user", "add", mail(name), "--role", role, "--name", name, "--password", PASSWORD, *more)


def mail(name: str) -> str:
    return f"{name}@care.example"


def came(server: Served, name: str) -> Visitor:
    visitor = Visitor(server)
    visitor.sign_in(mail(name), PASSWORD)
    return visitor


def prescribed(doctor: Visitor, patient: str) -> str:
    """The prescription's id, once it is acknowledged."""
    order = draft("lisinopril")
    check = doctor.ask("POST", "/api/medications/check", {"patient": patient, "request": order})
    said = {"patient": patient, "request": order, "check": check.json["id"], "unavailable": {"code": "urgent"}}
    answer = doctor.ask("POST", "/api/medications/prescriptions", said)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def wrote(patient: Visitor, number: int) -> str:
    """The thread's id, once it is acknowledged."""
    said = {"key": f"{number:016}", "patient": WRITER, "subject": "wyvernitis", "text": "plonkfeather"}
    answer = patient.ask("POST", "/api/messages/threads", said | {"about": "health"})
    assert answer.status == 201, answer.body
    return str(answer.json["thread"])


def kept(server: Served, query: str) -> Iterator[Json]:
    bundle = server.fhir("GET", f"/{query}&_count=1000").json
    yield from (entry["resource"] for entry in bundle.get("entry", ()))


def test_what_was_ordered_and_written_when_the_server_was_killed_is_there_whole(site: Site, start: Start) -> None:
    server = start(site)
    doctors, writer = prepare(site, server)
    orders: dict[int, str] = {}
    threads: dict[int, str] = {}

    def order(number: int) -> None:
        with suppress(OSError):
            orders[number] = prescribed(doctors[number % DOCTORS], named(number))

    def write(number: int) -> None:
        with suppress(OSError):
            threads[number] = wrote(writer, number)

    with ThreadPoolExecutor(8) as hands:
        work = [hands.submit(act, number) for number in range(PEOPLE) for act in (order, write)]
        until = time.monotonic() + 60
        while min(len(orders), len(threads)) < ENOUGH and time.monotonic() < until:
            time.sleep(0.005)
        server.kill()
        for one in work:
            one.cancel()
    assert all(one.cancelled() or one.exception() is None for one in work)
    assert min(len(orders), len(threads)) >= ENOUGH

    server.start()
    whole_orders(server, set(orders.values()))
    whole_messages(server, set(threads.values()))
    assert {number: wrote(writer, number) for number in threads} == threads, "sent again, it is the same"
    whole_messages(server, set(threads.values()))
    server.stop()
    assert "Not whole" not in site.command("audit", "verify")
    assert [word for word in ("wyvernitis", "plonkfeather", "Zyxquatl") if word in server.said()] == []


def whole_orders(server: Served, acknowledged: set[str]) -> None:
    """Each prescription rests on a check that names it, and has a Task for the second look."""
    requests = {one["id"]: one for one in kept(server, "MedicationRequest?status=active")}
    assert acknowledged <= set(requests)
    assert max(Counter(one["subject"]["reference"] for one in requests.values()).values()) == 1, "nobody twice"
    checks = kept(server, "DetectedIssue?_sort=_id")
    used = {one["reference"] for issue in checks for one in issue.get("implicated", ())}
    assert {one for one in used if one.startswith("MedicationRequest/")} == {
        f"MedicationRequest/{one}" for one in requests
    }
    again = Counter(one["focus"]["reference"] for one in kept(server, "Task?code=medication-recheck"))
    assert again == Counter({f"MedicationRequest/{one}": 1 for one in requests})


def whole_messages(server: Served, acknowledged: set[str]) -> None:
    """Each message has one Task of who answers it."""
    messages = {one["id"] for one in kept(server, "Communication?_sort=_id")}
    assert acknowledged <= messages
    tasks = Counter(one["focus"]["reference"] for one in kept(server, "Task?code=message"))
    assert tasks == Counter({f"Communication/{one}": 1 for one in messages})
