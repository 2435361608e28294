import fc from "fast-check";
import { expect, test } from "vitest";
import { doubtOf, inFirstUnit, massIndex, measured, numberOf, VITALS } from "../../../src/features/visit/vitals.ts";

const vital = (code: string) => VITALS.find((one) => one.code === code) as (typeof VITALS)[number];
const TEMPERATURE = vital("8310-5");
const WEIGHT = vital("29463-7");

test("a comma is a point, and what is no number is told apart from nothing", () => {
  expect(numberOf({ text: "36,9", unit: "Cel" })).toBe(36.9);
  expect(numberOf({ text: " ", unit: "Cel" })).toBeUndefined();
  expect(numberOf({ text: "12a", unit: "Cel" })).toBeNaN();
});

test("units are converted to the first", () => {
  expect(inFirstUnit(TEMPERATURE, { text: "98.6", unit: "[degF]" })).toBeCloseTo(37, 6);
  expect(inFirstUnit(WEIGHT, { text: "150", unit: "[lb_av]" })).toBeCloseTo(68.04, 2);
});

test("a fever in the wrong unit is impossible, a high one is to be confirmed", () => {
  expect(doubtOf(TEMPERATURE, { "8310-5": { text: "98.6", unit: "Cel" } })).toBe("impossible");
  expect(doubtOf(TEMPERATURE, { "8310-5": { text: "41.2", unit: "Cel" } })).toBe("unlikely");
  expect(doubtOf(TEMPERATURE, { "8310-5": { text: "98.6", unit: "[degF]" } })).toBeUndefined();
});

test("a weight far from the last one makes one look again", () => {
  expect(doubtOf(WEIGHT, { "29463-7": { text: "45", unit: "kg" } }, 82)).toBe("jump");
  expect(doubtOf(WEIGHT, { "29463-7": { text: "80", unit: "kg" } }, 82)).toBeUndefined();
});

test("the lower pressure is below the upper one", () => {
  const pressure = { "8480-6": { text: "80", unit: "mm[Hg]" }, "8462-4": { text: "120", unit: "mm[Hg]" } };

  expect(doubtOf(vital("8462-4"), pressure)).toBe("crossed");
});

test("every vital sign's likely values are possible ones", () => {
  for (const one of VITALS) {
    expect(one.possible[0]).toBeLessThanOrEqual(one.likely[0]);
    expect(one.possible[1]).toBeGreaterThanOrEqual(one.likely[1]);
  }
});

test("the digits that were typed are the digits that are sent", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9999 }), fc.stringMatching(/^[0-9]{1,3}$/), (whole, part) => {
      const entries = { "29463-7": { text: `${whole},${part}`, unit: "kg" } };
      expect(measured(entries)).toEqual([{ code: "29463-7", value: `${whole}.${part}`, unit: "kg" }]);
    }),
  );
});

test("the body mass index waits for both", () => {
  const weight = { "29463-7": { text: "70", unit: "kg" } };

  expect(massIndex(weight)).toBeUndefined();
  expect(massIndex({ ...weight, "8302-2": { text: "175", unit: "cm" } })).toBe(22.9);
});
