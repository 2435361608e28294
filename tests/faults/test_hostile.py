"""
Hostile requests to a real server: refused in words that name the place, in bounded time and memory, with nothing kept.
"""

import asyncio
import json
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from meridian.testing.served import FHIR, Answer, Line, Served
from meridian.testing.storm import patient

SECONDS, MEGABYTES = 5.0, 400
"""What one hostile request may take on a busy machine, and what all of them together; alone they take a tenth."""

PATIENT: dict[str, Any] = {"resourceType": "Patient", "name": [{"family": "Ward"}]}
OBSERVATION = '{"resourceType":"Observation","status":"final","code":{"text":"x"},%s}'


class Case(NamedTuple):
    body: bytes | dict[str, Any] | None = None
    path: str = "/Patient"
    method: str = "POST"
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


def entry(url: str = "Patient", method: str = "POST", resource: Any = PATIENT, **more: Any) -> dict[str, Any]:
    asked = {"method": method, "url": url}
    return {"request": asked, **({"resource": resource} if resource is not None else {}), **more}


def bundle(entries: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries, **more}


def narrated(div: str) -> bytes:
    return json.dumps({**PATIENT, "text": {"status": "generated", "div": div}}).encode()


def reading_of(reference: str) -> Any:
    return json.loads(OBSERVATION % f'"subject":{{"reference":"{reference}"}}')


