import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tallMan } from "../../src/fhir/tallman.ts";

const LIST = "../src/meridian/medications/formulary/tallman.txt";
const names = readFileSync(LIST, "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"));

test("every name of the server's list is written as it stands there", () => {
  expect(names.map((name) => tallMan(name.toLowerCase()))).toEqual(names);
});

test("what looks like nothing else stays as it is", () => {
  expect(tallMan("Metformin 500 mg tablet")).toBe("metFORMIN 500 mg tablet");
  expect(tallMan("Lisinopril 10 mg tablet")).toBe("Lisinopril 10 mg tablet");
});
