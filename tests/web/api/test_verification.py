"""The last attacks on this deployment, as its security officers see them; nobody else does."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from meridian.app import verifications
from meridian.audit.checkpoint import Ed25519
from meridian.ops import evidence
from meridian.ops.evidence import Kind
from meridian.settings import Settings, load
from meridian.testing.desk import Desk
from meridian.threats import register
from meridian.threats.attack import Attack, Exchange, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.findings import Finding, Run
from meridian.threats.proof import Proof, as_json
from meridian.threats.report import Key, write
from meridian.web.api.verification import AttackTried, Verification

pytestmark = pytest.mark.anyio

OFFICER = "olive@clinic.example"
PLACES = {
    "/api/verification": "verification-read",
    "/api/verification/report": "verification-report-taken",
    "/api/verification/threats/AUTH-01": "verification-read",
}
SIGNER = Ed25519(bytes(range(32)))


async def never(attacker: Attacker) -> str | None:
    raise AssertionError(attacker)


def ended(*results: Result) -> Run:
    seen = (Exchange("GET /", "401 <script>", "r1", "AuditEvent/1-1"),)
    found = [
        Finding(Attack("AUTH-01", f"auth-01/{no}", "A <b>token</b>", never), Outcome(result, "said", seen))
        for no, result in enumerate(results)
    ]
    return Run("https://clinic.example", "meridian-pms", "0.1.0", 1_700_000_000_000, 1_700_000_060_000, tuple(found))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(load(tmp_path), data=tmp_path)


def kept(settings: Settings, run: Run) -> Path:
    said = run.as_json(register.load())
    path = evidence.keep(settings.data, Kind.VERIFY, said, SIGNER, run.ended)
    write(path.with_suffix(verifications.REPORT), run, register.load(), Key(SIGNER, "Signed by us."))
    return path


async def test_an_officer_is_told_that_nobody_has_tried_yet(desk: Desk) -> None:
    await desk.clinic.person(OFFICER, "security-officer", who="")
    await desk.sign_in(OFFICER)

    said = await desk.browser.get("/api/verification")

    assert said.json() == {"run": None, "twins": None}
    assert (await desk.browser.get("/api/verification/report")).status_code == 404
    assert [one.outcome for one in desk.clinic.recorded("verification-read")] == ["ok"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ["clinician", "patient"])
async def test_nobody_else_has_it_and_that_is_recorded(desk: Desk, role: str, place: str) -> None:
    await desk.clinic.person(OFFICER, role, who="")
    await desk.sign_in(OFFICER)

    assert (await desk.browser.get(place)).status_code == 403
    assert [one.outcome for one in desk.clinic.recorded(PLACES[place])] == ["refused"]


def test_the_newest_run_is_told_by_threat_and_its_attacks_by_themselves(settings: Settings) -> None:
    kept(settings, ended(Result.REFUSED, Result.SUCCEEDED, Result.NOT_RUN))

    said = Verification.model_validate(verifications.verification(settings, SIGNER.public)).run
    attacks = [AttackTried.model_validate(one) for one in verifications.attacks(settings, SIGNER.public, "AUTH-01")]

    assert said is not None
    assert (said.standing, said.result, said.has_report) == ("signed", "succeeded", True)
    [threat] = said.threats
    assert set(said.left_out) == set(register.load().threats) - {"AUTH-01"}
    assert (threat.id, threat.tried, threat.refused, threat.succeeded, threat.not_run) == ("AUTH-01", 2, 1, 1, 1)
    assert [one.result for one in attacks] == ["refused", "succeeded", "not run"]
    assert attacks[0].evidence[0].entry == "AuditEvent/1-1"
    assert verifications.attacks(settings, SIGNER.public, "AUTH-02") == []


def test_a_run_that_was_altered_says_so(settings: Settings) -> None:
    path = kept(settings, ended(Result.SUCCEEDED))
    path.write_text(path.read_text(encoding="utf-8").replace("succeeded", "refused"), encoding="utf-8")

    said = Verification.model_validate(verifications.verification(settings, SIGNER.public)).run

    assert said is not None
    assert said.standing == "altered"


def test_the_report_is_taken_with_its_signatures(settings: Settings) -> None:
    kept(settings, ended(Result.REFUSED))

    body = verifications.report(settings, SIGNER.public)

    assert body is not None
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert names == ["public-key.pem", "report.html", "report.html.sig", "report.json", "report.json.sig"]


def test_twins_are_told_with_the_threats_that_none_was_caught_at(settings: Settings) -> None:
    proofs = [Proof("auth-01/claims-unread", "AUTH-01", "auth-01/signed-expired", "the token opened the record", 5)]
    evidence.keep(settings.data, Kind.PROVE, as_json(proofs, register.load(), "0.1.0", 1, 2), SIGNER, 2)

    said = Verification.model_validate(verifications.verification(settings, SIGNER.public)).twins

    assert said is not None
    assert (said.caught, len(said.twins)) == (1, 1)
    assert "AUTH-01" not in said.unproved
    assert "AUTH-02" in said.unproved