BODIES = {
    "nothing": b"",
    "an open brace": b"{",
    "an array": b"[]",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"resourceType":"Patient"}'.encode("utf-16"),
    "u+0000 escaped": b'{"resourceType":"Patient","language":"\\u0000"}',
    "u+0000": b'{"resourceType":"Patient","language":"\x00"}',
    "half a surrogate pair": b'{"resourceType":"Patient","language":"\\ud800"}',
    "not utf-8": b'{"resourceType":"Patient","language":"\xff"}',
    "a property twice": b'{"resourceType":"Patient","active":true,"active":false}',
    "nan": b'{"resourceType":"Patient","multipleBirthInteger":NaN}',
    "no type": b"{}",
    "a type that is a list": b'{"resourceType":["Patient"]}',
    "a type that is not kept": b'{"resourceType":"Wormhole"}',
    "meta that is a list": b'{"resourceType":"Patient","meta":[]}',
    "ten thousand levels": b'{"resourceType":"Patient","extension":' + b'[{"extension":' * 5000 + b"1" + b"}]" * 5000
    + b"}",
    "nine megabytes of brackets": b"[" * 9_000_000,
    "nine megabytes of short arrays": b"[" + b"[]," * 3_000_000 + b"[]]",
    "nine megabytes of quotes": b'"' * 9_000_000,
    "a hundred thousand names": json.dumps({**PATIENT, "name": [{"family": "x"}] * 100_000}).encode(),
    "a hundred thousand wrong names": json.dumps({**PATIENT, "name": [1] * 100_000}).encode(),
    "a hundred thousand elements": b'{"resourceType":"Patient",' + b",".join(b'"k%d":1' % n for n in range(100_000))
    + b"}",
    "nine megabytes in one string": json.dumps({**PATIENT, "name": [{"family": "A" * 9_000_000}]}).encode(),
    "month thirteen": json.dumps({**PATIENT, "birthDate": "1980-13-01"}).encode(),
    "year nought": json.dumps({**PATIENT, "birthDate": "0000-01-01"}).encode(),
    "a day before christ": json.dumps({**PATIENT, "birthDate": "-0044-03-15"}).encode(),
    "the 30th of february": json.dumps({**PATIENT, "birthDate": "2026-02-30"}).encode(),
    "a hundred thousand tags": narrated('<div xmlns="http://www.w3.org/1999/xhtml">' + "<b>" * 100_000),
    "a document type": narrated('<!DOCTYPE x [<!ENTITY a "b">]><div>&a;</div>'),
}  # fmt: skip
NUMBERS = {
    "an exponent without measure": '"valueQuantity":{"value":1e99999999999}',
    "too large an exponent": '"valueQuantity":{"value":1e400}',
    "too small an exponent": '"valueQuantity":{"value":1e-400}',
    "five thousand digits": '"valueQuantity":{"value":%s}' % ("9" * 5000),
    "twenty digits": '"valueInteger":99999999999999999999',
    "a reference out of the house": '"subject":{"reference":"../../etc/passwd"}',
    "a reference that is a number": '"subject":{"reference":1}',
}
SEARCHES = {
    "u+0000": "name=%00", "half a surrogate pair": "name=%ed%a0%80", "not utf-8": "name=%ff",
    "twenty thousand letters": "name=" + "a" * 20_000, "five hundred commas": "name=" + "," * 500,
    "three hundred parameters": "&".join(f"name=a{n}" for n in range(300)),
    "two thousand ids": "_id=" + ",".join(f"a{n}" for n in range(2000)),
    "a hundred _revincludes": "&".join(["_revinclude=Observation:patient"] * 100),
    "fifty _has": "_has:Observation:patient:" * 50 + "code=1", "a long chain": "organization." * 200 + "name=x",
    "no such date": "birthdate=9999-99", "a date of a thousand digits": "birthdate=" + "9" * 1000,
    "no such parameter": "shoe-size=43", "no such modifier": "name:backwards=x", "no name": "=x",
    "a count below nought": "_count=-1", "a count without end": "_count=" + "9" * 40, "no cursor": "_cursor=AAAA",
    "a path for an id": "_id=../../x", "filter": "_filter=name%20eq%20x", "xml": "_format=xml",
}  # fmt: skip
HARMLESS = {
    "a quote": "name=" + quote("' OR 1=1 --"), "drop table": "name=" + quote('"; DROP TABLE resource; --'),
    "percent": "name=%25", "underscore": "name=_", "percent within": "name:contains=%25_%25", "a star": "name=*",
    "a backslash": "name=%5C", "emoji": "name=" + quote("😀" * 50), "a script": "name=%3Cscript%3E",
    "a line break": "name=a%0D%0ASet-Cookie%3Ax%3D1", "bars": "identifier=%7C%7C%7C",
}  # fmt: skip
HEADERS = {
    "two tags in If-Match": ({"If-Match": 'W/"1", W/"2"'}, 400),
    "sql in If-Match": ({"If-Match": "'; DROP TABLE resource"}, 400),
    "four thousand digits in If-Match": ({"If-Match": f'W/"{"9" * 4000}"'}, 400),
    "xml": ({"Content-Type": "text/xml"}, 415),
    "utf-16": ({"Content-Type": "application/fhir+json; charset=utf-16"}, 415),
    "twenty thousand letters of Accept": ({"Accept": "a" * 20_000}, 406),
    "nothing but punctuation in Accept": ({"Accept": ";;;,,,;q=;"}, 406),
    "no token": ({"Authorization": "Bearer"}, 401),
    "another scheme": ({"Authorization": "Basic eDp5"}, 401),
    "a token without signature": ({"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}, 401),
    "nine thousand letters of token": ({"Authorization": "Bearer " + "A" * 9000}, 401),
    "another host": ({"Host": "evil.example"}, 421),
}  # fmt: skip
PATHS = {
    "/Patient/%00": 404, "/Patient/a%0d%0ab": 404, "/Patient/%ff": 404, "/Patient/..%2f..%2fetc%2fpasswd": 404,
    "/Patient/" + "a" * 10_000: 404, "/patient/x": 404, "/Wormhole/x": 404, "/Patient/x/_history/-1": 404,
    "/Patient/x/_history/" + "9" * 40: 404, "/Patient/x/$reindex": 404, "/Patient/x/$everything?_count=x": 400,
    "/Patient/_history?_cursor=x": 400, "/Patient/_history?_since=x": 400, "": 405,
}  # fmt: skip
PATCHES: dict[str, Any] = {
    "no array": {}, "no such operation": [{"op": "eval"}], "an operation that is a list": [{"op": []}],
    "no pointer": [{"op": "add", "path": "x", "value": 1}], "a bad escape": [{"op": "add", "path": "/~2", "value": 1}],
    "five thousand digits": [{"op": "add", "path": "/name/" + "9" * 5000, "value": 1}],
    "two hundred thousand steps": [{"op": "add", "path": "/a" * 100_000, "value": 1}],
    "a thousand and one operations": [{"op": "test", "path": "/active", "value": True}] * 1001,
    "the type": [{"op": "replace", "path": "/resourceType", "value": "Group"}],
    "the id": [{"op": "replace", "path": "/id", "value": "x"}],
    "the whole": [{"op": "replace", "path": "", "value": []}],
    "an unknown element": [{"op": "add", "path": "/__proto__", "value": {}}],
    "into itself": [{"op": "move", "from": "/name", "path": "/name/0/given"}],
    "copies of copies": [{"op": "copy", "from": "/name", "path": "/name/-"}] * 900,
    "copies within copies": [{"op": "copy", "from": "", "path": "/contact"}] * 100,
}  # fmt: skip
TRANSACTIONS: dict[str, Any] = {
    "null": [None], "a text": ["x"], "no list": {}, "no request": [{}], "a nameless method": [entry(method="FROB")],
    "a method that is an object": [entry(method={})],  # type: ignore[arg-type]  # what is wrong with it
    "a hundred thousand entries": [entry()] * 100_000,
    "a thousand wrong entries": [entry(resource={"resourceType": "Patient"})] * 1001,
    "another server": [entry("http://evil.example/Patient")], "a way out": [entry("../../Patient")],
    "a bundle within": [entry("", resource={"resourceType": "Bundle", "type": "transaction"})],
    "a script for a name": [entry(fullUrl="javascript:alert(1)")],
    "one name twice": [entry(fullUrl="urn:uuid:a"), entry(fullUrl="urn:uuid:a")],
    "one record twice": [entry("Patient/a", "DELETE", None)] * 2,
    "a search in it": [entry("Patient?name=x", "GET", None)] * 900,
    "a bad tag": [
        {"request": {"method": "PUT", "url": "Patient/a", "ifMatch": "x"}, "resource": {**PATIENT, "id": "a"}}
    ],
    "a condition that is none": [
        {"request": {"method": "POST", "url": "Patient", "ifNoneExist": "name=%00"}, "resource": PATIENT}
    ],
    "a reference that is no search": [entry(), entry("Observation", resource=reading_of("Patient?shoe-size=1"))],
    "a reference to nobody": [entry(), entry("Observation", resource=reading_of("Patient?_id=nobody"))],
    "the last of many wrong": [*[entry()] * 50, entry(resource={**PATIENT, "birthDate": "x"})],
}  # fmt: skip


def cases() -> Iterator[tuple[str, Case]]:
    yield from ((f"body: {name}", Case(body)) for name, body in BODIES.items())
    yield from ((f"number: {n}", Case((OBSERVATION % said).encode(), "/Observation")) for n, said in NUMBERS.items())
    yield from ((f"search: {name}", Case(None, f"/Patient?{query}", "GET")) for name, query in SEARCHES.items())
    patching = {"Content-Type": "application/json-patch+json"}
    yield from (
        (f"patch: {name}", Case(json.dumps(said).encode(), "/Patient/{known}", "PATCH", patching))
        for name, said in PATCHES.items()
    )
    yield from ((f"transaction: {name}", Case(bundle(said), "")) for name, said in TRANSACTIONS.items())


@pytest.fixture(scope="module")
def known(server: Served) -> str:
    made: str = server.fhir("POST", "/Patient", PATIENT).json["id"]
    return made


@pytest.fixture(scope="module", autouse=True)
def well(server: Served) -> Iterator[None]:
    """After all of it the server is well, and has said nothing of a crash."""
    yield
    assert server.fhir("GET", "/Patient?_count=1").status == 200
    assert "crashed" not in server.said()
    assert "Traceback" not in server.said()
    assert server.resident_mb() < MEGABYTES


def count(server: Served) -> tuple[int, int]:
    found = [server.fhir("GET", f"/{kind}?_summary=count").json["total"] for kind in ("Patient", "Observation")]
    return found[0], found[1]


def refused_in_words(answer: Answer) -> bool:
    issues = answer.json["issue"]
    kind = answer.json["resourceType"]
    return bool(400 <= answer.status < 500 and kind == "OperationOutcome" and issues[0]["diagnostics"])


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases()])
def test_it_is_refused_in_words_in_time_and_keeps_nothing(server: Served, known: str, case: Case) -> None:
    before = count(server)
    begun = time.perf_counter()

    answer = server.ask(case.method, FHIR + case.path.format(known=known), case.body, case.headers)

    took = time.perf_counter() - begun
    assert refused_in_words(answer), answer
    assert len(answer.body) < 30_000
    assert took < SECONDS
    assert count(server) == before
    assert server.fhir("GET", f"/Patient/{known}").headers["etag"] == 'W/"1"'


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_what_looks_like_a_command_is_only_text(server: Served, known: str, query: str) -> None:
    answer = server.fhir("GET", f"/Patient?{query}")

    assert answer.status == 200
    assert answer.json["total"] == 0
    assert "set-cookie" not in answer.headers
    assert server.fhir("GET", f"/Patient/{known}").status == 200


