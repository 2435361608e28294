"""Video visits over HTTP: what each route gives, how it refuses, and that a guest's cookie opens nothing else."""

from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.store.sqlite import Sqlite
from meridian.telehealth import chat, guests
from meridian.testing.clinic import ORIGIN
from meridian.testing.practice import at, opened
from meridian.testing.questions import ROUTES
from meridian.testing.surgery import VISIT, Surgery
from meridian.web.api.application import describe

pytestmark = pytest.mark.anyio
LIST = "/api/video-visits"
ONE = f"{LIST}/{VISIT}"
GUEST = f"{LIST}/guest"
POLICY = f"{LIST}/policy"
COOKIE = "__Host-meridian-visit"


@pytest.fixture
async def surgery(sqlite_engine: Sqlite) -> Surgery:
    return await Surgery.at(await opened(sqlite_engine))


@pytest.fixture
async def ann(surgery: Surgery) -> AsyncIterator[httpx.AsyncClient]:
    clinic = surgery.practice.clinic
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/ann")) as client:
        yield client


@pytest.fixture
async def pat(surgery: Surgery) -> AsyncIterator[httpx.AsyncClient]:
    async with surgery.practice.patient() as client:
        yield client


def by_cookie(surgery: Surgery, secret: str, name: str = COOKIE) -> httpx.AsyncClient:
    """A browser with that cookie, on our page."""
    return surgery.practice.clinic.client(cookie=f"{name}={secret}", origin=ORIGIN)


async def code_of(ann: httpx.AsyncClient, part: str = "interpreter") -> str:
    made = await ann.post(f"{ONE}/guests", json={"part": part})
    assert made.status_code == 201, made.text
    return str(made.json()["path"].partition("#")[2])


async def redeemed(surgery: Surgery, code: str) -> tuple[httpx.Response, SimpleCookie]:
    async with surgery.practice.clinic.client(origin=ORIGIN) as browser:
        answer = await browser.post(GUEST, json={"code": code})
    return answer, SimpleCookie(answer.headers.get("set-cookie", ""))


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and detail of an RFC 9457 problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["detail"]


