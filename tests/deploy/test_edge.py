"""nginx as it is deployed, before a real Meridian: who gets through, how often, how large, and what it writes down."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyotp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from meridian.testing import edge, placed
from meridian.testing.behind import Behind, behind
from meridian.testing.edge import HOST, MONITORING, Edge, instead, without
from meridian.testing.janus import Gateway
from meridian.testing.ports import free_ports
from meridian.testing.served import Served, settle

PASSWORD = "' OR 1=1 -- <script>alert(1)</script> /etc/passwd"
ANN = "ann@clinic.example"
FHIR = {"Content-Type": "application/fhir+json"}
CANARY = "Qwertzuiopina"
OFF = "    modsecurity on;"


class Site(NamedTuple):
    """A running Meridian and the edge before it."""

    meridian: Served
    edge: Edge


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, gateway: Gateway) -> Iterator[Site]:
    """Production's edge before a real Meridian and a real gateway."""
    _present()
    folder = tmp_path_factory.mktemp("site")
    [port] = free_ports(1)
    here = f"127.0.0.1:{port}"
    inside = settle(folder / "data")
    inside.command("user", "add", ANN, "--role", "clinician", "--name", "Ann", "--password", PASSWORD)
    settings = folder / "data" / "settings.toml"
    with changed(as_it_is, here, janus_socket=f"127.0.0.1:{gateway.websocket}") as front:
        settings.write_text(f'origin = "{front.origin}"\nproxies = ["127.0.0.1"]\n{settings.read_text()}')
        running = Served(inside, folder / "log", port)
        try:
            yield Site(running.start(), front)
        finally:
            running.stop()


@pytest.fixture(scope="module")
def echo() -> Iterator[Behind]:
    """Something that stands where Meridian does and remembers what reached it."""
    with behind() as server:
        yield server


@contextmanager
def changed(change: Callable[[str, str], str], upstream: str, **place: "str | int | list[str]") -> Iterator[Edge]:
    """An edge with something taken out or put in, before *upstream*."""
    _present()
    made = Edge({"api": [upstream], "realtime": [upstream]} | place, change)
    try:
        yield made.start()
    finally:
        made.close()


def _present() -> None:
    if reason := edge.missing():
        pytest.skip(reason)


def as_it_is(_: str, text: str) -> str:
    return text


@pytest.fixture(scope="module")
def ann(site: Site) -> Iterator[httpx.Client]:
    """A clinician who has signed in through the edge, with a password that looks like three attacks."""
    with site.edge.visitor("127.0.0.2") as page:
        step = page.post("/api/session", json={"email": ANN, "password": PASSWORD})
        assert step.json() == {"step": "enrol-totp", "methods": ["totp", "passkey"]}, step.text
        seed = page.post("/api/account/totp").json()["secret"]
        done = page.post("/api/account/totp/confirm", json={"code": pyotp.TOTP(seed).now()})
        assert done.status_code == 200, done.text
        yield page


@pytest.fixture(scope="module")
def program(site: Site) -> Iterator[httpx.Client]:
    """A program with a token."""
    with site.edge.visitor("127.0.0.3") as one:
        one.headers["Authorization"] = f"Bearer {site.meridian.token}"
        yield one


# --- it starts, and what is wrong does not


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("ssl_session_tickets off;", "ssl_session_tickets of;"),
        ("limit_req zone=search", "limit_req zone=searches"),
        ("SecRuleEngine On", "SecRuleEngine Onn"),
        ('"id:10100,', '"id:10101,'),
    ],
)
def test_a_file_that_is_wrong_is_found_to_be(here: str, there: str) -> None:
    _present()
    broken = Edge({"api": ["127.0.0.1:9"]}, instead({here: there}))

    done = broken.check()
    broken.close()

    assert done.returncode != 0
    assert "emerg" in done.stderr


# --- TLS


