"""Each control of the edge is seen to matter: the same attack fails on the house and succeeds on a twin without it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import ORIGIN, Clinic
from meridian.testing.storm import patient
from meridian.web.asgi import App

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"


class Absent:
    """Stands where a control was, and lets everything pass."""

    def check(self, *_: Any) -> None:
        """Nothing is checked."""

    async def spend(self, *_: Any) -> list[tuple[bytes, bytes]]:
        """Nothing is counted."""
        return []


async def rebind(client: httpx.AsyncClient) -> bool:
    """A page of another host name that resolves to us, or a link in a mail poisoned by a forged Host."""
    answer = await client.get(f"{BASE}/metadata", headers={"host": "evil.example"})
    return answer.status_code == 200


async def forge(client: httpx.AsyncClient) -> bool:
    """A form on another site's page, sent by a browser that is signed in here."""
    client.headers["cookie"] = f"__Host-meridian={client.headers.pop('authorization').partition(' ')[2]}"
    headers = {
        "origin": "https://evil.example",
        "sec-fetch-site": "cross-site",
        "content-type": "application/fhir+json",
    }
    answer = await client.post(f"{BASE}/Patient", json=patient("forged"), headers=headers)
    return answer.status_code == 201


async def spy(client: httpx.AsyncClient) -> bool:
    """A script on another site's page that asks in the name of whoever is signed in."""
    client.headers["cookie"] = f"__Host-meridian={client.headers.pop('authorization').partition(' ')[2]}"
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    return (await client.get(f"{BASE}/Patient", headers=headers)).status_code == 200


async def guess(client: httpx.AsyncClient) -> bool:
    """Tokens, one after the other."""
    statuses = [
        (await client.get(f"{BASE}/Patient", headers={"authorization": f"Bearer {n}"})).status_code for n in range(310)
    ]
    return set(statuses) == {401}


async def frame(client: httpx.AsyncClient) -> bool:
    """Our page, invisibly under another."""
    return "x-frame-options" not in (await client.get("/")).headers


async def inject(client: httpx.AsyncClient) -> bool:
    """A script that came into a page by other ways."""
    return "script-src 'self'" not in (await client.get("/")).headers.get("content-security-policy", "")


Attack = Callable[[httpx.AsyncClient], Awaitable[bool]]
CONTROLS: dict[str, tuple[str, Any, Attack]] = {
    "host": ("_hosts", Absent(), rebind),
    "origin of writes": ("_cross_site", Absent(), forge),
    "fetch metadata of reads": ("_cross_site", Absent(), spy),
    "rates": ("_rates", Absent(), guess),
    "frames": ("_headers", [], frame),
    "content policy": ("_headers", [], inject),
}


@pytest.mark.parametrize(("control", "absent", "attack"), CONTROLS.values(), ids=CONTROLS)
async def test_an_attack_that_fails_here_succeeds_without_the_control(
    sqlite_engine: Sqlite, control: str, absent: Any, attack: Attack
) -> None:
    clinic = Clinic(sqlite_engine)
    token = clinic.sign_in("clinician", "Practitioner/doc")

    assert not await attack(clinic.client(token))

    setattr(clinic.app, control, absent)
    assert await attack(clinic.client(token))


def test_the_twin_is_the_house_but_for_the_control() -> None:
    assert {control for control, _, _ in CONTROLS.values()} <= set(App.__init__.__code__.co_names)
    assert ORIGIN.startswith("http://localhost")
