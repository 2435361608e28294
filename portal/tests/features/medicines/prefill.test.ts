import type { MedicationRequest } from "fhir/r4";
import { describe, expect, it } from "vitest";
import type { FormularyLine } from "../../../src/features/medicines/api.ts";
import { RHYTHMS, type RhythmId } from "../../../src/features/medicines/dosing.ts";
import { type Draft, EMPTY, requestOf, withMedicine } from "../../../src/features/medicines/draft.ts";
import { draftOf } from "../../../src/features/medicines/prefill.ts";

const CODING = { system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "197361" };
const AMLODIPINE = {
  id: "amlodipine-5-mg-tablet",
  name: "Amlodipine 5 mg tablet",
  tallMan: "amLODIPine 5 mg tablet",
  form: "tablet",
  strength: "5 mg",
  route: "by mouth",
  ingredients: ["amlodipine"],
  code: null,
  units: ["tablet", "mg"],
  dispenseUnit: "tablet",
  pack: null,
  medication: { text: "Amlodipine 5 mg tablet", coding: [CODING] },
} as unknown as FormularyLine;
const chosen = withMedicine(EMPTY, AMLODIPINE);

describe("the draft of what is prescribed now", () => {
  it.each(Object.keys(RHYTHMS) as RhythmId[])("writes the same prescription again (%s)", (rhythm) => {
    const draft: Draft = {
      ...chosen,
      rhythm,
      dose: "0.5",
      days: "10",
      asNeeded: true,
      purpose: "pain",
      mostPerDay: "4",
      note: "With food",
      refills: "3",
    };
    const request = requestOf(draft, "p", undefined);

    const again = draftOf(request, [AMLODIPINE]);

    expect(requestOf(again, "p", undefined)).toEqual(request);
    expect(again.medicine).toBe(AMLODIPINE);
  });

  it("asks for a dose and a rhythm that it cannot read, and never guesses them", () => {
    const imported = {
      dosageInstruction: [{ text: "as directed", timing: { repeat: { frequency: 5, period: 3, periodUnit: "wk" } } }],
    };

    for (const more of [imported, { dosageInstruction: [{ text: "one" }, { text: "two" }] }, {}]) {
      const draft = draftOf(
        {
          resourceType: "MedicationRequest",
          medicationCodeableConcept: AMLODIPINE.medication,
          ...more,
        } as unknown as MedicationRequest,
        [AMLODIPINE],
      );
      expect([draft.dose, draft.rhythm]).toEqual(["", null]);
    }
  });

  it("keeps the code of a medicine that the formulary lacks, so that it can be checked", () => {
    const concept = { text: "Something else", coding: [{ system: "x", code: "1" }] };
    const request = {
      resourceType: "MedicationRequest",
      medicationCodeableConcept: concept,
    } as unknown as MedicationRequest;

    expect(requestOf(draftOf(request, [AMLODIPINE]), "p", undefined).medicationCodeableConcept).toEqual(concept);
  });

  it("keeps what the patient is told besides", () => {
    const dosageInstruction = [{ additionalInstruction: [{ text: "with a full glass of water" }] }];
    const request = { resourceType: "MedicationRequest", dosageInstruction } as unknown as MedicationRequest;

    expect(draftOf(request, []).note).toBe("with a full glass of water");
  });

  it("keeps free text as free text", () => {
    const request = {
      resourceType: "MedicationRequest",
      medicationCodeableConcept: { text: "Herbal tea" },
    } as unknown as MedicationRequest;

    expect(draftOf(request, [AMLODIPINE])).toMatchObject({ isFree: true, freeText: "Herbal tea", medicine: null });
  });
});
