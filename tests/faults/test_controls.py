"""The controls of the edge on a real server: headers on every kind of answer, hosts, origins, rates, cookies."""

import shutil
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from meridian.testing.served import FHIR, Answer, Served, Site, served
from meridian.testing.storm import patient
from meridian.testing.visitor import Visitor

pytestmark = pytest.mark.slow

PASSWORD = "orbit pencil 4417 walnut lamp"
POLICY = ("default-src 'self'; script-src 'self'; connect-src 'self' ws://localhost:", "unsafe")


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Kind(NamedTuple):
    status: int
    method: str
    path: str
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed
    body: bytes | None = None


@pytest.fixture(scope="module")
def clinic(settled: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Visitor]]:
    """A server, and a clinician who is signed in."""
    folder = tmp_path_factory.mktemp("controls")
    site = Site(shutil.copytree(settled.data, folder / "data"), (), settled.client)
    site.command("user", "add", "doc@example.org", "--role", "clinician", "--name", "Doc", "--password", PASSWORD)
    with served(site, folder / "log") as server:
        visitor = Visitor(server)
        visitor.sign_in("doc@example.org", PASSWORD)
        yield server, visitor


KINDS = {
    "a page": Kind(200, "GET", "/"),
    "a place in the portal": Kind(200, "GET", "/patients/17"),
    "a file that is not there": Kind(404, "GET", "/assets/none.js"),
    "a page that is posted to": Kind(405, "POST", "/", body=b"{}"),
    "health": Kind(200, "GET", "/health"),
    "what the server can do": Kind(200, "GET", f"{FHIR}/metadata"),
    "keys": Kind(200, "GET", "/.well-known/jwks.json"),
    "the edition": Kind(200, "GET", "/api/edition"),
    "nobody's session": Kind(401, "GET", "/api/session", {"Authorization": ""}),
    "an api that is not there": Kind(404, "GET", "/api/none"),
    "a method that the api has not": Kind(405, "PUT", "/api/edition"),
    "a form that is wrong": Kind(400, "POST", "/oauth2/token", FORM, b"x=y"),
    "too large a body": Kind(413, "POST", "/api/session", {"Content-Type": "application/json"}, b" " * 300_000),
    "a record": Kind(200, "GET", f"{FHIR}/Patient/{{known}}"),
    "a record that is known": Kind(304, "GET", f"{FHIR}/Patient/{{known}}", {"If-None-Match": 'W/"1"'}),
    "a record that is not there": Kind(404, "GET", f"{FHIR}/Patient/none"),
    "a search": Kind(200, "GET", f"{FHIR}/Patient?name=before"),
    "a body that is wrong": Kind(400, "POST", f"{FHIR}/Patient", body=b"{"),
    "nobody's record": Kind(401, "GET", f"{FHIR}/Patient/x", {"Authorization": "Bearer x"}),
    "another host": Kind(421, "GET", "/", {"Host": "evil.example"}),
    "an own method": Kind(400, "FROB", "/"),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(clinic: tuple[Served, Visitor]) -> str:
    made: str = clinic[0].fhir("POST", "/Patient", patient("before")).json["id"]
    return made


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_answer_has_the_headers(clinic: tuple[Served, Visitor], known: str, kind: Kind) -> None:
    server, _ = clinic
    answer = server.ask(kind.method, kind.path.format(known=known), kind.body, kind.headers)

    assert answer.status == kind.status, answer.body[:300]
    begins, never = POLICY
    assert answer.headers["content-security-policy"].startswith(begins)
    assert never not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert len(answer.headers["x-request-id"]) == 24
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    if kind.path.startswith((FHIR + "/Patient", "/api", "/oauth2")):
        assert answer.headers["cache-control"] == "no-store"


def test_a_file_of_the_portal_has_them_too(clinic: tuple[Served, Visitor]) -> None:
    server, _ = clinic
    page = server.ask("GET", "/", token="").body.decode()
    if "/assets/" not in page:
        pytest.skip("the portal is not built")
    path = page.split('src="')[1].split('"')[0]

    file = server.ask("GET", path, token="")
    again = server.ask("GET", path, headers={"If-None-Match": file.headers["etag"]}, token="")

    assert (file.status, again.status) == (200, 304)
    assert {answer.headers["x-content-type-options"] for answer in (file, again)} == {"nosniff"}
    assert {answer.headers["x-frame-options"] for answer in (file, again)} == {"DENY"}


def test_an_answer_to_a_failing_database_has_them_too(clinic: tuple[Served, Visitor], known: str) -> None:
    import resource  # noqa: PLC0415  # only here

    server, _ = clinic
    endless = resource.RLIM_INFINITY
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, endless))
    answer = server.fhir("GET", f"/Patient/{known}")
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (endless, endless))

    assert answer.status == 503
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"


