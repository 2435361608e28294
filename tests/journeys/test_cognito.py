"""A clinic that has passwords and authenticator apps kept by a user pool from today: what its people see of that."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from meridian.identity import totp
from meridian.ops.demo.accounts import PASSWORD, seed
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.browser import Clinic, Visitors, demo_server, enter_code, visit, write_password
from meridian.testing.identity import SEED, Watch
from meridian.testing.pool import MotoPool, moto_pool
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.browser

HADDAD, CASTILLO = "haddad@harbor.example", "castillo@harbor.example"
OWN = "seven quiet lamps by the weir"
INSTANT = Watch(round(time.time() * 1000))
"""The pool's clock stands still, so that its codes do not age while the story goes on."""


@pytest.fixture
def pool(amazon: PrivateAmazon, monkeypatch: pytest.MonkeyPatch) -> MotoPool:
    return moto_pool(amazon, INSTANT, monkeypatch)


@pytest.fixture
def moved(apart: Path, pool: MotoPool) -> Iterator[Clinic]:
    """The demo clinic, whose settings name a pool."""
    place = pool.place
    Secrets(apart / "secrets.sealed", create_master(apart / "master.key")).put(place.client_secret, pool.safe.value)
    with (apart / "settings.toml").open("a") as settings:
        settings.write(
            f'[cognito]\nregion = "{place.region}"\nuser_pool = "{place.user_pool}"\nclient = "{place.client}"\n'
            f'endpoint = "{place.endpoint}"\n'
        )
    with demo_server(apart) as served:
        yield served


def code() -> str:
    return totp.code_at(SEED, INSTANT() // totp.STEP_MS)


def test_a_doctor_comes_in_by_the_pool_and_is_offered_what_it_can_do(
    browser: Any, moved: Clinic, pool: MotoPool, axe: Callable[..., list[str]]
) -> None:
    with visit(browser, moved, {}) as visitors:
        page = visitors.nobody()
        write_password(page, HADDAD)  # the password moves to the pool, and the app of before is asked for
        page.get_by_role("heading", name="One more step").wait_for()
        enter_code(page, pyotp.TOTP(seed(HADDAD)).now())

        page.get_by_role("img", name="QR code for your authenticator app").wait_for()
        assert page.get_by_role("button", name="Use a passkey").count() == 0
        assert axe(page) == []
        enter_code(page, code())
        page.get_by_text("I have saved these codes").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Today").wait_for()
        page.goto("/security")
        page.get_by_text("ask an administrator to have the app set up anew").wait_for()
        assert page.get_by_role("heading", name="Passkeys").count() == 0
        assert page.get_by_role("button", name="Remove the app").count() == 0
        assert axe(page) == []

        again(visitors)
        by_phone(visitors, pool)


def again(visitors: Visitors) -> None:
    """From now on by the pool's own app."""
    page = visitors.nobody()
    write_password(page, HADDAD)
    page.get_by_role("heading", name="One more step").wait_for()
    assert page.get_by_role("button", name="Use a passkey instead").count() == 0
    enter_code(page, code())
    page.get_by_role("heading", name="Today").wait_for()


def by_phone(visitors: Visitors, pool: MotoPool) -> None:
    """Somebody gave a password out in the console; it is changed before anything else."""
    page, before = visitors.nobody(), set(pool.service.users)
    write_password(page, CASTILLO)
    page.get_by_role("heading", name="One more step").wait_for()
    [account] = set(pool.service.users) - before
    service = pool.amazon.client("cognito-idp")
    service.admin_set_user_password(
        UserPoolId=pool.place.user_pool, Username=account, Password="given out by phone", Permanent=False
    )
    service.close()

    write_password(page, CASTILLO, "given out by phone")
    page.get_by_role("heading", name="Choose a password of your own").wait_for()
    page.get_by_label("New password").fill("password")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("This password ").wait_for()
    page.get_by_label("New password").fill(OWN)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("heading", name="One more step").wait_for()
    assert pool.service.users[account].password == OWN != PASSWORD
