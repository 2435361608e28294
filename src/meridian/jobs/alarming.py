"""
Alarms to others: a signed webhook (Standard Webhooks) and an Alertmanager, each tried from the outbox until heard.

What is sent holds codes and ids of ours: the kind, whose account, in which organisation, which request. Never whose
record it was, a name or an address; whoever is to know looks into the log. Only hosts of the settings are reached, over
TLS verified against their name, or on this machine itself; no redirect is followed, and no name that leads into a
private network. What is not heard is tried again, later and later, and in the end kept aside, where the status page
shows it.

Sources: standardwebhooks.com (headers, signature); prometheus.io/docs/alerting/latest/alerts_api (POST /api/v2/alerts).
"""

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from meridian.clock import Clock
from meridian.medications.partners.allowed import Resolve, Rules, resolve
from meridian.settings.oversight import LOOPBACK, Oversight
from meridian.store.outbox import Job
from meridian.vault.secrets import Secret

if TYPE_CHECKING:
    import httpx

SECRET: Final = "oversight/webhook"  # noqa: S105  # the name of a secret, not a secret
PATIENCE: Final = 5.0
"""Seconds for one try, as for partners."""
PREFIX: Final = "whsec_"
"""How a secret of Standard Webhooks begins that is written in base64; others are taken as they are."""
OWN = tuple(ipaddress.ip_network(one) for one in ("127.0.0.0/8", "::1/128"))


class Unheard(Exception):
    """It was not taken; says how it was answered, and nothing of what was sent."""


class Herald:
    """
    Tells others of alarms; does what `ringing.ring` put into the outbox.

    Args:
        settings: Where to.
        secret: Gives the secret that webhooks are signed with.
        clock: What time it is.
        resolver: Gives the addresses of a name.
    """

    def __init__(
        self, settings: Oversight, secret: Callable[[str], Secret], clock: Clock, resolver: Resolve = resolve
    ) -> None:
        self._settings, self._secret, self._clock, self._resolver = settings, secret, clock, resolver

    async def __call__(self, job: Job) -> None:
        """
        Send it, where to is said in the job; nothing when that is not set any more.

        Raises:
            Unheard, httpx.HTTPError: If it was not taken.
        """
        url = {"webhook": self._settings.webhook, "alertmanager": self._settings.alertmanager}[job.said["to"]]
        if not url:
            return
        if job.said["to"] == "webhook":
            body = json.dumps(self._event(job), separators=(",", ":")).encode()
            await self._post(url, body, self._signed(f"alarm-{job.no}", body))
        else:
            await self._post(f"{url.rstrip('/')}/api/v2/alerts", json.dumps([self._alert(job)]).encode(), {})

    @staticmethod
    def _event(job: Job) -> dict[str, Any]:
        data = {name: job.said[name] for name in ("kind", "account", "request")}
        return {"type": "alarm", "timestamp": _instant(job.said["time"]), "data": data | {"organisation": job.org}}

    @staticmethod
    def _alert(job: Job) -> dict[str, Any]:
        labels = {"alertname": "MeridianAlarm", "kind": job.said["kind"], "severity": "ticket"}
        return {
            "labels": labels | {"organisation": str(job.org)},
            "annotations": {"summary": "A detector raised an alarm; Oversight says who."},
            "startsAt": _instant(job.said["time"]),
        }

    def _signed(self, identity: str, body: bytes) -> dict[str, str]:
        at = str(self._clock() // 1000)
        key = _key(self._secret(SECRET).reveal())
        mark = hmac.new(key, f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": identity,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
        }

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        async with self._client(url) as client:
            answer = await client.post(url, content=body, headers={"content-type": "application/json"} | headers)
        if not answer.is_success:
            raise Unheard(f"answered {answer.status_code}")

    def _client(self, url: str) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415  # only where an alarm is told

        from meridian.medications.partners.egress import Guarded  # noqa: PLC0415  # likewise
        from meridian.medications.partners.pool import Pool  # noqa: PLC0415  # likewise

        own = urlsplit(url).hostname in LOOPBACK
        rules = Rules(frozenset(self._settings.hosts), OWN if own else ())
        transport = Pool(Guarded(rules, self._resolver))
        return httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=PATIENCE)


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX)) if secret.startswith(PREFIX) else secret.encode()


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
