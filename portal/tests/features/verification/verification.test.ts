import { describe, expect, test } from "vitest";
import { type Run, shares, verdict } from "../../../src/features/verification/verification.ts";

const RUN: Run = {
  at: 1,
  standing: "signed",
  target: "https://clinic.example",
  edition: "careconnect360",
  version: "0.1.0",
  began: 0,
  ended: 1000,
  tried: 2,
  refused: 2,
  succeeded: 0,
  notRun: 0,
  result: "refused",
  leftOut: [],
  threats: [],
  hasReport: true,
};

describe("verdict", () => {
  test.each<[Partial<Run>, string, string]>([
    [{}, "success", "verification.allRefused"],
    [{ result: "succeeded" }, "danger", "verification.someSucceeded"],
    [{ result: "not run" }, "warning", "verification.someNotRun"],
    [{ leftOut: ["API-01"] }, "warning", "verification.someLeftOut"],
    [{ standing: "altered" }, "danger", "verification.altered"],
  ])("%o is %s: %s", (changes, tone, word) => {
    expect(verdict({ ...RUN, ...changes })).toEqual({ tone, word });
  });
});

describe("shares", () => {
  test("parts stand one behind the other and fill the bar", () => {
    expect(shares({ refused: 3, succeeded: 1, notRun: 0 })).toEqual([
      { result: "refused", count: 3, from: 0, width: 75 },
      { result: "succeeded", count: 1, from: 75, width: 25 },
      { result: "not run", count: 0, from: 100, width: 0 },
    ]);
  });

  test("of nothing there is no bar", () => {
    expect(shares({ refused: 0, succeeded: 0, notRun: 0 }).map((part) => part.width)).toEqual([0, 0, 0]);
  });
});
