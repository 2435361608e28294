"""Every attack is refused by the house; for each control there is a twin without it, on which an attack succeeds."""

import asyncio
from pathlib import Path

import pytest

from meridian.testing.attacked import Attacked
from meridian.testing.twin import NotATwin, weaken
from meridian.testing.weaknesses import all_of_them
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Attack, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.campaign import campaign
from meridian.threats.register import load

pytestmark = pytest.mark.slow


def tried(attacker: Attacker, *threats: str) -> list[tuple[Attack, Outcome]]:
    return tried_of(attacker, ARSENAL.all(threats))


def tried_of(attacker: Attacker, chosen: list[Attack]) -> list[tuple[Attack, Outcome]]:
    async def work() -> list[tuple[Attack, Outcome]]:
        return [one async for one in campaign(attacker, chosen)]

    return asyncio.run(work())


FOUND_BY = {
    "audit-01/unanchored": "hashes",
    "audit-01/read-by-all": "read",
    "auth-03/cookies-for-scripts": "cookie-flags",
    "auth-03/other-sites-write": "forged-write",
    "auth-03/pages-without-policy": "policy",
    "auth-03/texts-as-markup": "stored",
    "auth-04/alarms-unraised": "unalarmed",
    "auth-04/failures-unrecorded": "password",
    "data-01/links-for-everybody": "expired",
    "data-01/files-unsealed": "store-plain",
    "data-01/files-for-others": "store-read",
    "data-01/scripts-to-load": "acting",
    "data-02/secrets-in-environment": "environment",
    "data-02/secrets-in-log": "logs",
    "data-02/cores": "core",
    "data-02/key-for-others": "key-files",
    "api-03/silence-is-safe": "answer-malformed",
    "api-03/goes-where-it-is-sent": "redirected",
    "api-03/key-in-log": "key",
    "api-04/reports-anew": "result-again",
    "api-04/late-reports-win": "result-stale",
    "api-04/checks-for-ever": "order-again",
    "api-04/codes-twice": "code-again",
    "api-05/attachments-fetched": "attachment",
    "api-05/templates-fetched": "upload",
    "web-01/copied-by-name": "portal",
    "web-01/names-unread": "stored",
}
"""Which attack notices which control's absence; where none is named, one on its threat does."""


def gets_in(attacker: Attacker, weakness: str) -> str:
    """The first attack that succeeds, of those that are to notice a *weakness*."""
    threat, named = weakness.partition("/")[0], FOUND_BY.get(weakness)
    chosen = [one for one in ARSENAL.all((threat.upper(),)) if not named or one.name == f"{threat}/{named}"]

    async def work() -> str:
        async for one, outcome in campaign(attacker, chosen):
            if outcome.result is Result.SUCCEEDED:
                return one.name
        return ""

    return asyncio.run(work())


@pytest.mark.parametrize("threat", sorted({one.threat for one in ARSENAL.all()}))
def test_no_attack_succeeds_and_every_one_is_run(deployment: Attacked, threat: str, tmp_path: Path) -> None:
    with deployment.served(tmp_path) as attacker:
        results = tried(attacker, threat)

    assert [(one.name, outcome.said) for one, outcome in results if outcome.result is not Result.REFUSED] == []
    assert len(results) == len(ARSENAL.all((threat,)))


@pytest.mark.parametrize("weakness", sorted(all_of_them()))
def test_without_a_control_an_attack_on_its_threat_succeeds(
    deployment: Attacked, weakness: str, tmp_path: Path
) -> None:
    with deployment.served(tmp_path, without=weakness) as attacker:
        assert gets_in(attacker, weakness)


def test_every_attack_and_every_weakness_belongs_to_a_threat() -> None:
    assert {one.threat for one in ARSENAL.all()} <= set(load().threats)
    assert {name.partition("/")[0].upper() for name in all_of_them()} <= set(load().threats)


def test_a_folder_that_was_not_made_for_a_twin_is_not_served_by_one(tmp_path: Path) -> None:
    with pytest.raises(NotATwin, match="not made for a twin"):
        weaken("auth-01/claims-unread", tmp_path)


def test_evidence_holds_no_token_cookie_or_password(deployment: Attacked, tmp_path: Path) -> None:
    in_a_browser = {"auth-03/stored", "auth-03/reflected", "auth-03/document", "auth-03/token-in-script"}
    with deployment.served(tmp_path) as attacker:
        results = tried_of(attacker, [one for one in ARSENAL.all(("AUTH-03",)) if one.name not in in_a_browser])
        secrets = [login.password for login in deployment.material.people.values()]
        secrets += [login.seed for login in deployment.material.people.values()]
        secrets += list(deployment.material.tokens.values())

    written = repr([outcome.evidence for _, outcome in results])
    assert "content-security-policy" in written
    assert not [secret for secret in secrets if secret in written]