async def test_a_visit_is_listed_and_read(ann: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    listed = await ann.get(LIST)
    seen = [await one.get(ONE) for one in (ann, pat)]

    assert [(one["visit"], one["open"], one["patientName"]) for one in listed.json()] == [(VISIT, True, "X Pat")]
    assert [one.json()["part"] for one in seen] == ["host", "patient"]
    assert [one.json()["patient"] for one in seen] == ["pat", ""]


async def test_the_patient_agrees_before_they_come(ann: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    agreed = await pat.post(f"{ONE}/consent")
    refused = await ann.post(f"{ONE}/consent")

    assert (agreed.status_code, agreed.json()["consented"]) == (200, True)
    assert problem(refused)[0] == 403


async def test_administrators_say_whether_visits_may_be_recorded(surgery: Surgery, ann: httpx.AsyncClient) -> None:
    clinic = surgery.practice.clinic
    async with (
        clinic.client(clinic.sign_in("administrator", "Practitioner/oda")) as administrator,
        clinic.client(clinic.sign_in("nurse", "Practitioner/nan")) as nurse,
    ):
        before = (await ann.get(ONE)).json()["recordable"]
        refused = [problem(await one.put(POLICY, json={"recording": True}))[0] for one in (nurse, ann)]
        kept = await administrator.put(POLICY, json={"recording": True})

    assert (before, refused, kept.json()) == (False, [403, 403], {"recording": True})
    assert (await ann.get(POLICY)).json() == {"recording": True}
    assert (await ann.get(ONE)).json()["recordable"]


async def test_a_link_is_made_listed_and_taken_back(ann: httpx.AsyncClient) -> None:
    code = await code_of(ann)
    [listed] = (await ann.get(f"{ONE}/guests")).json()
    gone = [await ann.delete(f"{ONE}/guests/{listed['id']}") for _ in range(2)]

    assert code
    assert (listed["path"], listed["part"], listed["used"]) == ("", "interpreter", 0)
    assert [one.status_code for one in gone] == [204, 204]
    assert (await ann.get(f"{ONE}/guests")).json()[0]["cancelled"]
    assert problem(await ann.delete(f"{ONE}/guests/nobody"))[0] == 404
    assert problem(await ann.post(f"{ONE}/guests", json={"part": "host"}))[0] == 422


async def test_a_code_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    surgery: Surgery, ann: httpx.AsyncClient
) -> None:
    code = await code_of(ann)
    answer, cookies = await redeemed(surgery, code)
    cookie = cookies[COOKIE]

    assert (answer.status_code, answer.json()["clinic"], answer.json()["seen"]["visit"]) == (200, "Test Clinic", VISIT)
    assert (cookie["httponly"], cookie["secure"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert cookie["samesite"].lower() == "strict"
    assert int(cookie["max-age"]) == guests.SESSION // 1000
    assert answer.headers["cache-control"] == "no-store"
    assert cookie.value not in answer.text
    again, none = await redeemed(surgery, code)
    assert (problem(again)[0], dict(none)) == (404, {})
    said = [one for one in await surgery.practice.clinic.log() if one.action == guests.REDEEM]
    assert [(one.who.partition("/")[0], one.what, one.outcome) for one in said] == [
        ("Guest", f"Appointment/{VISIT}", "ok")
    ]


async def test_a_guest_sees_their_visit_until_the_link_is_taken_back(surgery: Surgery, ann: httpx.AsyncClient) -> None:
    _, cookies = await redeemed(surgery, await code_of(ann))
    async with by_cookie(surgery, cookies[COOKIE].value) as guest:
        seen = await guest.get(GUEST)
        relays = await guest.get(f"{GUEST}/ice-test")
        [link] = (await ann.get(f"{ONE}/guests")).json()
        await ann.delete(f"{ONE}/guests/{link['id']}")
        gone = await guest.get(GUEST)
        forgotten = await guest.delete(GUEST)

    assert (seen.json()["seen"]["part"], seen.json()["seen"]["hosts"]) == ("interpreter", ["Ann"])
    assert seen.json()["seen"]["patient"] == ""
    assert "Pat" not in seen.text, "whom the visit is for, nobody tells a guest before they are inside"
    assert relays.json() == {"servers": [], "expires": 0}
    assert problem(gone)[0] == 401
    assert 'meridian-visit=""' in forgotten.headers["set-cookie"]


async def test_a_guests_cookie_opens_nothing_but_its_visit(surgery: Surgery, ann: httpx.AsyncClient) -> None:
    """Every route of `/api` answers it as it answers nobody, and FHIR too; so it does where a session's would stand."""
    clinic = surgery.practice.clinic
    clinic.app._rates = Boundless()  # type: ignore[assignment]  # hundreds in a second
    _, cookies = await redeemed(surgery, await code_of(ann))
    secret = cookies[COOKIE].value
    questions = list(asked())
    async with clinic.client(origin=ORIGIN) as nobody:
        expected = [await answered(nobody, *question) for question in questions]
    ways = {
        "as it is": by_cookie(surgery, secret),
        "as a session": by_cookie(surgery, secret, "__Host-meridian"),
        "as a token": clinic.client(authorization=f"Bearer {secret}"),
    }
    wrong = []
    for way, client in ways.items():
        async with client:
            for question, answer in zip(questions, expected, strict=True):
                said = await answered(client, *question)
                wrong += [] if said == answer else [f"{way}: {question[:2]} {said} {answer}"]

    assert wrong == []
    assert {status for status, _ in expected} <= {200, 204, 400, 401, 404, 422}
    assert sum(status == 401 for status, _ in expected) > 100, "else nothing was asked"


def asked() -> Iterator[tuple[str, str, str]]:
    """Method, path and body of each route that is not for guests, and of some of FHIR."""
    for route in ROUTES:
        path = route.filled_path.replace("<visit>", VISIT).replace("<patient>", "pat")
        yield route.method, path.replace("<", "").replace(">", ""), route.body
    for path, operations in describe()["paths"].items():
        if path.startswith(("/api/account", "/api/session", "/api/programs")) and "get" in operations:
            yield "GET", path.replace("{", "").replace("}", ""), ""
    for path in (f"Appointment/{VISIT}", "Appointment", "Patient/pat", "Patient/pat/$everything", "Communication"):
        yield "GET", f"/fhir/R4/{path}", ""
    yield "POST", "/fhir/R4/Appointment", '{"resourceType": "Appointment"}'


async def answered(client: httpx.AsyncClient, method: str, path: str, body: str) -> tuple[int, bytes]:
    """Status, and what a good answer holds."""
    headers = {"content-type": "application/json"}
    answer = await client.request(method, path, content=body or None, headers=headers)
    return answer.status_code, answer.content if answer.status_code == 200 else b""


class Boundless:
    """Counts nothing."""

    async def spend(self, *_: Any) -> list[tuple[bytes, bytes]]:
        return []


async def test_a_session_is_no_guests_cookie(surgery: Surgery) -> None:
    clinic = surgery.practice.clinic
    token = clinic.sign_in("clinician", "Practitioner/ann")
    async with by_cookie(surgery, token) as browser:
        assert (await browser.get(GUEST)).status_code == 401


async def test_what_was_written_is_read_afterwards(
    surgery: Surgery, ann: httpx.AsyncClient, pat: httpx.AsyncClient
) -> None:
    assert (await pat.get(f"{ONE}/transcript")).json() == []
    await surgery.call()
    await chat.say(surgery.pat(), VISIT, "c1", "It hurts")

    for client in (ann, pat):
        [line] = (await client.get(f"{ONE}/transcript")).json()
        assert (line["text"], line["name"], line["cid"]) == ("It hurts", "X Pat", "c1")


async def test_who_does_not_come_is_reminded_and_in_the_end_missed(
    surgery: Surgery, ann: httpx.AsyncClient, pat: httpx.AsyncClient
) -> None:
    surgery.practice.watch.set(at("09:16"))

    async with surgery.practice.desk() as desk:
        reminded = await desk.post(f"{ONE}/reminder")
        not_theirs = await desk.post(f"{ONE}/no-show")
    missed = await ann.post(f"{ONE}/no-show")

    assert (reminded.status_code, missed.status_code, missed.json()["state"]) == (204, 200, "no-show")
    assert problem(not_theirs)[0] in {403, 404}
    assert problem(await pat.post(f"{ONE}/reminder"))[0] == 403


async def test_relays_to_try_are_for_who_has_a_part_while_the_doors_are_open(
    surgery: Surgery, pat: httpx.AsyncClient
) -> None:
    assert (await pat.get(f"{ONE}/ice-test")).status_code == 200
    async with surgery.practice.patient("pia") as stranger:
        assert problem(await stranger.get(f"{ONE}/ice-test")) == (404, "There is no such visit")
    surgery.practice.watch.set(at("13:00"))
    assert problem(await pat.get(f"{ONE}/ice-test"))[0] == 409


def test_the_contract_names_every_route() -> None:
    said = Path(__file__).parents[3].joinpath("docs/live.md").read_text(encoding="utf-8")

    for route in ROUTES:
        if route.path.startswith(LIST):
            assert route.path.rpartition("/")[2].removeprefix("{").removesuffix("}") in said.replace("{id}", "visit")