def test_cookies_are_for_us_alone(clinic: tuple[Served, Visitor]) -> None:
    _, visitor = clinic

    assert len(visitor.marks) >= 3
    for mark in visitor.marks:
        name, *flags = (part.strip().lower() for part in mark.split(";"))
        assert name.startswith("__host-")
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= set(flags)
        assert not any(flag.startswith("domain") for flag in flags)


FOREIGN = {
    "another origin": {"Origin": "https://evil.example", "Sec-Fetch-Site": ""},
    "no origin, another site": {"Origin": "", "Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Origin": "", "Sec-Fetch-Site": "same-site"},
    "an origin that hides": {"Origin": "null", "Sec-Fetch-Site": ""},
    "neither": {"Origin": "", "Sec-Fetch-Site": ""},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("path", [f"{FHIR}/Patient", "/api/account/recovery-codes", "/api/session/refresh"])
def test_a_page_of_another_site_writes_nothing(
    clinic: tuple[Served, Visitor], path: str, headers: dict[str, str]
) -> None:
    server, visitor = clinic
    count = server.fhir("GET", "/Patient?_summary=count").json["total"]

    answer = visitor.ask("POST", path, patient("forged"), headers)

    assert answer.status == 403
    assert server.fhir("GET", "/Patient?_summary=count").json["total"] == count


def test_our_own_page_writes(clinic: tuple[Served, Visitor]) -> None:
    _, visitor = clinic

    answer = visitor.ask("POST", f"{FHIR}/Patient", patient("own"), {"Content-Type": "application/fhir+json"})

    assert answer.status == 201


def test_another_site_reads_nothing_with_our_cookie(clinic: tuple[Served, Visitor], known: str) -> None:
    _, visitor = clinic

    answer = visitor.ask(
        "GET", f"{FHIR}/Patient/{known}", None, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    )

    assert answer.status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "127.0.0.2", "[::2]"]
)
def test_a_forged_host_is_not_served(clinic: tuple[Served, Visitor], host: str) -> None:
    server, _ = clinic

    assert server.fhir("GET", "/Patient", Host=host).status == 421


@pytest.fixture
def fresh(settled: Site, start: object, tmp_path_factory: pytest.TempPathFactory) -> Served:
    site = Site(shutil.copytree(settled.data, tmp_path_factory.mktemp("fresh") / "data"), (), settled.client)
    site.command("user", "add", "doc@example.org", "--role", "clinician", "--name", "Doc", "--password", PASSWORD)
    running: Served = start(site)  # type: ignore[operator]  # a callable fixture
    return running


def spent(answers: list[Answer], sure: int) -> None:
    """Budget told on each, *sure* of them at least, and at the end when to come back; a minute may turn meanwhile."""
    assert {answer.status for answer in answers[:sure]} == {200}
    assert answers[-1].status == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 120
    assert answers[-1].headers["content-type"] == "application/problem+json"
    left = [int(answer.headers["ratelimit"].split("r=")[1].split(";")[0]) for answer in answers[:sure]]
    assert left == sorted(left, reverse=True)


def test_the_api_takes_a_hundred_a_minute_and_the_search_twenty_each_for_itself(fresh: Served) -> None:
    visitor = Visitor(fresh)
    visitor.sign_in("doc@example.org", PASSWORD)

    searches = [visitor.ask("GET", "/api/patients/search?q=ab") for _ in range(23)]
    others = [visitor.ask("GET", "/api/session") for _ in range(85)]
    anonymous = [
        fresh.ask("GET", "/api/edition", headers={"X-Forwarded-For": f"10.0.0.{n}"}, token="") for n in range(101)
    ]

    spent(searches, 20)
    spent(others, 75)
    assert anonymous[-1].status == 429, "nobody escapes by saying to be another"
    assert fresh.fhir("GET", "/Patient").status == 200, "programs have a budget of their own"


def test_guessing_tokens_is_stopped(fresh: Served) -> None:
    statuses = [fresh.ask("GET", f"{FHIR}/Patient", token=f"guess-{n}").status for n in range(310)]

    assert set(statuses[:300]) == {401}
    assert statuses[-1] == 429
