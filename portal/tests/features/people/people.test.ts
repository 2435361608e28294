import { expect, test } from "vitest";
import { matchingPeople, type Person } from "../../../src/features/people/people.ts";

const person = (name: string, role: Person["role"]): Person => ({
  membership: name,
  account: name,
  name,
  email: `${name.toLowerCase()}@harbour.example`,
  role,
  person: "",
  status: "active",
  lastSignIn: null,
  secondFactor: true,
});
const people = [person("Müller", "nurse"), person("Moller", "clinician"), person("Łuczak", "nurse")];
const names = (found: readonly Person[]) => found.map((one) => one.name);

test("people are found without case and accents", () => {
  expect(names(matchingPeople(people, "MULL", "all"))).toEqual(["Müller"]);
});

test("every word must be found, and the role must fit", () => {
  expect(names(matchingPeople(people, "harbour mo", "all"))).toEqual(["Moller"]);
  expect(names(matchingPeople(people, "", "nurse"))).toEqual(["Müller", "Łuczak"]);
});
