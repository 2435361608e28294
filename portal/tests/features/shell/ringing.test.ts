import { expect, test } from "vitest";
import { type Heard, ringing, withHappened } from "../../../src/features/shell/ringing.ts";
import type { Happening } from "../../../src/live/index.ts";

const NOW = 1_772_445_600_000;
const NOTHING: Heard = new Map();

const happening = (kind: string, more: Partial<Happening> = {}): Happening => ({
  feed: "person:Practitioner/ann",
  seq: 1,
  at: NOW - 1000,
  kind,
  what: "Appointment/v1",
  said: {},
  ...more,
});

const after = (...all: Happening[]): Heard => all.reduce((now, one) => withHappened(now, one, NOW), NOTHING);
const listed = (waiting: number, visit = "v1") => ({ visit, waiting, patientName: "REED, Ann" });

test.each([
  ["visit-waiting", "waits"],
  ["visit-ready", "ready"],
  ["visit-missing", "missing"],
] as const)("%s rings at once", (kind, cause) => {
  expect(ringing(after(happening(kind)), [])).toEqual([{ visit: "v1", cause, name: "", since: NOW - 1000 }]);
});

test("who waits is named once the list is there, and rings once", () => {
  expect(ringing(after(happening("visit-waiting")), [listed(5)])).toMatchObject([{ name: "REED, Ann" }]);
});

test("who waited already when the page was opened rings too", () => {
  expect(ringing(NOTHING, [listed(5), listed(0, "v2")])).toEqual([
    { visit: "v1", cause: "waits", name: "REED, Ann", since: 5 },
  ]);
});

test("it falls silent once somebody has seen to it", () => {
  const inside = happening("visit-state", { feed: "board", said: { state: "in-call" } });

  expect(ringing(after(happening("visit-waiting"), inside), [listed(0)])).toEqual([]);
});

test("it falls silent once nobody waits, though the visit goes on", () => {
  expect(ringing(after(happening("visit-waiting")), [listed(0)])).toEqual([]);
});

test("that somebody waits does not end it", () => {
  const lobby = happening("visit-state", { feed: "board", said: { state: "lobby" } });

  expect(ringing(after(happening("visit-waiting"), lobby), [])).toHaveLength(1);
});

test.each([
  ["a colleague's", happening("visit-waiting", { feed: "board" })],
  ["one of an hour ago", happening("visit-waiting", { at: NOW - 3_600_000 })],
  ["one that is not named", happening("visit-waiting", { what: "" })],
  ["another thing", happening("message", { what: "Communication/c1" })],
])("%s does not ring", (_, one) => {
  expect(ringing(after(one), [])).toEqual([]);
});

test("what was put aside is silent until it rings again", () => {
  const aside: Heard = new Map([["v1", { cause: "none", at: NOW }]]);

  expect(ringing(aside, [listed(5)])).toEqual([]);
  expect(ringing(withHappened(aside, happening("visit-waiting"), NOW), [listed(5)])).toHaveLength(1);
});
