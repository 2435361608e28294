import type { Bundle } from "fhir/r4";
import { expect, test } from "vitest";
import { overviewOf } from "../../../src/features/home/overview.ts";
import { FhirFault } from "../../../src/fhir/fault.ts";

const bundle = (...resources: object[]): Bundle =>
  ({ resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) }) as Bundle;

const booked = (status: string, start: string) => ({ resourceType: "Appointment", status, start, participant: [] });

test("a cancelled appointment is not the next one", () => {
  const told = overviewOf([
    bundle(booked("cancelled", "2026-12-01"), booked("booked", "2026-12-02")),
    bundle(),
    bundle(),
  ]);

  expect(told.next?.start).toBe("2026-12-02");
});

test("a medicine prescribed twice is listed once", () => {
  const metformin = { resourceType: "MedicationRequest", medicationCodeableConcept: { text: "Metformin 500 mg" } };

  expect(overviewOf([bundle(), bundle(metformin, metformin), bundle()]).medicines).toEqual(["Metformin 500 mg"]);
});

test("a page that would show less than there is fails as a whole", () => {
  expect(() => overviewOf([bundle(), new FhirFault(403, "", undefined), bundle()])).toThrow(FhirFault);
});
