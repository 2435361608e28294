import { expect, test } from "vitest";
import { arranged, type Section } from "../../../src/features/chart/fittings.ts";

const section = (path: string, more: Partial<Section> = {}): Section => ({
  path,
  word: "chart.summary",
  show: () => <p>{path}</p>,
  ...more,
});
const PLAIN = [section(""), section("visits", { plain: "record.visits" }), section("person")];
const anything = () => true;
const paths = (sections: readonly Section[]) => sections.map((one) => one.path);

test("a section takes the place of the plain one of its path, or follows the one it names", () => {
  const own = section("visits", { plain: "record.visits" });
  const all = arranged(PLAIN, [own, section("notes", { after: "visits" }), section("last")], anything, false);

  expect(paths(all)).toEqual(["", "visits", "notes", "person", "last"]);
  expect(all[1]).toBe(own);
});

test("a patient sees what has a name for patients, and nobody what the role may not see", () => {
  const forms = section("forms", { may: "Questionnaire.read" });

  expect(paths(arranged(PLAIN, [forms], anything, true))).toEqual(["", "visits"]);
  expect(paths(arranged(PLAIN, [forms], () => false, false))).toEqual(["", "visits", "person"]);
});
