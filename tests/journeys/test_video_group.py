"""A visit on the real server: two by a real relay alone, and through a real gateway once the third has come."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from meridian.testing import coturn, janus
from meridian.testing.browser import Clinic, Server, Visitors, free_port
from meridian.testing.front import front
from meridian.testing.video import (
    DOCTOR,
    MARGARET,
    PATIENT,
    PHONE,
    agreed,
    at_desk,
    booked,
    checked,
    ended,
    let_in,
    press,
    sees,
)
from meridian.vault.master import open_master
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.browser

RELAY_ONLY = """
globalThis.connections = [];
globalThis.policy = "relay";
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(how) {
    super({ ...how, iceTransportPolicy: policy });
    connections.push(this);
  }
  setConfiguration(how) {
    super.setConfiguration({ ...how, iceTransportPolicy: policy });
  }
};
"""
"""A network that lets nothing through but the relay, for as long as that is the policy."""
ENDS = """async () => {
  const all = connections.filter((one) => one.connectionState === "connected").map(async (one) => {
    const found = await one.getStats();
    const transport = [...found.values()].find(({ type }) => type === "transport");
    return found.get(found.get(transport.selectedCandidatePairId).localCandidateId).candidateType;
  });
  return [...new Set(await Promise.all(all))];
}"""
MODE = "async (visit) => (await (await fetch(`/api/video-visits/${visit}`)).json()).mode"


@pytest.fixture
def carried(clinic: Clinic) -> Iterator[None]:
    """The clinic has a relay and a gateway for the length of a story, behind a proxy on its own origin."""
    if reason := coturn.missing() or janus.missing():
        pytest.skip(reason)
    relay, gateway = coturn.Coturn(extra=coturn.LOOPBACK), janus.Gateway()
    settings = clinic.data / "settings.toml"
    before, behind, port = settings.read_text(encoding="utf-8"), free_port(), urlsplit(clinic.origin).port or 0
    vault = Secrets(clinic.data / "secrets.sealed", open_master(clinic.data / "master.key"))
    vault.put("turn/secret", coturn.SECRET)
    vault.put("janus/admin-key", janus.ADMIN_KEY)
    vault.put("janus/token-secret", janus.TOKEN_SECRET)
    turn = f'[turn]\nhosts = ["127.0.0.1"]\nport = {relay.plain}\ntls_port = {relay.tls}\n'
    group = f'[janus]\nurl = "{gateway.settings.url}"\n'
    settings.write_text(f'origin = "{clinic.origin}"\n{before}\n{turn}{group}', encoding="utf-8")
    clinic.server.stop()
    server = Server(clinic.data, behind)
    try:
        server.start()
        with front(port, behind, {gateway.settings.path: gateway.websocket}):
            yield
    finally:
        server.stop()
        settings.write_text(before, encoding="utf-8")
        clinic.server.start()
        gateway.close()
        relay.close()


def through_the_relay(page: Any) -> None:
    """From the next page on."""
    page.context.add_init_script(RELAY_ONLY)


@pytest.mark.usefixtures("carried")
def test_two_meet_by_the_relay_and_the_third_brings_the_gateway(visitors: Visitors) -> None:
    doctor = at_desk(visitors)
    through_the_relay(doctor)
    visit = booked(doctor)
    doctor.goto(f"/visits/{visit}")
    press(doctor, "Invite somebody")
    invitation = doctor.get_by_role("dialog")
    invitation.get_by_text("Interpreter").click()
    invitation.get_by_role("button", name="Invite", exact=True).click()
    link = doctor.locator("code").inner_text()
    doctor.keyboard.press("Escape")
    patient = visitors.signed_in(PATIENT, **PHONE)
    through_the_relay(patient)
    patient.goto(f"/visits/{visit}")
    checked(patient)
    agreed(patient)
    let_in(doctor, visit)
    sees(doctor, MARGARET)
    sees(patient, DOCTOR)
    assert doctor.evaluate(ENDS) == ["relay"]
    assert doctor.evaluate(MODE, visit) == "p2p"

    rosa = visitors.nobody(**PHONE)
    rosa.goto(link)
    rosa.get_by_label("Your name").fill("Rosa")
    press(rosa, "Go on")
    checked(rosa)
    agreed(rosa)
    for page in (doctor, patient):
        page.evaluate("() => { policy = 'all' }")
    press(doctor, re.compile("^Let in Rosa"))

    for page, others in ((rosa, (DOCTOR, MARGARET)), (doctor, (MARGARET, "Rosa")), (patient, (DOCTOR, "Rosa"))):
        for name in others:
            sees(page, name)
    assert doctor.evaluate(MODE, visit) == "sfu"
    ended(doctor)
