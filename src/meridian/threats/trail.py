"""
Which entries of the audit log are about which requests of a campaign, as the security officers of both sides see them.

Nobody needs the database for it: the officers made for the campaign read the log over FHIR, newest entries first, down
to its beginning. What they may not see (the platform's own log) stays without an entry.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from meridian.clock import instant
from meridian.threats.attack import Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFICERS = ("officer", "overseer")
"""One of each organisation."""
PAGES = 60
"""Pages of a hundred that are read at most for each."""


async def traced(attacker: Attacker, findings: Iterable[Finding], began: int) -> list[Finding]:
    """The *findings* of a campaign that *began* then (ms since the epoch), their evidence with its entries."""
    found: dict[str, str] = {}
    for part in OFFICERS:
        found |= await _entries(attacker, part, began)
    return [_with(one, found) for one in findings]


async def _entries(attacker: Attacker, part: str, began: int) -> dict[str, str]:
    """The first entry about each request that one officer sees, by the request's name; none if they see no log."""
    if part not in attacker.material.people:
        return {}
    found: dict[str, str] = {}
    try:
        async with attacker.signed_in(part) as browser:
            path = f"{FHIR}/AuditEvent?date=ge{quote(instant(began))}&_count=100"
            for _ in range(PAGES):
                page = await _page(browser, path)
                found.update(_named(page))
                path = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), "")
                if not path:
                    break
    except NotRun:
        pass  # what was found until then is still so
    return found


async def _page(browser: Browser, path: str) -> dict[str, Any]:
    answer = await browser.ask("GET", path)
    if answer.status_code != httpx.codes.OK:
        raise NotRun(f"the log is not shown: {answer.status_code}")
    page: dict[str, Any] = answer.json()
    return page


def _named(page: dict[str, Any]) -> dict[str, str]:
    return {
        entity["what"]["identifier"]["value"]: f"AuditEvent/{entry['resource']['id']}"
        for entry in page.get("entry", ())
        for entity in entry["resource"].get("entity", ())
        if any(entity.get("type", {}).get("code") == code for code in ("XrequestId",))
    }


def _with(one: Finding, entries: "Mapping[str, str]") -> Finding:
    evidence = tuple(_entered(seen, entries) for seen in one.outcome.evidence)
    return replace(one, outcome=replace(one.outcome, evidence=evidence))


def _entered(seen: Exchange, entries: "Mapping[str, str]") -> Exchange:
    return replace(seen, entry=entries.get(seen.request, "")) if seen.request else seen
