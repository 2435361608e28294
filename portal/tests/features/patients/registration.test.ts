import fc from "fast-check";
import { expect, test } from "vitest";
import { searchable } from "../../../src/features/patients/lookup.ts";
import { EMPTY, mistakes, patientOf } from "../../../src/features/patients/registration.ts";

const MARY = { ...EMPTY, family: "O'Brien", given: "Mary Ann", birthDate: "1958-03-12", gender: "female" as const };

test("an empty form names each field that is needed, in order", () => {
  expect(mistakes(EMPTY).map((one) => one.field)).toEqual([
    "register-family",
    "register-given",
    "register-birthDate",
    "register-gender",
  ]);
});

test("a birth date in the future is refused", () => {
  expect(mistakes({ ...MARY, birthDate: "2030-01-01" }, new Date("2026-11-22"))).toHaveLength(1);
  expect(mistakes(MARY, new Date("2026-11-22"))).toEqual([]);
});

test("what was left empty is absent from the Patient", () => {
  expect(patientOf(MARY)).toEqual({
    resourceType: "Patient",
    active: true,
    name: [{ use: "official", family: "O'Brien", given: ["Mary", "Ann"] }],
    gender: "female",
    birthDate: "1958-03-12",
  });
});

test("whatever is written, the search that is sent is one the server takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (written) => {
      expect(searchable(written)).toMatch(/^[\p{L}\p{M}\p{N}\s'’-]{0,100}$/u);
    }),
  );
});

test("O'Brien, Müller and 王小 are searched as they are written", () => {
  for (const name of ["O'Brien", "Müller", "王小"]) expect(searchable(name)).toBe(name);
});
