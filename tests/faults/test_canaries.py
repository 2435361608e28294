"""
Nothing leaks: names that occur nowhere else are sent through everything, and then looked for where they must not be.

What search parameters look for (names, dates, codes, addresses, short texts) stands in index rows, because it must be
found, and relies on the database's own encryption; identifiers stand there as keyed hashes, and all else only sealed.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from meridian.testing.served import FHIR, Answer, Served, Site, served
from meridian.testing.visitor import Visitor

pytestmark = pytest.mark.slow

PASSWORD = "canary pencil orbit 4417 walnut"
FOUND_BY = {"family": "Zyxquatl", "given": "Quixabel", "phone": "+4915550174629", "street": "Vyrmgasse 917",
            "value": "grelbmark"}  # fmt: skip
"""What a search finds people by: in index rows, and in no log, error, header, mail or audit entry."""
SEALED = {"identifier": "MRN-QX-40817", "note": "wyvernitis", "comment": "plonkfeather"}
"""What no file may hold in clear."""
EVERYTHING = [*FOUND_BY.values(), *SEALED.values()]


@dataclass
class Told:
    """All that the server was made to say, and all that it must keep to itself."""

    site: Site
    server: Served
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    audit: bytes = b""


def person() -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example:mrn", "value": SEALED["identifier"]}],
        "name": [{"family": FOUND_BY["family"], "given": [FOUND_BY["given"]]}],
        "telecom": [{"system": "phone", "value": FOUND_BY["phone"]}],
        "address": [{"line": [FOUND_BY["street"]]}],
        "contact": [{"name": {"text": SEALED["comment"]}}],
    }


def reading(patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "code": {"text": "x"},
        "subject": {"reference": f"Patient/{patient}"},
        "valueString": FOUND_BY["value"], "note": [{"text": SEALED["note"]}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def told(settled: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    import shutil  # noqa: PLC0415  # only here

    folder = tmp_path_factory.mktemp("canaries")
    site = Site(shutil.copytree(settled.data, folder / "data"), (), settled.client)
    site.command(
        "user", "add", "doc@canary.example", "--role", "clinician", "--name", "Dr Canary", "--password", PASSWORD
    )
    with served(site, folder / "log") as server:
        yield exercised(Told(site, server), folder / "export")


def exercised(told: Told, folder: Path) -> Told:
    program(told)
    people(told)
    told.server.stop()
    told.site.command("audit", "export", str(folder))
    told.audit = b"".join(
        path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".py"
    )
    return told


def program(told: Told) -> None:
    """Every interaction of a program, and everything that can go wrong with it."""
    family, given, phone = (quote(FOUND_BY[one]) for one in ("family", "given", "phone"))
    known = told.server.fhir("POST", "/Patient", person())
    one = known.json["id"]
    wrong = {**person(), "gender": SEALED["note"], "birthDate": FOUND_BY["family"]}
    several = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": wrong, "request": {"method": "POST", "url": "Patient"}}]}  # fmt: skip
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    patching = {"Content-Type": "application/json-patch+json"}
    check = json.dumps([{"op": "test", "path": "/name/0/family", "value": SEALED["note"]}]).encode()
    asked: list[tuple[str, str, Any, dict[str, str]]] = [
        ("POST", "/Observation", reading(one), {}),
        ("GET", f"/Patient/{one}", None, {}),
        ("GET", f"/Patient?name={family}&given={given}", None, {}),
        ("GET", f"/Patient?identifier={SEALED['identifier']}&phone={phone}&_revinclude=Observation:patient", None, {}),
        ("GET", f"/Patient?_has:Observation:patient:value-string={FOUND_BY['value']}", None, {}),
        ("GET", f"/Observation?patient.name={family}", None, {}),
        ("POST", "/Patient/_search", f"name={family}".encode(), form),
        ("GET", f"/Patient/{one}/$everything", None, {}),
        ("GET", f"/Patient/{one}/_history", None, {}),
        ("PUT", f"/Patient/{one}", {**person(), "id": one, "active": True}, {}),
        ("PUT", f"/Patient/{one}", {**person(), "id": one}, {"If-Match": 'W/"99"'}),
        ("POST", "/Patient", wrong, {}),
        ("POST", "/Patient", json.dumps(wrong).encode()[:-9], {}),
        ("POST", "/Patient", json.dumps(wrong).encode() + b"\\u0000", {}),
        ("POST", "", several, {}),
        ("POST", "", {**several, "type": "batch"}, {}),
        ("POST", "/Patient", person(), {"If-None-Exist": f"identifier=urn:example:mrn|{SEALED['identifier']}"}),
        ("POST", "/Patient", person(), {"If-None-Exist": f"birthdate={family}"}),
        ("PATCH", f"/Patient/{one}", check, patching),
        ("PATCH", f"/Patient/{one}", f'[{{"op":"add","path":"/gender","value":"{given}"}}]'.encode(), patching),
        ("GET", f"/Patient/{family}%20{given}", None, {}),
        ("GET", f"/Patient/{family}%00{given}", None, {}),
        ("GET", f"/Patient?birthdate={family}", None, {}),
        ("GET", f"/Patient?_count={family}&name={given}", None, {}),
        ("GET", f"/Patient?_cursor={family}", None, {}),
        ("GET", f"/Patient?name={family}&_sort={given}", None, {}),
        ("GET", f"/Patient?name={family}", None, {"Accept": f"text/{SEALED['note']}"}),
        ("GET", f"/Patient?name={family}", None, {"Host": "evil.example"}),
        ("GET", f"/Patient?name={family}", None, {"Authorization": f"Bearer {SEALED['note']}"}),
        ("DELETE", f"/Patient?name={family}&given={given}", None, {}),
        ("GET", f"/Patient/{one}", None, {}),
    ]  # fmt: skip
    for method, path, body, headers in asked:
        told.answers.append((path, told.server.ask(method, FHIR + path, body, headers)))
    told.answers.append(("", told.server.raw(f"FROB /{family} HTTP/1.1\r\nX: {given}\r\n\r\n".encode())))
    told.secrets["client secret"] = told.site.client[1]
    told.secrets["token"] = told.server.token


def people(told: Told) -> None:
    """Sign-in, right and wrong, and what a clinician's browser asks."""
    family = quote(FOUND_BY["family"])
    visitor = Visitor(told.server)
    codes = visitor.sign_in("doc@canary.example", PASSWORD)
    again = Visitor(told.server, seed=visitor.seed)
    again.sign_in("doc@canary.example", PASSWORD)
    assert again.ask("GET", "/api/session").status == 200
    wrong = Visitor(told.server)
    basic = b64encode(f"{told.site.client[0]}:{SEALED['note']}".encode()).decode()
    told.answers += [
        ("", wrong.ask("POST", "/api/session", {"email": f"{family}@canary.example", "password": SEALED["note"]})),
        ("", wrong.ask("POST", "/api/session", {"email": "doc@canary.example", "password": SEALED["note"]})),
        ("", wrong.ask("POST", "/api/session", {"email": [family], "password": {"x": SEALED["note"]}})),
        ("", wrong.ask("POST", "/api/session", f'{{"email":"{family}'.encode())),
        ("", wrong.ask("POST", "/api/session/totp", {"code": SEALED["note"]})),
        ("", wrong.ask("POST", "/api/recovery", {"email": "doc@canary.example"})),
        ("", wrong.ask("POST", "/api/recovery/confirm", {"token": SEALED["note"], "password": PASSWORD})),
        ("", wrong.ask("POST", "/oauth2/token", b"grant_type=client_credentials", {
            "Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"})),
        (family, visitor.ask("GET", f"/api/patients/search?q={family}")),
        ("", visitor.ask("GET", f"/api/patients/search?q={family}%3B%3B")),
        ("", visitor.ask("POST", "/api/patients/duplicates", {"family": [family], "given": 1, "birthDate": family})),
        (family, visitor.ask("GET", f"{FHIR}/Patient?name={family}")),
        ("", visitor.ask("GET", f"/{family}.html")),
        ("", visitor.ask("POST", "/api/account/password", {"current": SEALED["note"], "new": PASSWORD})),
        ("", visitor.ask("DELETE", "/api/session")),
    ]  # fmt: skip
    told.secrets |= {"password": PASSWORD, "authenticator": visitor.seed, "recovery code": codes[0]}
    told.secrets |= {name: value for name, value in again.cookies.items() if value}
    key = (told.site.data / "master.key").read_text().split()[-1]
    told.secrets["master key"] = key


