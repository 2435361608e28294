import { expect, test } from "vitest";
import type { ResultLine, ValueLine } from "../../../src/features/results/api.ts";
import {
  abnormalFirst,
  bandOf,
  choices,
  letterOf,
  numberOf,
  rangeText,
  tally,
  trendOf,
} from "../../../src/features/results/reading.ts";

const value = (part: Partial<ValueLine>): ValueLine => ({
  name: "Potassium",
  value: "4.20",
  unit: "mmol/L",
  flag: "N",
  low: "3.5",
  high: "5.1",
  range: "",
  place: "within",
  plain: "",
  ...part,
});
const result = (issued: string, values: ValueLine[], status = "final"): ResultLine =>
  ({ report: issued, issued, status, values }) as ResultLine;

test("only a value outside its range has a letter", () => {
  expect(["HH", "H", "L", "LL", "A", "AA", "N", ""].map((flag) => letterOf({ flag }))).toEqual([
    "HH",
    "H",
    "L",
    "LL",
    "A",
    "A",
    undefined,
    undefined,
  ]);
});

test("a range has two ends, one, or the laboratory's words", () => {
  expect(rangeText(value({}))).toBe("3.5 – 5.1 mmol/L");
  expect(rangeText(value({ high: "" }))).toBe("≥ 3.5 mmol/L");
  expect(rangeText(value({ low: "" }))).toBe("≤ 5.1 mmol/L");
  expect(rangeText(value({ low: "", high: "", range: "negative" }))).toBe("negative");
});

test("a value with a sign is no number to plot", () => {
  expect(["4.20", "-1", "< 0.01", "positive", ""].map((one) => numberOf({ value: one }))).toEqual([
    4.2,
    -1,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a trend compares one test in one unit, oldest first, and keeps the digits that came", () => {
  const all = [
    result("2026-03-12T09:00:00Z", [value({ value: "5.30", flag: "H" })]),
    result("2025-03-12T09:00:00Z", [value({ value: "4.10" }), value({ name: "Sodium", value: "140" })]),
    result("2024-03-12T09:00:00Z", [value({ value: "16", unit: "mg/dL" })]),
    result("2023-03-12T09:00:00Z", [value({ value: "9.9" })], "entered-in-error"),
  ];
  expect(trendOf(all, "Potassium", "mmol/L").map(({ text, mark }) => [text, mark])).toEqual([
    ["4.10", undefined],
    ["5.30", "high"],
  ]);
});

test("critical values come first, then those outside, then the rest as they came", () => {
  const names = abnormalFirst([
    value({ name: "a" }),
    value({ name: "b", flag: "H" }),
    value({ name: "c", flag: "LL" }),
    value({ name: "d" }),
  ]).map(({ name }) => name);
  expect(names).toEqual(["c", "b", "a", "d"]);
});

test("what nobody judged is neither within nor outside", () => {
  expect(tally([value({}), value({ place: "unknown" }), value({ place: "far-above" })])).toEqual({
    within: 1,
    outside: 1,
  });
});

test("a band has the ends that the range has", () => {
  expect(bandOf(value({}))).toEqual({ low: 3.5, high: 5.1 });
  expect(bandOf(value({ low: "" }))).toEqual({ high: 5.1 });
});

test("a panel is found by what it includes", () => {
  const catalogue = {
    tests: [{ key: "k", name: "Potassium", code: "", system: "", unit: "", low: null, high: null }],
    panels: [{ key: "bmp", name: "Basic metabolic panel", code: "", system: "", tests: ["k"] }],
  };
  expect(choices(catalogue, "potas").map(({ key }) => key)).toEqual(["bmp", "k"]);
  expect(choices(catalogue, "basic").map(({ key }) => key)).toEqual(["bmp"]);
});
