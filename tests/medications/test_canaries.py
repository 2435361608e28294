"""What a check could give away, looked for wherever it must not be."""

import logging

import pytest

from meridian.medications.drafts import exact
from meridian.medications.partners.lines import panel
from meridian.medications.service import Medications
from meridian.settings import Partners
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.plan import Query
from meridian.testing.clinic import Clinic
from meridian.testing.partners import EDITION, Listener
from meridian.testing.prescriptions import OKAFOR, allergy, draft
from meridian.testing.resources import minimal
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.anyio
CANARIES = (
    "CanaryFamily", "CanaryGiven", "1931-02-03", "canary-mrn", "CanaryStreet", "CanaryReason", "CanaryNote",
    "CanaryAllergy", "canary-code", "CanaryOverride", "canary@mail.example", OKAFOR,
)  # fmt: skip


async def test_what_leaves_the_house_and_what_is_logged_tells_nothing_of_whose_it_is(
    engine: Engine, vault: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Listener().listening() as listener:
        listener.answers = [(500, b"CanaryAnswer")]
        base = f"http://127.0.0.1:{listener.port}/v2"
        asking = panel(EDITION, Partners(base, base, ("127.0.0.1",), ("127.0.0.1/32",)), vault)
        clinic = Clinic(engine, medications=Medications(asking))
        patient = await _somebody(clinic)
        async with clinic.client(clinic.sign_in("clinician", OKAFOR)) as api:
            request = draft("amlodipine", reasonCode=[{"text": "CanaryReason"}], note=[{"text": "CanaryNote"}])
            found = await api.post("/api/medications/check", json={"patient": patient, "request": request})
            body = {
                "patient": patient, "request": request, "check": found.json()["id"],
                "unavailable": {"code": "other", "text": "CanaryOverride"},
            }  # fmt: skip
            done = await api.post("/api/medications/prescriptions", json=body)
            assert done.status_code == 201, done.text
        await asking.close()

        wire = b"".join(listener.bodies).decode() + repr(listener.seen)
    for canary in (*CANARIES, patient, done.json()["id"]):
        assert canary not in wire

    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("meridian"))
    entries = repr([(one.action, one.what, one.rule, one.seen) for one in await clinic.log()])
    jobs = repr(await engine.write(lambda: outbox.take(2**50, 2**51, 50)))
    assert "medication-recheck" in jobs
    for canary in CANARIES[:-1]:
        assert canary not in told
        assert canary not in entries
        assert canary not in jobs
    for text in (told, entries, jobs):
        assert "CanaryAnswer" not in text
        assert "amlodipine" not in text.lower()
    assert patient not in told


async def test_at_rest_a_check_is_sealed(engine: Engine, vault: Secrets) -> None:
    clinic = Clinic(engine)
    patient = await _somebody(clinic)

    kept = await clinic.medications.check(
        clinic.chart_of(clinic.sign_in("clinician", OKAFOR)),
        patient, exact(draft("amlodipine", medicationCodeableConcept={"text": "CanaryMedicine"})),
    )  # fmt: skip

    def rows():  # type: ignore[no-untyped-def]  # noqa: ANN202  # a plan of one step
        return (yield Query("SELECT body FROM resource WHERE type = ?", ("DetectedIssue",)))

    assert kept.result.gaps
    assert vault
    assert all(b"CanaryMedicine" not in bytes(row[0]) for row in await engine.read(rows))


async def _somebody(clinic: Clinic) -> str:
    made = await clinic.servant().create(
        "Patient",
        minimal(
            "Patient",
            name=[{"family": "CanaryFamily", "given": ["CanaryGiven"]}],
            birthDate="1931-02-03",
            identifier=[{"system": "urn:x", "value": "canary-mrn"}],
            address=[{"line": ["CanaryStreet 1"]}],
            telecom=[{"system": "email", "value": "canary@mail.example"}],
        ),
    )
    codings = [
        {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "7980"},
        {"system": "urn:clinic:own", "code": "canary-code"},
        {"system": "http://snomed.info/sct", "code": "canary-code"},
    ]
    code = {"coding": codings, "text": "CanaryAllergy"}
    await clinic.servant().create("AllergyIntolerance", allergy(made.stored.id, code))
    return made.stored.id
