import type { AllergyIntolerance, Condition, MedicationRequest } from "fhir/r4";
import { expect, test } from "vitest";
import {
  allergyState,
  dosageText,
  inReadingOrder,
  isActiveProblem,
  isCurrentMedicine,
  severityOf,
  worstFirst,
} from "../../../src/features/chart/clinical.ts";

const PATIENT = { reference: "Patient/a" };

const allergy = (changes: Partial<AllergyIntolerance>): AllergyIntolerance => ({
  resourceType: "AllergyIntolerance",
  patient: PATIENT,
  code: { text: "Penicillin" },
  ...changes,
});

const coded = (code: string) => ({ coding: [{ code }] });

test("that nobody asked is not that there are none", () => {
  expect(allergyState([])).toBe("not-asked");
  expect(allergyState([allergy({ code: coded("716186003") })])).toBe("none-known");
  expect(allergyState([allergy({})])).toBe("some");
});

test("a refuted allergy is none to reckon with, and leaves the question open", () => {
  expect(allergyState([allergy({ verificationStatus: coded("refuted") })])).toBe("not-asked");
});

test("the worst that is recorded decides, and comes first", () => {
  const mild = allergy({ id: "m", reaction: [{ manifestation: [], severity: "mild" }] });
  const severe = allergy({ id: "s", criticality: "high" });

  expect(severityOf(severe)).toBe("severe");
  expect(worstFirst([mild, allergy({ id: "u" }), severe]).map((one) => one.id)).toEqual(["s", "m", "u"]);
});

test.each<[string, Partial<Condition>, boolean]>([
  ["active", { clinicalStatus: coded("active") }, true],
  ["without a status", {}, true],
  ["resolved", { clinicalStatus: coded("resolved") }, false],
  ["abated", { abatementDateTime: "2020-01-01" }, false],
  ["entered in error", { verificationStatus: coded("entered-in-error") }, false],
])("a condition that is %s: active %s", (_, changes, active) => {
  expect(isActiveProblem({ resourceType: "Condition", subject: PATIENT, ...changes })).toBe(active);
});

test("a stopped or planned medicine is not a current one", () => {
  const request: MedicationRequest = {
    resourceType: "MedicationRequest",
    status: "active",
    intent: "order",
    subject: PATIENT,
  };

  expect(isCurrentMedicine(request)).toBe(true);
  expect(isCurrentMedicine({ ...request, status: "stopped" })).toBe(false);
  expect(isCurrentMedicine({ ...request, intent: "plan" })).toBe(false);
});

test("a dose keeps its leading zero and its unit, and says how often", () => {
  const doseAndRate = [{ doseQuantity: { value: 0.5, unit: "ug" } }];

  expect(dosageText([{ doseAndRate, timing: { repeat: { frequency: 2, period: 1, periodUnit: "d" } } }])).toBe(
    "0.5 micrograms, 2 times every day",
  );
});

test("vital signs stand in the order they are read in, with the unusual last", () => {
  const series = ["odd|x", "29463-7|kg", "8480-6|mmHg"].map((key) => ({
    key,
    title: key,
    unit: "",
    range: undefined,
    points: [],
  }));

  expect(inReadingOrder(series).map((one) => one.key)).toEqual(["8480-6|mmHg", "29463-7|kg", "odd|x"]);
});
