import { expect, test } from "vitest";
import { idOf, quantityText } from "../../src/fhir/words.ts";

test.each([
  [{ value: 1, unit: "mg" }, "1 mg"],
  [{ value: 0.5, unit: "mg" }, "0.5 mg"],
  [{ value: 50, unit: "ug" }, "50 micrograms"],
  [{ value: 10, code: "U" }, "10 units"],
  [{ value: 5.9, unit: "%" }, "5.9 %"],
  [{ value: 0.01, unit: "ng/mL", comparator: "<" as const }, "< 0.01 ng/mL"],
  [{ value: 128, code: "mm[Hg]" }, "128 mmHg"],
])("%j is written %s", (quantity, text) => {
  expect(quantityText(quantity)).toBe(text);
});

test("an id is taken from a relative and from an absolute reference, and only of the type asked for", () => {
  expect(idOf({ reference: "Patient/a" }, "Patient")).toBe("a");
  expect(idOf({ reference: "https://clinic.example/fhir/R4/Patient/a" }, "Patient")).toBe("a");
  expect(idOf({ reference: "Group/a" }, "Patient")).toBeUndefined();
});
