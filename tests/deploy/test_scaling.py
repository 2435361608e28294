"""Several processes are one platform: any answers any request, and each can be started anew under load."""

import time
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from meridian.testing.several import Load, Several, missing, several

ANN, PASSWORD = "ann@clinic.example", "a kettle of seventeen herons"
WRITERS, BEFORE = 4, 40
SEEN = 20.0
"""Seconds; a process sees within ten what another has ended (`identity.verified`)."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    if reason := missing():
        pytest.skip(reason)
    with several(tmp_path_factory.mktemp("several")) as running:
        yield running


def signed_in(page: httpx.Client) -> str:
    """The cookies of a clinician who has just set up an authenticator."""

    def keep() -> None:
        page.headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in page.cookies.jar)

    assert page.post("/api/session", json={"email": ANN, "password": PASSWORD}).status_code == 200
    keep()
    seed = page.post("/api/account/totp").json()["secret"]
    done = page.post("/api/account/totp/confirm", json={"code": pyotp.TOTP(seed).now()})
    assert done.status_code == 200, done.text
    keep()
    return page.headers["Cookie"]


def test_who_signs_in_at_one_is_known_at_the_other_until_they_sign_out_at_either(platform: Several) -> None:
    platform.site.command("user", "add", ANN, "--role", "clinician", "--name", "Ann", "--password", PASSWORD)
    one, other = (platform.ask(process) for process in platform.processes)
    with one, other:
        other.headers["Cookie"] = signed_in(one)
        assert [page.get("/fhir/R4/Patient").status_code for page in (one, other)] == [200, 200]

        assert other.delete("/api/session").status_code == 204

        assert other.get("/fhir/R4/Patient").status_code == 401
        assert one.post("/api/session/refresh").status_code == 401
        until = time.monotonic() + SEEN
        while one.get("/fhir/R4/Patient").status_code != 401:
            assert time.monotonic() < until, "what ended at the other goes on at the one"
            time.sleep(0.2)


def test_a_rolling_restart_under_load_loses_nothing_and_nobody_sees_a_fault(platform: Several) -> None:
    load = Load(platform, "roll")

    with load.on(WRITERS):
        written(load, BEFORE)
        platform.roll()
        written(load, len(load.acknowledged) + BEFORE)

    assert set(load.answers) == {200, 201}
    assert load.broken == 0
    assert load.lost() == []


def written(load: Load, enough: int) -> None:
    """Wait until so many resources were acknowledged."""
    while len(load.acknowledged) < enough:
        assert not set(load.answers) - {200, 201}, load.answers
        load.pause()


def test_what_is_lost_is_seen(platform: Several) -> None:
    load = Load(platform, "never", acknowledged={"not-there": 1})

    assert load.lost() == ["not-there/1"]