@pytest.mark.parametrize(("headers", "status"), HEADERS.values(), ids=HEADERS)
def test_a_bad_header_is_refused_in_words(server: Served, known: str, headers: dict[str, str], status: int) -> None:
    answer = server.ask("PUT", f"{FHIR}/Patient/{known}", {**PATIENT, "id": known}, headers)

    assert answer.status == status
    assert refused_in_words(answer)


@pytest.mark.parametrize(("path", "status"), PATHS.items(), ids=range(len(PATHS)))
def test_a_bad_path_is_refused_in_words(server: Served, path: str, status: int) -> None:
    answer = server.fhir("GET", path)

    assert answer.status == status
    assert refused_in_words(answer)


def test_long_headers_are_read_in_no_time(server: Served, known: str) -> None:
    begun = time.perf_counter()

    for header in ("Prefer", "If-None-Match", "If-Modified-Since", "If-None-Exist", "Cookie", "X-Forwarded-For"):
        server.ask("PUT", f"{FHIR}/Patient/{known}", {**PATIENT, "id": known}, {header: "x" * 20_000})

    assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize("path", [f"{FHIR}/Patient", FHIR, f"{FHIR}/Patient/_search", "/api/session", "/oauth2/token"])
def test_a_hundred_megabytes_are_refused_and_not_kept(server: Served, path: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} if "_search" in path else {}
    server.forget_most()
    before = server.resident_mb()

    answer = server.ask("POST", path, b" " * 100_000_000, form)

    assert answer.status == 413
    assert "limit" in answer.problems
    assert server.resident_mb(most=True) - before < 40


