import { expect, test } from "vitest";
import { type EvidenceLine, look } from "../../../src/features/evidence/evidence.ts";

const WELL: EvidenceLine = {
  kind: "drill",
  at: 1,
  came: "passed",
  standing: "signed",
  days: 30,
  overdue: false,
  held: 1,
};

test("what passed lately is well, whoever signed it", () => {
  expect(look(WELL)).toEqual({ tone: "success", word: "evidence.passed" });
  expect(look({ ...WELL, came: "kept", standing: "not signed" })).toEqual({ tone: "success", word: "evidence.kept" });
});

test.each([
  [{ overdue: true }, "evidence.overdue"],
  [{ came: "never", standing: "", at: 0, overdue: true }, "evidence.never"],
  [{ came: "failed" }, "evidence.failed"],
  [{ came: "failed", standing: "altered", overdue: true }, "evidence.altered"],
] as const)("%o is red, and the worst of it is said", (changed, word) => {
  expect(look({ ...WELL, ...changed })).toEqual({ tone: "danger", word });
});
