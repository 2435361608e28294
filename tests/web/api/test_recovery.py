import pytest

from meridian.testing.desk import Desk
from meridian.testing.identity import PASSWORD

NEW = "seven quiet lamps by the harbour"


@pytest.mark.anyio
async def test_a_forgotten_password_is_set_anew_by_mail(desk: Desk) -> None:
    await desk.clinic.person()

    known = await desk.browser.post("/api/recovery", json={"email": "anne@clinic.example"})
    unknown = await desk.browser.post("/api/recovery", json={"email": "nobody@clinic.example"})
    token = await desk.clinic.link()
    weak = await desk.browser.post("/api/recovery/confirm", json={"token": token, "password": "short"})
    done = await desk.browser.post("/api/recovery/confirm", json={"token": token, "password": NEW})
    again = await desk.browser.post("/api/recovery/confirm", json={"token": token, "password": NEW})
    old = await desk.browser.post("/api/session", json={"email": "anne@clinic.example", "password": PASSWORD})

    assert known.status_code == unknown.status_code == 202
    assert (known.content, dict(known.headers)) == (unknown.content, dict(unknown.headers))
    assert [said.status_code for said in (weak, done, again, old)] == [422, 204, 404, 401]
    assert len(await desk.clinic.mails()) == 2