def test_a_hundred_megabytes_without_a_length_are_refused_and_not_kept(server: Served) -> None:
    server.forget_most()
    before = server.resident_mb()
    head = f"POST {FHIR}/Patient HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {server.token}\r\n"
    head += "Content-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n"

    answer = server.raw(head.encode() + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 1600 + b"0\r\n\r\n")

    assert answer.status == 413
    assert server.resident_mb(most=True) - before < 60


@pytest.mark.parametrize(
    ("beginning", "more"),
    [(b"GET /fhir/R4/Patient HTTP/1.1\r\nX: ", b"a" * 65_536), (b"GET / HTTP/1.1\r\n", b"Xa: bbbb\r\n" * 6000)],
    ids=["one header without end", "headers without end"],
)
def test_a_head_without_end_is_cut_off(server: Served, beginning: bytes, more: bytes) -> None:
    server.forget_most()
    before = server.resident_mb()

    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(beginning)
        with pytest.raises(ConnectionError):
            line.sendall(more * 1600)

    assert server.resident_mb(most=True) - before < 40


@pytest.mark.parametrize(
    "octets",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"FROB / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
        b"GET /fhir/R4/Patient/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"POST /fhir/R4/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /fhir/R4 HTTP/1.1\r\nHost: l\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /fhir/R4/Patient?name=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["tls", "method", "version", "path", "header", "two lengths", "length and chunks", "long address"],
)  # fmt: skip
def test_what_is_not_http_is_refused_with_our_headers(server: Served, octets: bytes) -> None:
    answer = server.raw(octets)

    assert answer.status in {400, 431}
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.problems


