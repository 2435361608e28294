import type { Observation } from "fhir/r4";
import { expect, test } from "vitest";
import { flagOf, rangeText, seriesOf, valueText } from "../../src/fhir/findings.ts";

const loinc = (code: string, text: string) => ({ text, coding: [{ system: "http://loinc.org", code }] });

const reading = (value: number, changes: Partial<Observation> = {}): Observation => ({
  resourceType: "Observation",
  id: `reading-${value}`,
  status: "final",
  code: loinc("2160-0", "Creatinine"),
  effectiveDateTime: "2026-03-12",
  valueQuantity: { value, unit: "mg/dL" },
  referenceRange: [{ low: { value: 0.6 }, high: { value: 1.2 } }],
  ...changes,
});

const PRESSURE: Observation = {
  resourceType: "Observation",
  id: "bp",
  status: "final",
  code: loinc("85354-9", "Blood pressure"),
  effectiveDateTime: "2026-03-12",
  component: [
    { code: loinc("8480-6", "Systolic"), valueQuantity: { value: 128, code: "mm[Hg]" } },
    { code: loinc("8462-4", "Diastolic"), valueQuantity: { value: 82, code: "mm[Hg]" } },
  ],
};

test.each([
  [1.3, "H"],
  [0.5, "L"],
  [1.2, "N"],
])("%s against 0.6 to 1.2 is %s", (value, flag) => {
  expect(flagOf(reading(value))).toBe(flag);
});

test("the laboratory's own interpretation outranks the range", () => {
  expect(flagOf(reading(1.0, { interpretation: [{ coding: [{ code: "HH" }] }] }))).toBe("HH");
});

test("without a range nothing is called normal", () => {
  expect(
    flagOf({ resourceType: "Observation", status: "final", code: {}, valueQuantity: { value: 1 } }),
  ).toBeUndefined();
});

test("a therapeutic range is not the normal one", () => {
  const range = [{ type: { coding: [{ code: "treatment" }] }, low: { value: 2 }, high: { value: 3 } }];

  expect(rangeText(reading(1, { referenceRange: range }))).toBe("");
});

test("blood pressure reads as one value and plots as two series", () => {
  expect(valueText(PRESSURE)).toBe("128/82 mmHg");
  expect(seriesOf([PRESSURE]).map((series) => series.title)).toEqual(["Systolic", "Diastolic"]);
});

test("a series is in order of time and leaves out what was entered in error", () => {
  const [series] = seriesOf([
    reading(1.1, { effectiveDateTime: "2026-05-01" }),
    reading(9.9, { status: "entered-in-error" }),
    reading(0.9, { effectiveDateTime: "2025-05-01" }),
  ]);

  expect(series?.points.map((point) => point.value)).toEqual([0.9, 1.1]);
});

test("the same code in two units is two series", () => {
  const other = reading(97, { valueQuantity: { value: 97, unit: "umol/L" } });

  expect(seriesOf([reading(1.1), other])).toHaveLength(2);
});
