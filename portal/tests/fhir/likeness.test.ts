import type { Patient } from "fhir/r4";
import { expect, test } from "vitest";
import { candidatesOf, reasonsOf } from "../../src/fhir/likeness.ts";

const patient = (more: Partial<Patient>): Patient => ({ resourceType: "Patient", ...more });
const said = (asked: Patient, known: Patient) =>
  reasonsOf(asked, known).map((one) => `${one.isSame ? "" : "not "}${one.trait}`);

test("names are alike without case, accents and apostrophes", () => {
  const one = patient({ name: [{ family: "O'Brien", given: ["Siobhán"] }] });
  const other = patient({ name: [{ family: "O’BRIEN", given: ["Siobhan", "M."] }] });

  expect(said(one, other)).toEqual(["family", "given"]);
});

test("what only one of them says is no reason, and an unknown sex says nothing", () => {
  const one = patient({ birthDate: "1980-02-29", gender: "unknown" });

  expect(said(one, patient({ gender: "female" }))).toEqual([]);
  expect(said(one, patient({ birthDate: "1980-02-28" }))).toEqual(["not birthDate"]);
});

test("a telephone is known by its last digits, however it is written", () => {
  const one = patient({ telecom: [{ system: "phone", value: "+1 (555) 010-9988" }] });

  expect(said(one, patient({ telecom: [{ system: "phone", value: "555 0109988" }] }))).toEqual(["phone"]);
});

test("candidates keep the server's order and grade", () => {
  const url = "http://hl7.org/fhir/StructureDefinition/match-grade";
  const entry = [
    { resource: patient({ id: "a" }), search: { score: 0.9, extension: [{ url, valueCode: "probable" }] } },
    { resource: patient({ id: "b" }), search: { score: 0.5 } },
  ];
  const found = candidatesOf({ resourceType: "Bundle", type: "searchset", entry }, patient({}));

  expect(found.map((one) => [one.patient.id, one.grade])).toEqual([
    ["a", "probable"],
    ["b", "possible"],
  ]);
});
