import { expect, test } from "vitest";
import { missing, NOBODY, standingOf, type Trusted } from "../../../src/features/own/trust.ts";

const person = (change: Partial<Trusted>): Trusted => ({
  membership: "m",
  name: "Paul",
  email: "paul@home.example",
  role: "proxy",
  person: "RelatedPerson/r",
  status: "active",
  starts: 1000,
  ends: null,
  ...change,
});

test("somebody trusted until a day is over from that moment on", () => {
  expect(standingOf(person({ ends: 5000 }), 4999)).toBe("active");
  expect(standingOf(person({ ends: 5000 }), 5000)).toBe("over");
});

test("who was ended is over, and who was invited waits", () => {
  expect(standingOf(person({ status: "disabled" }), 2000)).toBe("over");
  expect(standingOf(person({ status: "invited" }), 2000)).toBe("invited");
});

test("an invitation needs everything but its end", () => {
  expect(Object.keys(missing(NOBODY))).toEqual(["name", "email", "relationship", "role"]);
  expect(
    missing({ name: "Paul", email: "paul@home.example", relationship: "SPS", role: "helper", until: null }),
  ).toEqual({});
});
