import { expect, test } from "vitest";
import {
  blank,
  limitsOf,
  NUMBERS,
  offered,
  readNumber,
  shown,
  toggled,
} from "../../../src/features/schedules/service.ts";

test("hours are written as hours and kept as minutes", () => {
  expect(shown({ ...blank(), lead: 90, notice: 1440, minutes: 45 })).toMatchObject({
    lead: "1.5",
    notice: "24",
    minutes: "45",
  });
  expect(readNumber("lead", "1,5")).toBe(90);
  expect(readNumber("minutes", " 45 ")).toBe(45);
});

test.each([
  ["minutes", "4"],
  ["minutes", "721"],
  ["minutes", "7.5"],
  ["horizonDays", "0"],
  ["mostOpen", "51"],
  ["before", ""],
  ["lead", "-1"],
] as const)("%s is not to be %j", (name, text) => {
  expect(readNumber(name, text)).toBeUndefined();
});

test("what a new service begins with is what the server takes", () => {
  const written = shown(blank());
  for (const name of NUMBERS) {
    expect(readNumber(name, written[name])).toBe(blank()[name]);
    expect(readNumber(name, String(limitsOf(name).least))).toBeDefined();
  }
});

test("what is chosen and cannot be any more is still seen, and can be taken out", () => {
  const known = [
    { reference: "Location/10", name: "Room 10" },
    { reference: "Location/2", name: "Room 2" },
  ];

  const choices = offered(known, ["Location/gone", "Location/old"], { "Location/old": "Annex" });

  expect(choices.map((one) => one.name)).toEqual(["Annex", "Location/gone", "Room 2", "Room 10"]);
  expect(toggled(["a", "b"], "a", false)).toEqual(["b"]);
  expect(toggled(["a"], "a", true)).toEqual(["a"]);
});
