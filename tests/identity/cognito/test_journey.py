"""
The house with `[cognito]` in its settings, asked over HTTP as the portal asks it.

From an invitation at the command line to a record that is read, and out again; passwords and codes are moto's.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from meridian import clock
from meridian.app.house import House, opened
from meridian.identity.cognito import errands
from meridian.jobs.worker import Worker
from meridian.settings import load
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.identity import SEED, Watch
from meridian.testing.pool import MotoPool, moto_pool
from meridian.testing.resources import minimal
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.anyio

ANNE, NEW, ORIGIN = "anne@clinic.example", "seven quiet lamps by the harbour", "https://pms.example"
INSTANT = Watch(round(time.time() * 1000))
"""The pool's clock stands still, so that a code does not age while a test runs; ours goes on."""


class Premises(NamedTuple):
    """A house with its pool."""

    house: House
    app: Any
    moto: MotoPool
    data: Path

    def browser(self) -> httpx.AsyncClient:
        """Without cookies yet."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN})

    async def command(self, *words: str) -> str:
        """What `meridian WORDS` says."""
        return await asyncio.to_thread(command, self.data, *words)


def command(data: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "meridian.cli", *words, "--data", str(data)], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def moto(amazon: PrivateAmazon, monkeypatch: pytest.MonkeyPatch) -> MotoPool:
    return moto_pool(amazon, INSTANT, monkeypatch)


@pytest.fixture
def data(moto: MotoPool, tmp_path: Path) -> Path:
    """A data folder, as the operator of a clinic on AWS leaves it."""
    folder, place = tmp_path / "data", moto.place
    folder.mkdir(mode=0o700)
    Secrets(folder / "secrets.sealed", create_master(folder / "master.key")).put(place.client_secret, moto.safe.value)
    (folder / "settings.toml").write_text(
        f'origin = "{ORIGIN}"\n[cognito]\nregion = "{place.region}"\nuser_pool = "{place.user_pool}"\n'
        f'client = "{place.client}"\nendpoint = "{place.endpoint}"\n'
    )
    command(folder, "org", "add", "Harbour Clinic")
    return folder


@pytest.fixture
async def premises(moto: MotoPool, data: Path) -> AsyncIterator[Premises]:
    async with opened(load(data)) as house:
        yield Premises(house, house.app(), moto, data)


async def said(browser: httpx.AsyncClient, method: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = await browser.request(method, path, json=body or None)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def code() -> str:
    from meridian.identity import totp  # noqa: PLC0415  # beside its only use

    return totp.code_at(SEED, INSTANT() // totp.STEP_MS)


async def joined(premises: Premises, browser: httpx.AsyncClient) -> None:
    """Anne is invited, chooses a password, sets an app up, and is in."""
    link = await premises.command("user", "invite", ANNE, "--role", "clinician", "--person", "Practitioner/anne")
    [secret] = re.findall(r"invitation#(\S+)", link)
    assert (await said(browser, "GET", f"/api/invitations/{secret}"))["known"] is False
    step = await said(browser, "POST", f"/api/invitations/{secret}", name="Anne Example", password=NEW)
    assert step == {"step": "enrol-totp", "methods": ["totp"]}
    await said(browser, "GET", "/api/session", 401)
    seed = await said(browser, "POST", "/api/account/totp")
    assert (seed["secret"], seed["uri"].startswith("otpauth://totp/")) == (SEED, True)
    codes = await said(browser, "POST", "/api/account/totp/confirm", code=code())
    assert len(codes["recoveryCodes"]) == 10


async def sign_in(browser: httpx.AsyncClient) -> None:
    assert (await said(browser, "POST", "/api/session", email=ANNE, password=NEW))["step"] == "totp"
    assert (await said(browser, "POST", "/api/session/totp", code=code()))["step"] == "done"


async def test_from_an_invitation_to_a_record_and_signed_out_everywhere(premises: Premises) -> None:
    house = premises.house
    [(org, _, _)] = await house.identity.administration.organisations()
    await (await house.servant(org)).update("Patient", "p1", minimal("Patient", "p1"))
    async with premises.browser() as desk, premises.browser() as phone:
        offered = await said(desk, "GET", "/api/edition")
        await joined(premises, desk)
        account = (await said(desk, "GET", "/api/session"))["account"]["id"]
        record = await said(desk, "GET", "/fhir/R4/Patient/p1")
        await sign_in(phone)
        assert (await said(phone, "GET", "/fhir/R4/Patient/p1"))["id"] == "p1"

        await said(desk, "DELETE", "/api/account/sessions", 204)
        await said(phone, "GET", "/fhir/R4/Patient/p1", 401)
        await said(phone, "POST", "/api/session/refresh", 401)
        assert (await said(desk, "GET", "/fhir/R4/Patient/p1"))["id"] == "p1"
        await said(desk, "DELETE", "/api/session", 204)
        await said(desk, "GET", "/fhir/R4/Patient/p1", 401)

    assert (offered["passkeys"], offered["codeUnlocks"]) == (False, False)
    assert record["id"] == "p1"
    pool_tokens = premises.moto.service.refresh_tokens
    assert [one for one in pool_tokens.values() if one and one[1] == account]
    assert house.pool is not None
    await Worker(house.engine, {errands.TOPIC: house.pool.keeper.errands}, clock=clock.now).until_idle()
    assert not [one for one in pool_tokens.values() if one and one[1] == account]


async def test_whoever_is_disabled_at_the_command_line_is_out_and_stays_out(premises: Premises) -> None:
    async with premises.browser() as desk, premises.browser() as another:
        await joined(premises, desk)

        await premises.command("user", "disable", ANNE)
        premises.house.identity.tools.verified.forget((await sessions_of(premises.house))[0])

        await said(desk, "GET", "/api/session", 401)
        await said(another, "POST", "/api/session", 401, email=ANNE, password=NEW)


async def sessions_of(house: House) -> list[str]:
    """Ids of every session; another process ended them, which ours would learn within ten seconds."""
    from meridian.store.plan import Plan, Query  # noqa: PLC0415  # beside its only use

    def all_of_them() -> Plan[list[str]]:
        return [row[0] for row in (yield Query("SELECT id FROM session"))]

    return await house.engine.read(all_of_them)


async def test_while_the_pool_is_away_nobody_is_told_that_a_password_is_wrong(premises: Premises) -> None:
    async with premises.browser() as desk, premises.browser() as another:
        await joined(premises, desk)
        with premises.moto.amazon.away():
            answer = await another.post("/api/session", json={"email": ANNE, "password": NEW})
            assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
            assert "wrong" not in answer.text
            assert (await said(desk, "GET", "/api/session"))["account"]["email"] == ANNE

        await sign_in(another)


async def test_the_doctor_says_what_is_wrong_with_the_pool(moto: MotoPool, data: Path) -> None:
    well = await asyncio.to_thread(command, data, "doctor", "--port", "1")
    assert re.search(r"OK +User pool", well)

    service = moto.amazon.client("cognito-idp")
    service.set_user_pool_mfa_config(
        UserPoolId=moto.place.user_pool,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration="OPTIONAL",
    )
    service.close()
    ill = command(data, "doctor", "--port", "1", code=1)
    assert re.search(r"FAIL +User pool +MFA is not required", ill)
    with moto.amazon.away():
        assert re.search(
            r"FAIL +User pool +The service that checks passwords did not answer", command(data, "doctor", code=1)
        )
