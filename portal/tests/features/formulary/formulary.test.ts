import { expect, test } from "vitest";
import { BLANK, type Line, matching, medicineOf } from "../../../src/features/formulary/formulary.ts";

const line = (name: string, ingredients: string[], more: Partial<Line> = {}): Line => ({
  id: name,
  name,
  tallMan: name,
  form: "tablet",
  strength: "",
  route: "by mouth",
  ingredients,
  code: null,
  units: ["tablet"],
  dispenseUnit: "tablet",
  pack: null,
  added: false,
  medication: {},
  hidden: false,
  ...more,
});

const LINES = [
  line("warfarin 5 mg tablet", ["warfarin"], { hidden: true }),
  line("Entresto 24/26 mg tablet", ["sacubitril", "valsartan"], { added: true }),
];
const found = (text: string, show: "all" | "added" | "hidden" = "all") =>
  matching(LINES, text, show).map((one) => one.name.split(" ")[0]);

test("a line is found by beginnings of its words and substances", () => {
  expect(found("tab sacu")).toEqual(["Entresto"]);
  expect(found("farin")).toEqual([]);
  expect(found("", "hidden")).toEqual(["warfarin"]);
  expect(found("", "added")).toEqual(["Entresto"]);
});

test("a medicine needs a name, a substance, and how many are in a pack where packs are given out", () => {
  expect(medicineOf(BLANK).wrong).toEqual(["name", "ingredients"]);
  const inhaler = { ...BLANK, name: " Own inhaler ", form: "inhaler", ingredients: "a1, b2;c3" } as const;

  expect(medicineOf(inhaler).wrong).toEqual(["pack"]);
  expect(medicineOf({ ...inhaler, pack: "200" })).toEqual({
    medicine: {
      name: "Own inhaler",
      form: "inhaler",
      strength: "",
      ingredients: ["a1", "b2", "c3"],
      pack: 200,
      route: "",
    },
    wrong: [],
  });
  expect(medicineOf({ ...inhaler, form: "tablet", pack: "x" })).toMatchObject({ medicine: { pack: null }, wrong: [] });
});