def within(text: str | bytes, words: list[str]) -> list[str]:
    plain = text.encode() if isinstance(text, str) else text
    return [word for word in words if word.encode().lower() in plain.lower()]


def test_all_of_it_was_answered(told: Told) -> None:
    statuses = {answer.status for _, answer in told.answers}

    assert {200, 201, 202, 204, 400, 401, 404, 406, 409, 410, 412, 421, 422} <= statuses
    assert max(statuses) < 500
    assert all(len(secret) >= 8 for secret in told.secrets.values())
    assert any(within(answer.body, [FOUND_BY["family"]]) for _, answer in told.answers), "and the canary sings"


def test_no_name_and_no_secret_is_in_the_servers_log(told: Told) -> None:
    assert within(told.server.said(), [*EVERYTHING, *told.secrets.values()]) == []
    assert "canary.example" not in told.server.said()


def test_no_name_is_in_a_header_beyond_what_was_asked(told: Told) -> None:
    for asked, answer in told.answers:
        said = within(json.dumps(answer.headers), EVERYTHING)

        assert [one for one in said if quote(one) not in asked] == [], (asked, answer.headers)


def test_no_refusal_holds_what_is_in_a_record_or_was_sent(told: Told) -> None:
    for asked, answer in told.answers:
        if answer.status >= 400:
            assert within(answer.body, [*EVERYTHING, *told.secrets.values()]) == [], (asked, answer.body)


