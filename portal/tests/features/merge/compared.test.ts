import type { Patient } from "fhir/r4";
import { expect, test } from "vitest";
import type { Preview } from "../../../src/features/merge/api.ts";
import { linesOf, movesText, unchosen } from "../../../src/features/merge/compared.ts";

const preview = (keep: Partial<Patient>, drop: Partial<Patient>, differences: string[] = []): Preview => ({
  keep: { resourceType: "Patient", id: "a", ...keep },
  drop: { resourceType: "Patient", id: "b", ...drop },
  differences,
  moves: {},
  total: 0,
  accounts: [],
});

test("what only one can be right about is chosen, the rest is kept from both", () => {
  const lines = linesOf(
    preview(
      { birthDate: "1980-02-29", gender: "female", telecom: [{ value: "1" }] },
      { birthDate: "1980-02-28", gender: "female", telecom: [{ value: "2" }], address: [{ city: "Graz" }] },
      ["birthDate"],
    ),
  );

  expect(lines.map((line) => [line.element, line.kind])).toEqual([
    ["birthDate", "choose"],
    ["gender", "same"],
    ["telecom", "both"],
    ["address", "one"],
  ]);
  expect(unchosen(lines, {}).map((line) => line.element)).toEqual(["birthDate"]);
  expect(unchosen(lines, { birthDate: "drop" })).toEqual([]);
});

test("what moves is said in words, the most first, and nothing is left out", () => {
  expect(movesText({ Encounter: 1, Observation: 12, Basic: 2, Flag: 1 })).toEqual([
    "12 measurements",
    "1 visit",
    "3 other entries",
  ]);
});
