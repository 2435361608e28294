"""
INFRA-02: figures of the platform, for anybody who asks (CWE-497).

On the address that people use no path gives any; where Prometheus reads them they are given for a secret only.
"""

import re

from meridian.threats.attack import ARSENAL, Exchange, NotRun
from meridian.threats.attacker import Attacker, Browser

THREAT = "INFRA-02"
PATHS = (
    "/metrics", "/metrics/", "/METRICS", "/%6detrics", "//metrics", "/./metrics", "/api/metrics", "/api/../metrics",
    "/fhir/R4/../../metrics", "/actuator/prometheus", "/prometheus", "/prometheus/metrics", "/federate", "/debug/vars",
    "/server-status", "/nginx_status", "/api/v1/query?query=up", "/status", "/.well-known/metrics",
)  # fmt: skip
EXPOSED = re.compile(r"^# (?:HELP|TYPE) \w+", re.MULTILINE)
"""How figures look. Source: prometheus.io/docs/instrumenting/exposition_formats."""
PERSONAL = re.compile(r"@|\b\d{3}-\d{2}-\d{4}\b|\b(?:19|20)\d\d-\d\d-\d\d\b|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-")
"""What a label could tell about somebody: an address, a social security number, a date of birth, an id."""

attack = ARSENAL.attack


def place(attacker: Attacker) -> str:
    """
    Where Prometheus reads.

    Raises:
        NotRun: If nobody said.
    """
    if "metrics" not in attacker.material.places:
        raise NotRun("where Prometheus reads is not known")
    return attacker.material.places["metrics"].rstrip("/") + "/metrics"


async def shown(browser: Browser, address: str, **headers: str) -> bool:
    """Whether figures are given there."""
    return bool(EXPOSED.search((await browser.ask("GET", address, headers=headers)).text))


@attack(THREAT, "public", "Figures are given at the address that people use")
async def public(attacker: Attacker) -> str | None:
    """To nobody, and to the clinician."""
    async with attacker.browser() as nobody, attacker.signed_in("clinician") as somebody:
        for path in PATHS:
            for browser in (nobody, somebody):
                if await shown(browser, path):
                    return f"{path} gives them"
    return None


@attack(THREAT, "stranger", "Figures are given without the secret, or for a wrong one")
async def stranger(attacker: Attacker) -> str | None:
    """By nothing, an empty one, usual ones, and by headers that say one is somewhere else."""
    address = place(attacker)
    async with attacker.browser() as browser:
        for headers in (
            {},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer secret"},
            {"Authorization": "Basic cHJvbWV0aGV1czpwcm9tZXRoZXVz"},
            {"Authorization": f"Bearer {await attacker.token('clinician')}"},
            {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"},
        ):
            if await shown(browser, address, **headers):
                return f"they are given for {sorted(headers) or 'nothing'}"
    return None


@attack(THREAT, "labels", "Labels of figures name somebody")
async def labels(attacker: Attacker) -> str | None:
    """With the secret, as Prometheus reads them."""
    address, secret = place(attacker), attacker.material.secrets.get("metrics", "")
    async with attacker.browser() as browser:
        answer = await browser.ask("GET", address, headers={"Authorization": f"Bearer {secret}"})
    if not EXPOSED.search(answer.text):
        raise NotRun("the figures are not given to Prometheus either")
    attacker.evidence()
    words = [login.word for login in attacker.material.people.values()]
    for line in answer.text.splitlines():
        if not line.startswith("#") and (PERSONAL.search(line) or any(word in line for word in words)):
            attacker.keep(Exchange("GET /metrics", line[:100]))
            return "a label names somebody"
    return None
