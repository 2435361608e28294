import { expect, test } from "vitest";
import { type Carry, carriedTo, columnsOf, hasMoved, nudged } from "../../../src/features/calendar/carry.ts";
import { minutesOf } from "../../../src/features/calendar/grid.ts";
import { instantOf, isoIn, weekOf } from "../../../src/ui/zones.ts";

const ZONE = "America/New_York";
const week = columnsOf("week", weekOf("2026-06-17"), []);
const actors = columnsOf("resources", ["2026-06-17"], ["Practitioner/a", "Practitioner/b", "Location/r"]);

function picked(columns: typeof week, at: number, how: Carry["how"] = "move"): Carry {
  const column = columns[at];
  if (!column) throw new Error("no such column");
  const start = instantOf(column.day, 540, ZONE);
  const spot = { column, span: { start, end: start + 30 * 60_000 } };
  return { how, id: "1", by: "keys", from: spot, now: spot };
}

const press = (key: string, more: { shiftKey?: boolean; altKey?: boolean } = {}) => ({
  key,
  shiftKey: false,
  altKey: false,
  ...more,
});
const where = (carry: Carry | undefined) => carry && isoIn(carry.now.span.start, ZONE).slice(0, 16);

test("arrow keys move a quarter of an hour, five minutes with Alt, an hour by page", () => {
  const carry = picked(week, 2);

  expect(where(nudged(carry, press("ArrowDown"), week, ZONE))).toBe("2026-06-17T09:15");
  expect(where(nudged(carry, press("ArrowUp", { altKey: true }), week, ZONE))).toBe("2026-06-17T08:55");
  expect(where(nudged(carry, press("PageDown"), week, ZONE))).toBe("2026-06-17T10:00");
});

test("with Shift the arrow keys make it longer or shorter and leave the beginning", () => {
  const longer = nudged(picked(week, 2), press("ArrowDown", { shiftKey: true }), week, ZONE);
  const shortest = [1, 2, 3].reduce<Carry | undefined>(
    (carry) => carry && nudged(carry, press("ArrowUp", { shiftKey: true }), week, ZONE),
    picked(week, 2),
  );

  expect(where(longer)).toBe("2026-06-17T09:00");
  expect(longer && minutesOf(longer.now.span)).toBe(45);
  expect(shortest && minutesOf(shortest.now.span)).toBe(5);
});

test("in a week the arrows go to the neighbouring day, beyond the week too", () => {
  const sunday = nudged(picked(week, 0), press("ArrowLeft"), week, ZONE);

  expect(where(sunday)).toBe("2026-06-14T09:00");
  expect(sunday?.now.column.day).toBe("2026-06-14");
  expect(nudged(picked(week, 2), press("ArrowRight"), week, ZONE)?.now.column).toBe(week[3]);
});

test("side by side the arrows go to the neighbouring actor and stay at the last", () => {
  const next = nudged(picked(actors, 1), press("ArrowRight"), actors, ZONE);

  expect(next?.now.column.actor).toBe("Location/r");
  expect(where(next)).toBe("2026-06-17T09:00");
  expect(next && nudged(next, press("ArrowRight"), actors, ZONE)?.now.column.actor).toBe("Location/r");
});

test("a step across midnight lands in the next day's column", () => {
  let carry: Carry | undefined = picked(week, 2);
  for (let at = 0; at < 15 && carry; at += 1) carry = nudged(carry, press("PageDown"), week, ZONE);

  expect(where(carry)).toBe("2026-06-18T00:00");
  expect(carry?.now.column).toBe(week[3]);
});

test("other keys are left alone", () => {
  expect(nudged(picked(week, 0), press("a"), week, ZONE)).toBeUndefined();
  expect(nudged(picked(week, 0), press("ArrowLeft", { shiftKey: true }), week, ZONE)).toBeUndefined();
});

test("what a pointer carries keeps the place it was taken by", () => {
  const column = actors[0];
  if (!column) throw new Error("no column");

  const moved = carriedTo(picked(actors, 1), { column, minute: 631 }, 10, 15, ZONE);

  expect(where(moved)).toBe("2026-06-17T10:15");
  expect(moved.now.column.actor).toBe("Practitioner/a");
});

test("what is stretched ends where the pointer is and stays in its column", () => {
  const [other] = actors;
  if (!other) throw new Error("no column");

  const stretched = carriedTo(picked(actors, 1, "stretch"), { column: other, minute: 600 }, 0, 15, ZONE);

  expect(minutesOf(stretched.now.span)).toBe(60);
  expect(stretched.now.column.actor).toBe("Practitioner/b");
});

test("put back where it was, nothing has moved", () => {
  const carry = picked(week, 2);
  const there = nudged(carry, press("ArrowDown"), week, ZONE);
  const back = there && nudged(there, press("ArrowUp"), week, ZONE);

  expect(there && hasMoved(there)).toBe(true);
  expect(back && hasMoved(back)).toBe(false);
});
