import fc from "fast-check";
import { expect, test } from "vitest";
import { amountOf, amountText, countOf, type Dosing, dosageOf } from "../../../src/features/medicines/dosing.ts";

const DOSING: Dosing = {
  dose: "2",
  form: "tablet",
  unit: "tablet",
  route: "by mouth",
  rhythm: "twice",
  asNeeded: false,
  purpose: "",
  mostPerDay: "",
  days: "10",
  note: "",
};

test.each(["0.5", "1", "2.5", "10", "0.125", "100"])("%s is a dose", (written) => {
  expect(amountOf(written)).toBe(Number(written));
});

test.each([".5", "5.0", "1.", "0", "0.0", "", "1,5", "-1", "1e3", "one", "01"])("%s is refused", (written) => {
  expect(amountOf(written)).toBeUndefined();
});

test("whatever is read as a dose is written back as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789."), maxLength: 8 }), (written) => {
      const amount = amountOf(written);
      return amount === undefined || String(amount) === written;
    }),
  );
});

test("a count is whole and within its bounds", () => {
  expect(countOf("30", 366)).toBe(30);
  expect(countOf("0", 99, 0)).toBe(0);
  expect(countOf("0", 99)).toBeUndefined();
  expect(countOf("400", 366)).toBeUndefined();
  expect(countOf("1.5", 99)).toBeUndefined();
});

test("a dosage is structured, and its words are left to the server", () => {
  expect(dosageOf(DOSING)).toEqual({
    timing: {
      repeat: {
        frequency: 2,
        period: 1,
        periodUnit: "d",
        boundsDuration: { value: 10, unit: "days", system: "http://unitsofmeasure.org", code: "d" },
      },
      code: { text: "twice a day" },
    },
    route: { text: "by mouth" },
    doseAndRate: [{ doseQuantity: { value: 2, unit: "tablet" } }],
  });
});

test("a medicine for when it is needed says for what and how much at most", () => {
  const dosage = dosageOf({ ...DOSING, asNeeded: true, purpose: "pain", mostPerDay: "8" });
  expect(dosage.asNeededCodeableConcept).toEqual({ text: "pain" });
  expect(dosage.asNeededBoolean).toBeUndefined();
  expect(dosage.maxDosePerPeriod?.numerator).toEqual({ value: 8, unit: "tablet" });
});

test("a single dose says so and has no length", () => {
  const dosage = dosageOf({ ...DOSING, rhythm: "once" });
  expect(dosage.timing?.repeat).toEqual({ count: 1 });
  expect(dosage.additionalInstruction).toEqual([{ text: "once only" }]);
});

test("an amount never stands without its unit", () => {
  expect(amountText(1, "tablet")).toBe("1 tablet");
  expect(amountText(0.5, "tablet")).toBe("0.5 tablets");
  expect(amountText(250, "micrograms")).toBe("250 micrograms");
});