def test_a_body_that_drips_does_not_keep_others_waiting(server: Served, known: str) -> None:
    head = f"POST {FHIR}/Patient HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {server.token}\r\n"
    head += "Content-Type: application/fhir+json\r\nContent-Length: 100\r\n\r\n{"
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for line in lines:
        line.sendall(head.encode())
    begun = time.perf_counter()

    answer = server.fhir("GET", f"/Patient/{known}")

    assert answer.status == 200
    assert time.perf_counter() - begun < SECONDS
    for line in lines:
        line.close()


def test_small_requests_do_not_get_gigabytes(server: Served) -> None:
    large = {**PATIENT, "name": [{"family": "x" * 1_000_000}] * 9}
    made = [server.fhir("POST", "/Patient", large, Prefer="return=minimal").headers["location"] for _ in range(7)]
    one = f"Patient/{made[0].split('/')[-3]}"
    server.forget_most()
    before = server.resident_mb()

    reads = server.fhir("POST", "", bundle([entry(one, "GET", None)] * 900))
    batch = server.fhir("POST", "", bundle([entry(one, "GET", None)] * 900) | {"type": "batch"})
    search = server.fhir("GET", "/Patient?_sort=-_lastUpdated&_count=100")
    history = server.fhir("GET", "/Patient/_history?_count=100")
    more = json.dumps([{"op": "add", "path": "/name/-", "value": {"text": "y" * 900_000}}] * 8).encode()
    asked = {"Content-Type": "application/json-patch+json", "Prefer": "return=minimal"}
    patched = [server.ask("PATCH", f"{FHIR}/{one}", more, asked) for _ in range(2)]

    assert (reads.status, search.status, history.status) == (422, 422, 422)
    assert {answer.json["issue"][0]["code"] for answer in (reads, search, history)} <= {"too-costly", "processing"}
    statuses = [one["response"]["status"][:3] for one in batch.json["entry"]]
    assert statuses == ["200"] * 5 + ["422"] * 895
    assert [answer.status for answer in patched] == [200, 413]
    assert server.resident_mb(most=True) - before < MEGABYTES
    for address in made:
        server.fhir("DELETE", f"/Patient/{address.split('/')[-3]}")


@pytest.mark.anyio
async def test_a_thousand_silent_connections_keep_nobody_out(server: Served, known: str) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(1000)]
    line = Line(server)

    answer = await line.ask("GET", f"{FHIR}/Patient/{known}")

    assert answer.status == 200
    line.close()
    for _, writer in silent:
        writer.close()


def test_batches_of_hostile_entries_answer_each_in_its_place(server: Served) -> None:
    entries = [said[0] if isinstance(said, list) else said for said in TRANSACTIONS.values()]

    answer = server.fhir("POST", "", bundle([*entries, entry("Patient?name=nobody", "GET", None)]) | {"type": "batch"})

    assert answer.status == 200
    statuses = [one["response"]["status"][:3] for one in answer.json["entry"]]
    assert len(statuses) == len(entries) + 1
    assert all(status < "500" for status in statuses)
    assert statuses[-1] == "200"


def test_a_name_in_base64_is_only_data(server: Served) -> None:
    binary = {"resourceType": "Binary", "contentType": "text/html", "data": b64encode(b"<script>1</script>").decode()}

    answer = server.fhir("POST", "/Binary", binary)

    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nobody_learns_from_a_refusal_what_was_sent(server: Served) -> None:
    answer = server.fhir("POST", "/Patient", {**patient("Quuxington"), "gender": "Quuxington", "Quuxington": 1})

    assert answer.status == 422
    assert "Quuxington" not in answer.problems.replace("Patient.Quuxington", "")