def shaken(front: Edge, version: ssl.TLSVersion | None = None) -> tuple[str | None, str | None]:
    """Version and application protocol that both agree on."""
    context = front.trust
    context.set_alpn_protocols(["h2", "http/1.1"])
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    with front.line("", context) as line:
        return line.version(), line.selected_alpn_protocol()


def test_a_browser_gets_tls_1_3_and_http_2(site: Site) -> None:
    assert shaken(site.edge) == ("TLSv1.3", "h2")
    assert shaken(site.edge, ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", "h2")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_older_tls_is_refused_and_the_file_is_why(site: Site, echo: Behind) -> None:
    with pytest.raises(ssl.SSLError):
        shaken(site.edge, ssl.TLSVersion.TLSv1_1)

    old = {"ssl_protocols TLSv1.2": "ssl_protocols TLSv1.1 TLSv1.2", "ssl_ciphers ": "ssl_ciphers ALL:@SECLEVEL=0;#"}
    with changed(instead(old), echo.place) as loosened:
        assert shaken(loosened, ssl.TLSVersion.TLSv1_1)[0] == "TLSv1.1"


def test_whoever_asks_for_another_host_is_not_shaken_hands_with(site: Site) -> None:
    with pytest.raises(httpx.ConnectError), site.edge.visitor(host="other.test") as stranger:
        stranger.get("/")


def test_in_the_clear_there_is_only_the_way_to_tls(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.edge.http}/record?x=1", headers={"Host": HOST}, trust_env=False)

    assert (answer.status_code, answer.headers["location"]) == (308, f"https://{HOST}/record?x=1")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{site.edge.http}/", headers={"Host": "other.test"}, trust_env=False)


@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/?q=<script>alert(1)</script>"])
def test_every_answer_says_once_that_there_is_nothing_but_tls(site: Site, path: str) -> None:
    with site.edge.visitor() as page:
        answer = page.get(path)

    assert answer.headers.get_list("strict-transport-security") == ["max-age=63072000; includeSubDomains"]
    assert answer.headers.get("server", "nginx") == "nginx"


# --- what the rules stop, and what they let pass

ATTACKS = [
    "/api/patients/search?q=%27%20OR%201%3D1--%20",
    "/api/patients/search?q=1%27%20UNION%20SELECT%20password%20FROM%20accounts--",
    "/?q=<script>alert(1)</script>",
    "/fhir/R4/Patient?name=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "/api/edition?file=../../../../etc/passwd",
    "/api/edition?x=;cat%20/etc/passwd",
    "/?x=${jndi:ldap://192.0.2.1/a}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_looks_like_an_attack_is_refused(site: Site, attack: str) -> None:
    with site.edge.visitor("127.0.0.4") as somebody:
        answer = somebody.get(attack)

    assert answer.status_code == 403
    assert answer.json() == {"type": "about:blank", "title": "Forbidden", "status": 403}
    assert answer.headers["content-type"] == "application/problem+json"


def test_so_it_is_in_a_body_that_has_a_form(site: Site) -> None:
    with site.edge.visitor("127.0.0.4") as somebody:
        answer = somebody.post("/api/session", json={"email": "x' UNION SELECT 1,2 FROM accounts--", "password": "x"})

    assert answer.status_code == 403


def test_it_is_the_rules_that_refuse(echo: Behind) -> None:
    with changed(without(OFF), echo.place) as bare, bare.visitor() as somebody:
        assert {somebody.get(attack).status_code for attack in ATTACKS} == {200}


NOTE = "O'Brien -- select all that apply; drop table salt. <b>../../etc/passwd</b> ' OR 1=1; DROP TABLE patients"


@pytest.mark.parametrize(
    "query",
    [
        "name=O%27Brien", "name=D%27Angelo-M%C3%BCller", "family:exact=O%27Neill%20O%27Brien",
        "identifier=urn:oid:2.16.840.1.113883.4.1%7C999-12-3456", "birthdate=ge1980-01-01&birthdate=lt1990-01-01",
        "_has:Observation:patient:code=http://loinc.org%7C8867-4", "_sort=-_lastUpdated&_count=20",
        "general-practitioner=Practitioner/17", "address=12%20St.%20John%27s%20Road%20(rear)",
    ],
)  # fmt: skip
def test_what_a_clinic_searches_for_passes(program: httpx.Client, query: str) -> None:
    assert program.get(f"/fhir/R4/Patient?{query}").status_code == 200


def test_the_portal_s_search_finds_o_brien(ann: httpx.Client, program: httpx.Client) -> None:
    put = program.post("/fhir/R4/Patient", json=patient("O'Brien"), headers=FHIR)

    found = ann.get("/api/patients/search", params={"q": "O'Brien"})

    assert (put.status_code, found.status_code) == (201, 200), put.text
    assert "O'BRIEN" in found.text


def patient(family: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "name": [{"family": family, "given": ["Mary"]}],
        "gender": "female",
        "birthDate": "1980-02-29",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">select * from x</div>'},
    }


def test_a_record_may_say_anything(program: httpx.Client) -> None:
    about = {"status": "final", "code": {"text": NOTE}, "valueString": NOTE, "note": [{"text": NOTE}]}

    answer = program.post("/fhir/R4/Observation", json={"resourceType": "Observation", **about}, headers=FHIR)

    assert answer.status_code in {201, 422}, answer.text
    assert "issue" in answer.json() or answer.json()["valueString"] == NOTE


def test_a_document_passes_whatever_is_in_it(ann: httpx.Client) -> None:
    octets = (NOTE * 4000).encode()
    begun = ann.post(
        "/api/documents/uploads",
        json={"name": "o'brien; drop table.txt", "size": len(octets), "type": "text/plain", "title": NOTE},
    )
    assert begun.status_code == 201, begun.text

    sent = ann.patch(
        f"/api/documents/uploads/{begun.json()['id']}",
        content=octets,
        headers={"Upload-Offset": "0", "Content-Type": "application/octet-stream"},
    )

    assert sent.status_code == 200, sent.text
    assert sent.json()["offset"] == len(octets)


@pytest.mark.parametrize(
    ("rule", "path", "body"),
    [
        ("id:10100", "/fhir/R4/Observation", {"note": NOTE}),
        ("id:10100", "/api/charting/notes", {"text": NOTE}),
        ("id:10101", "/api/account/passkeys", {"name": NOTE}),
        ("id:10110", "/api/session", {"email": ANN, "password": PASSWORD}),
    ],
)
def test_it_is_our_exclusion_that_lets_it_pass(echo: Behind, rule: str, path: str, body: dict[str, str]) -> None:
    with changed(as_it_is, echo.place) as front, front.visitor() as page:
        assert page.post(path, json=body).status_code == 200
    with changed(_struck(rule), echo.place) as front, front.visitor() as page:
        assert page.post(path, json=body).status_code == 403


def _struck(rule: str) -> Callable[[str, str], str]:
    """Without what a rule of ours leaves out."""

    def change(name: str, text: str) -> str:
        if name != "modsecurity/before.conf":
            return text
        before, _, after = text.partition(f'"{rule},')
        gone, _, rest = after.partition('"\n')
        assert "ctl:" in gone
        return f'{before}"{rule},phase:1,t:none,pass,nolog"\n{rest}'

    return change


# --- how large, how slow


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/session", 256 << 10), ("/api/imports", 16 << 20), ("/fhir/R4/Patient", 16 << 20),
        ("/api/documents/uploads/1", 8 << 20),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused_before_it_is_sent(site: Site, path: str, most: int) -> None:
    head = f"POST {path} HTTP/1.1\nHost: {HOST}\nContent-Type: application/json\nContent-Length: {most + 1}\n\n"

    with site.edge.line(head) as line:
        answer = line.recv(4096).decode()

    assert answer.startswith("HTTP/1.1 413 ")
    assert '"title":"Content Too Large"' in answer


def test_as_large_as_meridian_takes_passes(echo: Behind) -> None:
    with changed(as_it_is, echo.place) as front, front.visitor() as page:
        octets = b"x" * (8 << 20)
        answer = page.patch("/api/documents/uploads/1", content=octets, headers={"Upload-Offset": "0"})

    assert answer.status_code == 200
    assert echo.reached[-1].body == octets


def test_whoever_is_slow_with_a_body_is_given_up(echo: Behind) -> None:
    with changed(as_it_is, echo.place, slow="1s") as front:
        head = f"POST /api/session HTTP/1.1\nHost: {HOST}\nContent-Type: application/json\nContent-Length: 9\n\n{{"
        with front.line(head) as line:
            said = line.recv(4096)
        assert said == b"" or said.startswith(b"HTTP/1.1 408 ")
        [logged] = front.logged("127.0.0.1", 1)
        assert (logged["http"]["response"]["status_code"], logged["event"]["reason"]) == (408, "slowness")


# --- how often


def test_more_than_five_hundred_at_once_are_refused_and_another_address_is_not(site: Site) -> None:
    codes = site.edge.flood("127.0.1.1", "/health", 560)

    assert codes[:400] == [200] * 400
    assert 429 in codes
    assert site.edge.flood("127.0.1.2", "/health", 1) == [200]


def test_never_more_than_two_thousand_pass_in_five_minutes() -> None:
    text = (placed.DEPLOY / "nginx" / "nginx.conf").read_text() + (placed.DEPLOY / "nginx" / "site.conf").read_text()

    assert "zone=one:16m rate=5r/s;" in text
    assert "limit_req zone=one burst=499 nodelay;" in text
    assert 1 + 499 + 5 * 300 == 2000


def test_it_is_the_zone_that_refuses(echo: Behind) -> None:
    with changed(without("    limit_req zone=one burst=499 nodelay;"), echo.place) as front:
        assert set(front.flood("127.0.0.1", "/health", 560)) == {200}


def test_tries_of_a_password_are_fewer_whatever_a_stranger_says_of_where_they_come_from(site: Site) -> None:
    with site.edge.visitor("127.0.1.3") as guesser:
        answers = [
            guesser.post("/api/session", json={}, headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(60)
        ]

    assert [answer.status_code for answer in answers[:15]] == [422] * 15
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["retry-after"] == "60"
    assert refused.json()["title"] == "Too Many Requests"


def test_a_limit_that_believed_strangers_would_not_hold(echo: Behind) -> None:
    believing = instead({"$binary_remote_addr;": "$http_x_forwarded_for;"})
    with changed(believing, echo.place) as front, front.visitor() as guesser:
        codes = [
            guesser.post("/api/session", json={}, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(30)
        ]

    assert set(codes) == {200}


def test_searches_for_people_are_fewer(echo: Behind) -> None:
    with changed(as_it_is, echo.place) as front:
        assert 429 in front.flood("127.0.0.1", "/api/patients/search?q=x", 45)
        assert 429 in front.flood("127.0.0.2", "/fhir/R4/Patient?name=x", 45)
        assert 429 not in front.flood("127.0.0.3", "/fhir/R4/Patient/17", 45)


def test_a_crowd_behind_one_address_has_more_but_no_more_tries_of_a_password(echo: Behind) -> None:
    with changed(as_it_is, echo.place, crowds=["127.0.2.0/24"]) as front:
        assert set(front.flood("127.0.2.1", "/health", 560)) == {200}
        assert 429 in front.flood("127.0.2.1", "/api/session", 30, "POST")


# --- how it is passed on

FORGED = {
    "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
    "X-Real-IP": "6.6.6.6",
    "Forwarded": "for=6.6.6.6", "X-Request-ID": "forged", "X-Forwarded-Port": "1",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/health", "/api/imports", "/socket.io/?EIO=4", "/media/"])
def test_what_a_stranger_says_of_where_it_comes_from_is_replaced(echo: Behind, path: str) -> None:
    with changed(as_it_is, echo.place, janus_socket=echo.place) as front, front.visitor("127.0.0.7") as stranger:
        stranger.get(path, headers=FORGED)

    headers = echo.reached[-1].headers
    assert {name: headers.get(name.lower()) for name in FORGED} == dict.fromkeys(FORGED) | {
        "X-Forwarded-For": "127.0.0.7",
        "X-Forwarded-Proto": "https",
    }
    assert headers["host"] == HOST


def test_the_next_process_answers_when_one_is_gone(echo: Behind) -> None:
    [nobody] = free_ports(1)
    with changed(as_it_is, echo.place, api=[f"127.0.0.1:{nobody}", echo.place]) as front:
        assert set(front.flood("127.0.0.1", "/api/session", 8, "POST")) == {200}


def test_when_all_are_gone_it_says_so_in_the_form_of_all_faults() -> None:
    [nobody] = free_ports(1)
    with changed(as_it_is, f"127.0.0.1:{nobody}") as front, front.visitor() as page:
        answer = page.get("/health")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["title"] == "Service Unavailable"


def test_figures_are_not_reached_from_outside(site: Site) -> None:
    with site.edge.visitor() as somebody:
        assert somebody.get("/metrics").status_code == 404


# --- sockets


@pytest.mark.anyio
async def test_a_page_has_its_socket_through_it(site: Site, ann: httpx.Client) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in ann.cookies.items())
    async with websocket(site.edge, "/socket.io/?EIO=4&transport=websocket", site.edge.origin, Cookie=cookie) as wire:
        opened = await wire.recv()
        await wire.send("40")
        let_in = await wire.recv()

    assert opened.startswith("0{")
    assert let_in.startswith("40{")


@pytest.mark.anyio
async def test_a_page_reaches_the_gateway_of_visits(site: Site) -> None:
    async with websocket(site.edge, "/media/", site.edge.origin, protocol="janus-protocol") as wire:
        await wire.send(json.dumps({"janus": "info", "transaction": "1"}))
        said = json.loads(await wire.recv())

    assert said["janus"] == "server_info"


@pytest.mark.anyio
@pytest.mark.parametrize("origin", ["https://evil.example", None, f"https://{HOST}.evil.example"])
async def test_a_page_of_another_site_does_not(site: Site, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with websocket(site.edge, "/media/", origin, protocol="janus-protocol"):
            pass

    assert refused.value.response.status_code == 403


def websocket(front: Edge, path: str, origin: str | None, protocol: str = "", **headers: str) -> Any:
    return connect(
        f"wss://{HOST}:{front.https}{path}",
        host="127.0.0.1", port=front.https, ssl=front.trust, server_hostname=HOST, additional_headers=headers,
        origin=origin,  # type: ignore[arg-type]  # a string of a type of its own
        subprotocols=[Subprotocol(protocol)] if protocol else None, proxy=None, compression=None,
    )  # fmt: skip


# --- what is written down


def provoked(front: Edge) -> str:
    """Everything that is logged when a name is in what is refused, too often, or sent to nobody."""
    paths = [f"/api/patients/search?q={CANARY}", f"/api/patients/search?q={CANARY}%27%20OR%201%3D1--"]
    paths += [f"/api/invitations/{CANARY}", f"/fhir/R4/Patient?name={CANARY}"]
    with front.visitor() as page:
        for path in paths * 20:
            page.get(path, headers={"Referer": f"{front.origin}/{CANARY}", "User-Agent": CANARY})
        page.post("/api/session", json={"email": f"{CANARY}' UNION SELECT 1,2--", "password": CANARY})
    codes = {line["http"]["response"]["status_code"] for line in front.logged("127.0.0.1", 81)}
    assert codes == {403, 429, 503}
    return front.said


def test_no_name_gets_into_a_log() -> None:
    [nobody] = free_ports(1)
    with changed(as_it_is, f"127.0.0.1:{nobody}") as front:
        assert CANARY not in provoked(front)


@pytest.mark.parametrize(
    "louder",
    [
        {"error.log crit;": "error.log error;"},
        {'message":"$request_method $area': 'message":"$request'},
        {"SecAuditEngine Off": "SecAuditEngine On\nSecAuditLogParts ABHZ\nSecAuditLogType Serial\n"
         "SecAuditLog @here:nginx_log@/audit", "modsecurity off;\ndefault_type": "default_type"},
    ],
    ids=["errors", "accesses", "rules"],
)  # fmt: skip
def test_a_louder_log_would_have_it(louder: dict[str, str]) -> None:
    [nobody] = free_ports(1)
    with changed(instead(louder), f"127.0.0.1:{nobody}") as front:
        assert CANARY in provoked(front)


def test_the_log_says_who_refused(site: Site) -> None:
    with site.edge.visitor("127.0.0.8") as somebody:
        somebody.get("/?q=<script>alert(1)</script>")
        somebody.get("/api/session")

    mine = site.edge.logged("127.0.0.8", 2)
    assert [line["event"]["reason"] for line in mine] == ["rules", ""]
    assert mine[0]["event"]["dataset"] == "meridian.edge"
    assert mine[1]["http"]["request"]["id"] != ""


def test_nothing_that_was_sent_stays_on_a_disk() -> None:
    text = "".join(path.read_text() for path in (placed.DEPLOY / "nginx").rglob("*.conf"))

    kept = [line for line in text.splitlines() if "_temp_path" in line or line.startswith(("SecTmpDir", "SecDataDir"))]
    assert len(kept) == 7
    assert all("@here:nginx_run@" in line for line in kept)
    assert 'nginx_run = "/run/' in placed.DEPLOY.joinpath("place.toml").read_text()


# --- Prometheus, for operators


@contextmanager
def monitored(echo: Behind, **more: "str | int | list[str]") -> Iterator[httpx.Client]:
    with (
        changed(as_it_is, echo.place, prometheus_port=echo.port, **more) as front,
        front.visitor(host=MONITORING, port=front.monitoring) as operator,
    ):
        yield operator


def test_figures_are_for_whoever_has_the_password(echo: Behind) -> None:
    with monitored(echo) as operator:
        nobody = operator.get("/graph").status_code
        wrong = operator.get("/graph", auth=("operator", "guessed")).status_code
        right = operator.get("/graph", auth=("operator", edge.PASSWORD)).status_code

    assert (nobody, wrong, right) == (401, 401, 200)
    assert "authorization" not in echo.reached[-1].headers


def test_it_is_the_password_that_keeps_others_out(echo: Behind) -> None:
    opened = without('    auth_basic "Prometheus";')
    with (
        changed(opened, echo.place, prometheus_port=echo.port) as front,
        front.visitor(host=MONITORING, port=front.monitoring) as nobody,
    ):
        assert nobody.get("/graph").status_code == 200


def test_from_elsewhere_there_is_nothing_to_have(echo: Behind) -> None:
    with monitored(echo, monitoring_networks=["10.20.0.0/16"]) as operator:
        assert operator.get("/graph", auth=("operator", edge.PASSWORD)).status_code == 403


@pytest.mark.parametrize("path", ["/-/quit", "/-/reload", "/api/v1/admin/tsdb/snapshot"])
def test_nobody_stops_it_from_elsewhere(echo: Behind, path: str) -> None:
    with monitored(echo) as operator:
        assert operator.post(path, auth=("operator", edge.PASSWORD)).status_code == 403


# --- its files


def test_production_s_files_have_nothing_of_a_test_in_them(tmp_path: Path) -> None:
    placed.fill("nginx", tmp_path / "nginx", placed.CLINIC)

    texts = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.conf")}
    assert len(texts) >= 10
    assert {name: found for name, text in texts.items() if (found := placed.OF_A_TEST.findall(text))} == {}
    assert "user www-data;" in texts["nginx/nginx.conf"]
