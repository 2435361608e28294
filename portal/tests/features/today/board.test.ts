import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Board,
  GROUPS,
  groupsOf,
  type Line,
  mayTakeBack,
  NO_FILTER,
  nextStep,
  type State,
  shownLines,
  waitedMinutes,
  waitingForVideo,
  withState,
} from "../../../src/features/today/board.ts";

const line = (appointment: string, state: State, more: Partial<Line> = {}): Line => ({
  appointment,
  version: 1,
  encounter: null,
  patient: { id: "p", name: "BYRNE, Ann" },
  start: "2026-03-12T09:00:00-04:00",
  end: "2026-03-12T09:30:00-04:00",
  serviceName: "Check-up",
  providers: ["Practitioner/a"],
  room: null,
  state,
  video: false,
  walkIn: false,
  confirmed: false,
  waitingSince: null,
  missing: false,
  reason: "",
  ...more,
});
const board = (...lines: Line[]): Board => ({ zone: "America/New_York", day: "2026-03-12", lines, names: {} });

test("every line stands in exactly one group, whatever the filter, so counts match lists", () => {
  const anyLine = fc
    .tuple(fc.uuid(), fc.constantFrom(...GROUPS), fc.constantFrom("Practitioner/a", "Practitioner/b"))
    .map(([id, state, provider]) => line(id, state, { providers: [provider] }));
  fc.assert(
    fc.property(fc.array(anyLine), fc.constantFrom("", "Practitioner/b"), (lines, provider) => {
      const shown = shownLines(lines, { ...NO_FILTER, provider });
      const grouped = groupsOf(shown).flatMap((one) => one.lines);
      expect(grouped).toHaveLength(shown.length);
      expect(new Set(grouped)).toEqual(new Set(shown));
    }),
  );
});

test("who has waited longest comes first, however their times are written", () => {
  const lines = [
    line("late", "arrived", { waitingSince: "2026-03-12T09:10:00-04:00" }),
    line("early", "arrived", { waitingSince: "2026-03-12T13:05:00Z" }),
  ];

  expect(groupsOf(lines)[0]?.lines.map((one) => one.appointment)).toEqual(["early", "late"]);
});

test("one key leads from expected to arrived to a room, and there the chart goes on", () => {
  expect(GROUPS.map((state) => nextStep({ state }))).toEqual([
    "in-room",
    undefined,
    undefined,
    "arrived",
    undefined,
    undefined,
    undefined,
  ]);
});

test("nothing is taken back once the provider has begun", () => {
  expect(GROUPS.filter((state) => mayTakeBack({ state }))).toEqual(["arrived", "in-room", "no-show"]);
});

test("waiting is counted in whole minutes and never negative", () => {
  const since = { waitingSince: "2026-03-12T09:00:00Z" };

  expect(waitedMinutes(since, Date.parse("2026-03-12T09:12:59Z"))).toBe(12);
  expect(waitedMinutes(since, Date.parse("2026-03-12T08:59:00Z"))).toBe(0);
  expect(waitedMinutes({ waitingSince: null }, 0)).toBeUndefined();
});

test("a line that was moved on begins to wait, and one in a room waits no more", () => {
  const arrived = withState(board(line("1", "booked")), "1", "arrived", null, "2026-03-12T13:00:00Z");
  const inRoom = withState(arrived, "1", "in-room", "Location/r", "2026-03-12T13:10:00Z");

  expect(arrived.lines[0]).toMatchObject({ state: "arrived", waitingSince: "2026-03-12T13:00:00Z" });
  expect(inRoom.lines[0]).toMatchObject({ state: "in-room", room: "Location/r", waitingSince: null });
});

test("video visits are waited for only while somebody waits", () => {
  const lines = [line("1", "arrived", { video: true }), line("2", "booked", { video: true }), line("3", "arrived")];

  expect(waitingForVideo(lines).map((one) => one.appointment)).toEqual(["1"]);
});
