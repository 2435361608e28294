"""The RESTful interactions over HTTP: statuses, headers and bodies as the standard has them."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
ANNE: dict[str, Any] = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:mrn", "value": "1"}],
    "name": [{"family": "Berg", "given": ["Anne"]}],
    "birthDate": "1958-03-12",
}


async def created(client: httpx.AsyncClient, resource: dict[str, Any] = ANNE, **headers: str) -> httpx.Response:
    answer = await client.post(f"{BASE}/{resource['resourceType']}", json=resource, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer


async def test_what_is_created_can_be_found_where_it_says(doctor: httpx.AsyncClient) -> None:
    answer = await created(doctor)

    assert answer.status_code == 201
    assert answer.headers["etag"] == 'W/"1"'
    again = await doctor.get(answer.headers["location"])
    assert again.content == answer.content
    assert again.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert again.headers["last-modified"] == answer.headers["last-modified"]


async def test_a_decimal_keeps_its_digits(doctor: httpx.AsyncClient) -> None:
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}'

    answer = await doctor.post(f"{BASE}/Observation", content=body, headers={"content-type": "application/fhir+json"})

    assert b'"value":1.10' in answer.content


@pytest.mark.parametrize(
    ("preferred", "body"), [("minimal", b""), ("OperationOutcome", b"created"), ("representation", b"Berg")]
)
async def test_the_answer_to_a_write_is_as_the_caller_prefers(
    doctor: httpx.AsyncClient, preferred: str, body: bytes
) -> None:
    answer = await created(doctor, prefer=f"return={preferred}")

    assert body in answer.content
    assert bool(answer.content) is bool(body)


async def test_what_the_caller_has_is_not_sent_again(doctor: httpx.AsyncClient) -> None:
    answer = await created(doctor)
    url = answer.headers["location"].partition("/_history")[0]

    by_tag = await doctor.get(url, headers={"if-none-match": 'W/"1"'})
    by_date = await doctor.get(url, headers={"if-modified-since": answer.headers["last-modified"]})
    other = await doctor.get(url, headers={"if-none-match": 'W/"2"'})

    assert (by_tag.status_code, by_date.status_code, other.status_code) == (304, 304, 200)
    assert by_tag.content == b""


async def test_an_update_makes_a_version_and_each_can_be_read(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()
    url = f"{BASE}/Patient/{first['id']}"

    answer = await doctor.put(url, json=first | {"gender": "female"}, headers={"if-match": 'W/"1"'})

    assert answer.status_code == 200
    assert answer.headers["etag"] == 'W/"2"'
    assert (await doctor.get(f"{url}/_history/1")).json() == first
    history = (await doctor.get(f"{url}/_history")).json()
    assert [entry["resource"]["meta"]["versionId"] for entry in history["entry"]] == ["2", "1"]
    assert [entry["request"]["method"] for entry in history["entry"]] == ["PUT", "POST"]
    assert history["total"] == 2


async def test_an_update_of_a_version_that_is_past_is_refused(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()
    url = f"{BASE}/Patient/{first['id']}"
    await doctor.put(url, json=first | {"gender": "female"})

    assert (await doctor.put(url, json=first, headers={"if-match": 'W/"1"'})).status_code == 412


async def test_a_patch_changes_one_element(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()
    url = f"{BASE}/Patient/{first['id']}"
    patch = [{"op": "add", "path": "/gender", "value": "female"}]

    answer = await doctor.patch(url, json=patch, headers={"content-type": "application/json-patch+json"})

    assert answer.json() == first | {"gender": "female", "meta": answer.json()["meta"]}


async def test_what_is_deleted_is_gone_and_its_history_stays(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()
    url = f"{BASE}/Patient/{first['id']}"

    deleted = await doctor.delete(url)

    assert deleted.status_code == 204
    assert (await doctor.delete(url)).status_code == 204
    gone = await doctor.get(url)
    assert (gone.status_code, gone.headers["etag"]) == (410, 'W/"2"')
    assert (await doctor.get(f"{url}/_history/1")).status_code == 200
    assert (await doctor.get(f"{url}/_history/2")).status_code == 410
    [last, _] = (await doctor.get(f"{url}/_history")).json()["entry"]
    assert last["request"]["method"] == "DELETE"
    assert "resource" not in last
    assert (await doctor.get(f"{BASE}/Patient?name=berg")).json()["total"] == 0


async def test_a_conditional_create_finds_what_is_there(doctor: httpx.AsyncClient) -> None:
    first = await created(doctor)

    condition = {"if-none-exist": "identifier=urn:mrn|1"}
    again = await doctor.post(f"{BASE}/Patient", json=ANNE, headers=condition)

    assert again.status_code == 200
    assert again.json()["id"] == first.json()["id"]


async def test_a_condition_that_several_meet_is_refused(doctor: httpx.AsyncClient) -> None:
    await created(doctor)
    await created(doctor)

    answer = await doctor.post(f"{BASE}/Patient", json=ANNE, headers={"if-none-exist": "identifier=urn:mrn|1"})

    assert answer.status_code == 412


async def test_a_conditional_update_creates_and_then_updates(doctor: httpx.AsyncClient) -> None:
    url = f"{BASE}/Patient?identifier=urn:mrn|1"

    first = await doctor.put(url, json=ANNE)
    second = await doctor.put(url, json=ANNE | {"gender": "female"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]


async def test_a_conditional_delete_takes_the_one_it_finds(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()

    answers = [await doctor.delete(f"{BASE}/Patient?identifier=urn:mrn|1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await doctor.get(f"{BASE}/Patient/{first['id']}")).status_code == 410
    assert (await doctor.delete(f"{BASE}/Patient")).status_code == 400


async def test_a_service_may_choose_ids_and_others_may_not(
    importer: httpx.AsyncClient, doctor: httpx.AsyncClient
) -> None:
    chosen = ANNE | {"id": "chosen"}

    refused = await doctor.put(f"{BASE}/Patient/chosen", json=chosen)
    allowed = await importer.put(f"{BASE}/Patient/chosen", json=chosen)

    assert (refused.status_code, allowed.status_code) == (404, 201)
    assert (await doctor.get(f"{BASE}/Patient/chosen")).status_code == 200


async def test_an_update_whose_id_differs_from_its_address_is_refused(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()

    answer = await doctor.put(f"{BASE}/Patient/{first['id']}", json=ANNE)

    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Patient.id"]


async def test_a_search_answers_alike_by_get_and_by_post(doctor: httpx.AsyncClient) -> None:
    await created(doctor)

    by_get = await doctor.get(f"{BASE}/Patient", params={"name": "BERG", "birthdate": "1958"})
    by_post = await doctor.post(f"{BASE}/Patient/_search?name=BERG", data={"birthdate": "1958"})

    assert by_get.json() == by_post.json()
    assert by_get.json()["entry"][0]["search"] == {"mode": "match"}
    assert by_get.json()["entry"][0]["fullUrl"].startswith("http://localhost:8360/fhir/R4/Patient/")


async def test_pages_neither_lose_nor_repeat(doctor: httpx.AsyncClient) -> None:
    ids = {(await created(doctor)).json()["id"] for _ in range(7)}
    url: str | None = f"{BASE}/Patient?name=berg&_count=2&_summary=true"
    seen: list[str] = []

    while url:
        page = (await doctor.get(url)).json()
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)

    assert len(seen) == len(ids) == 7
    assert set(seen) == ids


async def test_an_unknown_parameter_is_refused_or_when_asked_ignored_and_told(doctor: httpx.AsyncClient) -> None:
    await created(doctor)
    url = f"{BASE}/Patient?name=berg&colour=red"

    strict = await doctor.get(url)
    lenient = (await doctor.get(url, headers={"prefer": "handling=lenient"})).json()

    assert strict.status_code == 400
    assert [entry["search"]["mode"] for entry in lenient["entry"]] == ["match", "outcome"]
    assert "colour" not in lenient["link"][0]["url"]


async def test_a_count_gives_no_entries(doctor: httpx.AsyncClient) -> None:
    await created(doctor)

    counted = (await doctor.get(f"{BASE}/Patient?_summary=count")).json()

    assert counted["total"] == 1
    assert "entry" not in counted


async def test_elements_and_pretty_shape_the_answer(doctor: httpx.AsyncClient) -> None:
    first = (await created(doctor)).json()

    answer = await doctor.get(f"{BASE}/Patient/{first['id']}?_elements=birthDate&_pretty=true")

    assert set(answer.json()) == {"resourceType", "id", "meta", "birthDate"}
    assert answer.text.startswith("{\n  ")


async def test_everything_about_a_patient_comes_at_once(doctor: httpx.AsyncClient) -> None:
    anne = (await created(doctor)).json()["id"]
    subject = {"reference": f"Patient/{anne}"}
    await created(doctor, {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "subject": subject})

    bundle = (await doctor.get(f"{BASE}/Patient/{anne}/$everything")).json()
    only = (await doctor.get(f"{BASE}/Patient/{anne}/$everything?_type=Observation")).json()

    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]].count("Observation") == 1
    assert bundle["total"] == 2
    assert {entry["resource"]["resourceType"] for entry in only["entry"]} == {"Observation"}


async def test_a_transaction_does_all_and_links_its_entries(doctor: httpx.AsyncClient) -> None:
    link = "urn:uuid:4f6a30d8-6a41-4a3b-8f37-000000000001"
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": link},
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
            {"fullUrl": link, "resource": ANNE, "request": {"method": "POST", "url": "Patient"}},
        ],
    }

    answer = (await doctor.post(BASE, json=bundle, headers={"prefer": "return=representation"})).json()

    assert answer["type"] == "transaction-response"
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201 Created"] * 2
    patient = answer["entry"][1]["resource"]["id"]
    assert answer["entry"][0]["resource"]["subject"]["reference"] == f"Patient/{patient}"


async def test_a_transaction_with_one_wrong_entry_does_nothing(doctor: httpx.AsyncClient) -> None:
    bad = {"resourceType": "Observation", "code": {"text": "x"}}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": ANNE, "request": {"method": "POST", "url": "Patient"}},
            {"resource": bad, "request": {"method": "POST", "url": "Observation"}},
        ],
    }

    answer = await doctor.post(BASE, json=bundle)

    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]
    assert (await doctor.get(f"{BASE}/Patient?_summary=count")).json()["total"] == 0


async def test_a_batch_answers_each_entry_by_itself(doctor: httpx.AsyncClient) -> None:
    anne = (await created(doctor)).json()["id"]
    entries = [
        {"request": {"method": "GET", "url": f"Patient/{anne}"}},
        {"request": {"method": "GET", "url": "Patient/none"}},
        {"request": {"method": "GET", "url": "Patient?name=berg"}},
        {"request": {"method": "POST", "url": "Patient"}, "resource": ANNE},
        {"request": {"method": "POST", "url": "Patient"}, "resource": {"resourceType": "Patient", "gender": "x"}},
        {"request": {"method": "GET", "url": f"Patient/{anne}", "ifNoneMatch": 'W/"1"'}},
        {"request": {"method": "GET", "url": "Foo/1"}},
        {"request": {"method": "GET", "url": "metadata"}},
        {"request": {"method": "POST", "url": ""}, "resource": {"resourceType": "Bundle", "type": "batch"}},
        {},
    ]

    answer = await doctor.post(BASE, json={"resourceType": "Bundle", "type": "batch", "entry": entries})

    statuses = [entry["response"]["status"][:3] for entry in answer.json()["entry"]]
    assert statuses == ["200", "404", "200", "201", "422", "304", "404", "404", "422", "422"]
    assert answer.json()["entry"][1]["response"]["outcome"]["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Patient/none", 404),
        ("GET", "/Patient/not_an_id", 404),
        ("GET", "/Foo/1", 404),
        ("GET", "/ValueSet", 404),
        ("GET", "/Patient/1/$frobnicate", 404),
        ("GET", "/Patient/1/2/3/4/5", 404),
        ("GET", "/Patient/1/_history/x", 404),
        ("POST", "/Patient/1", 405),
        ("DELETE", "/metadata", 405),
        ("PATCH", "/Patient", 405),
        ("GET", "", 405),
        ("TRACE", "/Patient", 405),
        ("GET", "/Patient?_format=xml", 406),
        ("GET", "/Patient?birthdate=nonsense", 400),
        ("GET", "/Patient?_count=-1", 400),
        ("GET", "/Patient?name=%FF", 400),
        ("GET", "/Patient/_history?_since=yesterday", 400),
        ("GET", "/Patient/_history?colour=red", 400),
    ],
)  # fmt: skip
async def test_what_cannot_be_answered_has_its_status_and_an_outcome(
    doctor: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await doctor.request(method, BASE + path)

    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize("content", ["application/fhir+xml", "text/plain", "application/fhir+json; charset=latin-1"])
async def test_a_body_of_another_kind_is_refused(doctor: httpx.AsyncClient, content: str) -> None:
    answer = await doctor.post(f"{BASE}/Patient", content=b"<Patient/>", headers={"content-type": content})

    assert answer.status_code == 415


async def test_xml_is_not_given(doctor: httpx.AsyncClient) -> None:
    assert (await doctor.get(f"{BASE}/Patient", headers={"accept": "application/fhir+xml"})).status_code == 406


async def test_a_head_is_a_get_without_its_body(doctor: httpx.AsyncClient) -> None:
    first = await created(doctor)
    url = f"{BASE}/Patient/{first.json()['id']}"

    head, get = await doctor.head(url), await doctor.get(url)

    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_nobody_is_let_in_without_a_token(clinic: Any) -> None:
    async with clinic.client() as stranger, clinic.client("forged") as forger:
        answers = [await stranger.get(f"{BASE}/Patient"), await forger.get(f"{BASE}/Patient")]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("www-authenticate" in answer.headers for answer in answers)
