"""A visit on the real server: two by a real relay alone, and through a real gateway once the third has come."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.testing import coturn, janus
from meridian.testing.browser import Clinic, Server, Visitors, visit
from meridian.testing.front import front
from meridian.testing.ports import free_ports
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
def carried(apart: Path) -> Iterator[Clinic]:
    """A clinic with a relay and a gateway, behind a proxy on its own origin."""
    if reason := coturn.missing() or janus.missing():
        pytest.skip(reason)
    relay, gateway = coturn.Coturn(extra=coturn.LOOPBACK), janus.Gateway()
    port, behind = free_ports(2)
    origin, server = f"http://localhost:{port}", Server(apart, behind)
    lead(apart, origin, relay, gateway)
    try:
        server.start()
        with front(port, behind, {gateway.settings.path: gateway.websocket}):
            yield Clinic(origin, apart, server)
    finally:
        server.stop()
        gateway.close()
        relay.close()


def lead(data: Path, origin: str, relay: coturn.Coturn, gateway: janus.Gateway) -> None:
    """Write a clinic's settings and secrets, which lead to both."""
    vault = Secrets(data / "secrets.sealed", open_master(data / "master.key"))
    vault.put("turn/secret", coturn.SECRET)
    vault.put("janus/admin-key", janus.ADMIN_KEY)
    vault.put("janus/token-secret", janus.TOKEN_SECRET)
    turn = f'[turn]\nhosts = ["127.0.0.1"]\nport = {relay.plain}\ntls_port = {relay.tls}\n'
    group = f'[janus]\nurl = "{gateway.settings.url}"\n'
    before = (data / "settings.toml").read_text(encoding="utf-8")
    (data / "settings.toml").write_text(f'origin = "{origin}"\n{before}\n{turn}{group}', encoding="utf-8")


def through_the_relay(page: Any) -> None:
    """From the next page on."""
    page.context.add_init_script(RELAY_ONLY)


def test_two_meet_by_the_relay_and_the_third_brings_the_gateway(browser: Any, carried: Clinic) -> None:
    with visit(browser, carried, {}) as visitors:
        meet(visitors)


def meet(visitors: Visitors) -> None:
    """The story."""
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
