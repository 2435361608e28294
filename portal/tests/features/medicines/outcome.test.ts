import fc from "fast-check";
import { expect, test } from "vitest";
import type { SafetyCheck } from "../../../src/features/medicines/api.ts";
import { outcomeOf, standingOf } from "../../../src/features/medicines/outcome.ts";

const SOURCE = { id: "medtrack", name: "MedTrack Pro", state: "answered", version: "1", at: "", why: "" } as const;
const CLEAR: SafetyCheck = {
  id: "1",
  outcome: "clear",
  sources: [SOURCE],
  alerts: [],
  gaps: [],
  at: "2026-03-12T09:00:00Z",
  expires: "2026-03-12T09:15:00Z",
};
const ALERT: SafetyCheck["alerts"][number] = {
  key: "a",
  kind: "interaction",
  severity: "major",
  interruptive: true,
  title: "Warfarin and ibuprofen",
  text: "Bleeding",
  with: ["Warfarin"],
  source: "medtrack",
  override: null,
};
const ASKED = { isReady: true, isStale: false, isPending: false, isFailed: false, answer: CLEAR };

test("a fresh answer that says clear is clear", () => {
  expect(standingOf(ASKED)).toBe("clear");
});

test("while the draft changes or the question is out it is being checked, whatever was answered before", () => {
  expect(standingOf({ ...ASKED, isStale: true })).toBe("checking");
  expect(standingOf({ ...ASKED, isPending: true })).toBe("checking");
});

test("a check that could not be asked for is not checked, even beside an older clear answer", () => {
  expect(standingOf({ ...ASKED, isFailed: true })).toBe("unavailable");
  expect(standingOf({ ...ASKED, answer: undefined })).toBe("unavailable");
});

test("clear with alerts is alerts, clear with gaps is incomplete, clear from nobody is not checked", () => {
  expect(outcomeOf({ ...CLEAR, alerts: [ALERT] })).toBe("alerts");
  expect(outcomeOf({ ...CLEAR, gaps: [{ kind: "free-text", text: "Written by hand" }] })).toBe("incomplete");
  expect(outcomeOf({ ...CLEAR, sources: [{ ...SOURCE, state: "local" }] })).toBe("unavailable");
  expect(outcomeOf({ ...CLEAR, sources: [] })).toBe("unavailable");
});

test("a word that nobody knows is not checked", () => {
  expect(outcomeOf({ ...CLEAR, outcome: "fine" as SafetyCheck["outcome"] })).toBe("unavailable");
});

test("nothing but a fresh, gapless, unalerted answer of a source ever looks clear", () => {
  const answers = fc.option(
    fc.record({
      id: fc.constant("1"),
      outcome: fc.constantFrom("clear", "alerts", "incomplete", "unavailable", "ok", ""),
      sources: fc.array(
        fc.record({ ...constant(SOURCE), state: fc.constantFrom("answered", "failed", "not-asked", "local") }),
      ),
      alerts: fc.array(fc.constant(ALERT), { maxLength: 2 }),
      gaps: fc.array(fc.constant({ kind: "free-text", text: "x" }), { maxLength: 2 }),
      at: fc.constant(""),
      expires: fc.constant(""),
    }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      answers,
      (ready, stale, pending, failed, found) => {
        const answer = found as SafetyCheck | undefined;
        const standing = standingOf({ isReady: ready, isStale: stale, isPending: pending, isFailed: failed, answer });
        const isTrulyClear =
          ready &&
          !stale &&
          !pending &&
          !failed &&
          answer?.outcome === "clear" &&
          answer.alerts.length === 0 &&
          answer.gaps.length === 0 &&
          answer.sources.some(({ state }) => state === "answered");
        return (standing === "clear") === isTrulyClear;
      },
    ),
  );
});

const constant = <T extends object>(of: T) =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, fc.constant(value)]));