def test_no_name_and_no_secret_is_in_the_audit_log(told: Told) -> None:
    assert b'"action"' in told.audit
    assert within(told.audit, [*EVERYTHING, *told.secrets.values()]) == []
    assert b"canary.example" not in told.audit


def test_no_name_and_no_secret_is_in_a_mail(told: Told) -> None:
    mails = [path.read_bytes() for path in (told.site.data / "outbox").rglob("*.eml")]

    assert mails
    assert [within(mail, [*EVERYTHING, *told.secrets.values()]) for mail in mails] == [[]] * len(mails)


def test_no_secret_and_nothing_sealed_stands_in_clear_in_a_file(told: Told) -> None:
    hidden = [*SEALED.values(), *told.secrets.values()]
    found = {
        path.relative_to(told.site.data).as_posix(): within(path.read_bytes(), hidden)
        for path in told.site.data.rglob("*")
        if path.is_file()
    }

    assert "meridian.db" in found
    assert {name: words for name, words in found.items() if words} == {"master.key": [told.secrets["master key"]]}
    assert (told.site.data / "master.key").stat().st_mode & 0o077 == 0


def test_what_people_are_found_by_stands_in_the_database_file_alone(told: Told) -> None:
    files = {path for path in told.site.data.rglob("*") if path.is_file()}
    found = {path.name for path in files if within(path.read_bytes(), list(FOUND_BY.values()))}

    assert found <= {"meridian.db", "meridian.db-wal"}


def test_links_in_mails_keep_their_secret_from_servers(told: Told) -> None:
    mails = "".join(path.read_text() for path in (told.site.data / "outbox").rglob("*.eml"))
    links = re.findall(r"https?://\S+", mails)

    assert links
    assert all(len(link.partition("#")[0].rpartition("/")[2]) < 20 for link in links), links
