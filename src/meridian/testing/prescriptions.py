"""Drafts and patients for tests of prescribing."""

from typing import Any

from meridian.medications import formulary
from meridian.medications.drafts import exact
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

OKAFOR = "Practitioner/okafor"
NO_KNOWN = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}], "text": "No known allergies"}


def named(text: str) -> dict[str, Any]:
    """The concept of the formulary's medicine that *text* finds first."""
    return formulary.search(text)[0].concept


def draft(text: str, **more: Any) -> dict[str, Any]:
    """A draft of one tablet a day for thirty days, three refills."""
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d"}
    return {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": named(text),
        "dosageInstruction": [
            {
                "route": {"text": "by mouth"},
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": 1.0, "unit": "tablet"}}],
            }
        ],
        "dispenseRequest": {
            "numberOfRepeatsAllowed": 3,
            "quantity": {"value": 30, "unit": "tablet"},
            "expectedSupplyDuration": {"value": 30, "unit": "days", "code": "d", "system": "http://unitsofmeasure.org"},
        },
        **more,
    }


def allergy(patient: str, code: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An AllergyIntolerance."""
    return minimal("AllergyIntolerance", code=code) | {"patient": {"reference": f"Patient/{patient}"}} | more


async def somebody(clinic: Clinic, **more: Any) -> str:
    """A patient who was asked about allergies and has none; the logical id."""
    made = await clinic.servant().create("Patient", minimal("Patient", **more))
    await clinic.servant().create("AllergyIntolerance", allergy(made.stored.id, NO_KNOWN))
    return made.stored.id


async def takes(clinic: Clinic, patient: str, text: str, **more: Any) -> str:
    """The patient takes that; logical id of the prescription."""
    order = {
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-01-01",
        "requester": {"reference": OKAFOR},
    }
    made = await clinic.servant().create("MedicationRequest", exact(draft(text, **order | more)))
    return made.stored.id


async def resource(clinic: Clinic, kind: str, logical_id: str) -> dict[str, Any]:
    """A resource as a program reads it."""
    async with clinic.client(clinic.sign_in("service", "Device/x")) as client:
        found: dict[str, Any] = (await client.get(f"/fhir/R4/{kind}/{logical_id}")).json()
        return found


async def search(clinic: Clinic, query: str) -> list[dict[str, Any]]:
    """Resources that a program finds."""
    async with clinic.client(clinic.sign_in("service", "Device/x")) as client:
        bundle = (await client.get(f"/fhir/R4/{query}")).json()
        return [entry["resource"] for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]
