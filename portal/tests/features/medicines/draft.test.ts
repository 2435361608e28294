import { expect, test } from "vitest";
import type { FormularyLine, SafetyCheck } from "../../../src/features/medicines/api.ts";
import {
  type Draft,
  EMPTY,
  hasMedicine,
  mistakesOf,
  quantityQuestion,
  requestOf,
  safetyMistakes,
  suppliedDays,
  withForm,
  withMedicine,
} from "../../../src/features/medicines/draft.ts";

const AMLODIPINE: FormularyLine = {
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
  added: false,
  medication: { text: "Amlodipine 5 mg tablet" },
};
const WRITTEN: Draft = { ...withMedicine(EMPTY, AMLODIPINE), rhythm: "daily" };
const CHECK: SafetyCheck = {
  id: "c1",
  outcome: "alerts",
  sources: [],
  gaps: [],
  at: "",
  expires: "",
  alerts: [
    {
      key: "a",
      kind: "interaction",
      severity: "major",
      interruptive: true,
      title: "A",
      text: "",
      with: [],
      source: "local",
      override: null,
    },
    {
      key: "b",
      kind: "duplicate",
      severity: "minor",
      interruptive: false,
      title: "B",
      text: "",
      with: [],
      source: "local",
      override: null,
    },
  ],
};

test("an empty draft lacks its medicine and its rhythm", () => {
  expect(mistakesOf(EMPTY, false).map(({ field }) => field)).toEqual(["prescribe-medicine", "prescribe-rhythm"]);
});

test("a whole draft lacks nothing", () => {
  expect(mistakesOf(WRITTEN, false)).toEqual([]);
});

test("a change needs its reason, and another reason its words", () => {
  expect(mistakesOf(WRITTEN, true).map(({ field }) => field)).toEqual(["prescribe-change"]);
  expect(mistakesOf({ ...WRITTEN, change: { code: "other", text: "" } }, true)).toHaveLength(1);
  expect(mistakesOf({ ...WRITTEN, change: { code: "other", text: "Too sleepy" } }, true)).toEqual([]);
});

test("only what interrupts needs an override", () => {
  expect(safetyMistakes(WRITTEN, CHECK, true).map(({ field }) => field)).toEqual(["prescribe-override-a"]);
  const overridden = { ...WRITTEN, overrides: { a: { code: "will-monitor", text: "" } } };
  expect(safetyMistakes(overridden, CHECK, true)).toEqual([]);
});

test("without a check a reason is needed", () => {
  expect(safetyMistakes(WRITTEN, undefined, false).map(({ field }) => field)).toEqual(["prescribe-unavailable"]);
});

test("an unavailable check needs a reason besides the overrides of what local rules found", () => {
  const check = { ...CHECK, outcome: "unavailable" as const };
  expect(safetyMistakes(WRITTEN, check, true)).toHaveLength(2);
  const said = {
    ...WRITTEN,
    overrides: { a: { code: "will-monitor", text: "" } },
    unavailable: { code: "urgent", text: "" },
  };
  expect(safetyMistakes(said, check, true)).toEqual([]);
});

test("another medicine takes its own unit, and reasons given for the last one fall away", () => {
  const before = { ...WRITTEN, overrides: { a: { code: "will-monitor", text: "" } }, unit: "mg", quantity: "7" };
  const after = withMedicine(before, { ...AMLODIPINE, form: "liquid", units: ["mL"], route: "by mouth" });
  expect([after.unit, after.quantity, after.overrides]).toEqual(["mL", "", {}]);
});

test("free text is a medicine once there is something to read", () => {
  expect(hasMedicine({ ...EMPTY, isFree: true, freeText: "St" })).toBe(false);
  const free = { ...EMPTY, isFree: true, freeText: " St John's wort " };
  expect(hasMedicine(free)).toBe(true);
  expect(requestOf(free, "1", undefined).medicationCodeableConcept).toEqual({ text: "St John's wort" });
});

test("the quantity is asked for in the words of the form, once there is a rhythm", () => {
  expect(quantityQuestion(withMedicine(EMPTY, AMLODIPINE))).toBeUndefined();
  expect(quantityQuestion({ ...WRITTEN, rhythm: "hours8" })).toMatchObject({
    times: 1,
    period: 8,
    periodUnit: "h",
    days: 30,
  });
  expect(quantityQuestion({ ...WRITTEN, rhythm: "once" })).toMatchObject({
    times: 1,
    period: 1,
    periodUnit: "d",
    days: 1,
  });
});

test("a course is dispensed for its length, and what goes on for its supply", () => {
  expect(suppliedDays({ ...WRITTEN, days: "10" })).toBe(10);
  expect(suppliedDays({ ...WRITTEN, days: "", supply: "90" })).toBe(90);
});

test("a quantity written by hand goes before the one computed", () => {
  const dispense = (draft: Draft) => requestOf(draft, "1", { value: 30, unit: "tablet" }).dispenseRequest?.quantity;
  expect(dispense(WRITTEN)).toEqual({ value: 30, unit: "tablet" });
  expect(dispense({ ...WRITTEN, quantity: "28" })).toEqual({ value: 28, unit: "tablet" });
});

test("another form forgets a quantity that was counted in another unit", () => {
  expect(withForm({ ...WRITTEN, quantity: "30" }, "inhaler")).toMatchObject({ unit: "puff", quantity: "" });
});
