import type { Bundle, Observation } from "fhir/r4";
import { expect, test } from "vitest";
import { isNew, overviewOf } from "../../../src/features/home/overview.ts";
import { FhirFault } from "../../../src/fhir/fault.ts";

const bundle = (...resources: object[]): Bundle =>
  ({ resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) }) as Bundle;

test("a medicine prescribed twice is listed once", () => {
  const metformin = { resourceType: "MedicationRequest", medicationCodeableConcept: { text: "Metformin 500 mg" } };

  expect(overviewOf([bundle(metformin, metformin), bundle()]).medicines).toEqual(["Metformin 500 mg"]);
});

test("a page that would show less than there is fails as a whole", () => {
  expect(() => overviewOf([new FhirFault(403, "", undefined), bundle()])).toThrow(FhirFault);
});

test("a result is new for a month", () => {
  const result = { resourceType: "Observation", effectiveDateTime: "2026-10-01" } as Observation;

  expect(isNew(result, Date.parse("2026-10-30"))).toBe(true);
  expect(isNew(result, Date.parse("2026-11-01"))).toBe(false);
});
