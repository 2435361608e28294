"""
What an attack, a campaign and a twin are; that every attack is refused and every twin caught is `make verify`'s.

`make test` runs that once, in lanes of its own (`meridian.testing.rehearsing`).
"""

import asyncio
from pathlib import Path

import pytest

from meridian.testing import proving, weaknesses
from meridian.testing.attacked import Attacked
from meridian.testing.matching import MATCHING
from meridian.testing.twin import NotATwin, weaken
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.campaign import campaign
from meridian.threats.findings import Finding
from meridian.threats.material import Material
from meridian.threats.proof import Proof, unproved
from meridian.threats.register import load
from meridian.threats.trail import traced

NOBODY = Material({}, {})


def tried(attacker: Attacker, chosen: list[Attack]) -> list[tuple[Attack, Outcome]]:
    async def work() -> list[tuple[Attack, Outcome]]:
        return [one async for one in campaign(attacker, chosen)]

    return asyncio.run(work())


def test_every_attack_and_every_weakness_belongs_to_a_threat() -> None:
    assert {one.threat for one in ARSENAL.all()} == set(load().threats)
    assert {proving.threat_of(name) for name in proving.names()} == set(load().threats)


def test_every_weakness_has_an_attack_that_is_made_for_it() -> None:
    known = {one.name: one.threat for one in ARSENAL.all()}

    assert set(MATCHING) == set(proving.names())
    assert {name: known.get(attack) for name, attack in MATCHING.items()} == {
        name: proving.threat_of(name) for name in MATCHING
    }


def test_a_folder_that_was_not_made_for_a_twin_is_not_served_by_one(tmp_path: Path) -> None:
    with pytest.raises(NotATwin, match="not made for a twin"):
        weaken("auth-01/claims-unread", tmp_path)


def test_a_twin_that_lacks_nothing_is_not_caught(
    deployment: Attacked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weaknesses, "of_checkouts", lambda: {"infra-03/nothing-at-all": lambda _: None})
    monkeypatch.setitem(MATCHING, "infra-03/nothing-at-all", "infra-03/pasted")

    proof = proving.Bench(deployment).proof("infra-03/nothing-at-all", tmp_path)

    assert (proof.caught, proof.said) == (False, "refused: refused")


def test_a_twin_that_does_lack_something_is_caught(deployment: Attacked, tmp_path: Path) -> None:
    proof = proving.Bench(deployment).proof("auth-03/pages-without-policy", tmp_path)

    assert proof.attack == "auth-03/policy"


def test_a_threat_without_a_twin_that_was_caught_is_named() -> None:
    proofs = [
        Proof("auth-01/a", "AUTH-01", "auth-01/none", "", 1),
        Proof("auth-02/b", "AUTH-02", "", "refused: refused", 1),
    ]

    assert unproved(proofs, load()) == [name for name in load().threats if name != "AUTH-01"]


def test_an_attack_that_breaks_or_cannot_be_tried_was_not_run_and_stops_no_other() -> None:
    async def breaks(_: Attacker) -> str | None:
        raise LookupError("nowhere")

    async def lacks(_: Attacker) -> str | None:
        raise NotRun("there is nothing to try it on")

    async def succeeds(_: Attacker) -> str | None:
        return "everything"

    made = [Attack("AUTH-01", name, "", run) for name, run in (("a", breaks), ("b", lacks), ("c", succeeds))]
    came = tried(Attacker("http://localhost:1", NOBODY), made)

    assert [(outcome.result, outcome.said) for _, outcome in came] == [
        (Result.NOT_RUN, "the attack broke: LookupError: nowhere"),
        (Result.NOT_RUN, "there is nothing to try it on"),
        (Result.SUCCEEDED, "everything"),
    ]


def test_what_waits_does_so_beside_the_others_and_keeps_its_own_evidence() -> None:
    done = asyncio.Event()

    async def waits(attacker: Attacker) -> str | None:
        await done.wait()
        attacker.keep(Exchange("waiting", "done"))
        return None

    async def ends(attacker: Attacker) -> str | None:
        attacker.keep(Exchange("ending", "done"))
        done.set()
        return None

    made = [Attack("API-02", "a", "", waits, waits=True), Attack("API-02", "b", "", ends)]
    came = tried(Attacker("http://localhost:1", NOBODY), made)

    assert [(one.name, [seen.asked for seen in outcome.evidence]) for one, outcome in came] == [
        ("b", ["ending"]),
        ("a", ["waiting"]),
    ]


def test_evidence_holds_no_token_cookie_or_password_and_names_its_entries(deployment: Attacked, tmp_path: Path) -> None:
    chosen = [one for one in ARSENAL.all(("AUTH-04",)) if one.name == "auth-04/password"]
    chosen += [one for one in ARSENAL.all(("AUTH-03",)) if one.name in {"auth-03/policy", "auth-03/fixation"}]

    async def work(attacker: Attacker) -> list[Finding]:
        found = [Finding(one, outcome) async for one, outcome in campaign(attacker, chosen)]
        return await traced(attacker, found, 0)

    with deployment.served(tmp_path) as attacker:
        found = asyncio.run(work(attacker))
    secrets = [login.password for login in deployment.material.people.values()]
    secrets += [login.seed for login in deployment.material.people.values()]
    secrets += list(deployment.material.tokens.values())

    written = repr([one.outcome.evidence for one in found])
    assert "content-security-policy" in written
    assert not [secret for secret in secrets if secret in written]
    entries = {seen.entry for one in found for seen in one.outcome.evidence if seen.entry}
    assert entries
    assert all(entry.startswith("AuditEvent/") for entry in entries)
