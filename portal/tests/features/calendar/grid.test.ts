import fc from "fast-check";
import { expect, test } from "vitest";
import {
  closedIn,
  daysLater,
  drawn,
  lanesOf,
  lasting,
  minuteAt,
  minutesOf,
  movedTo,
  shareOf,
  stepped,
  stretchOn,
  windowFor,
} from "../../../src/features/calendar/grid.ts";
import { dayAfter, instantOf, isoIn, wallOf } from "../../../src/ui/zones.ts";

const NEW_YORK = "America/New_York";
const SPRING = "2026-03-08";
const AUTUMN = "2026-11-01";

const zone = fc.constantFrom(NEW_YORK, "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
const day = fc
  .oneof(fc.constantFrom(SPRING, AUTUMN, "2026-03-29", "2026-10-25", "2026-04-05"), fc.constant("2026-06-17"))
  .chain((one) => fc.integer({ min: -1, max: 1 }).map((count) => dayAfter(one, count)));
const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
const length = fc.integer({ min: 1, max: 24 }).map((quarter) => quarter * 15);
const span = fc.tuple(day, minute, length, zone).map(([on, at, minutes, where]) => {
  const start = instantOf(on, at, where);
  return { on, where, span: { start, end: start + minutes * 60_000 } };
});
const stretch = fc.tuple(minute, length).map(([from, minutes]) => ({ from, to: Math.min(1440, from + minutes) }));

test("what is moved lasts as long as before, whatever the clock does", () => {
  fc.assert(
    fc.property(span, day, minute, (it, to, at) => {
      expect(minutesOf(movedTo(it.span, to, at, it.where))).toBe(minutesOf(it.span));
    }),
  );
});

test("what is moved by days keeps its time of the clock, but for times that a day leaves out", () => {
  fc.assert(
    fc.property(span, fc.integer({ min: -3, max: 3 }), (it, days) => {
      const before = wallOf(it.span.start, it.where);
      const after = wallOf(daysLater(it.span, days, it.where).start, it.where);
      expect(after.minute - before.minute).toBeGreaterThanOrEqual(0);
      expect(after.minute - before.minute).toBeLessThanOrEqual(60);
      expect(after.day).toBe(dayAfter(before.day, days));
    }),
  );
});

test("a step always leads somewhere, in the direction of the key", () => {
  fc.assert(
    fc.property(span, fc.constantFrom(-15, -5, 5, 15), (it, step) => {
      const moved = stepped(it.span, step, it.where);
      expect(Math.sign(moved.start - it.span.start)).toBe(Math.sign(step));
      expect(minutesOf(moved)).toBe(minutesOf(it.span));
    }),
  );
});

test("every key press down, and as many up, passes the whole of the day the clock springs forward", () => {
  let at = { start: instantOf(SPRING, 90, NEW_YORK), end: instantOf(SPRING, 120, NEW_YORK) };
  const seen: string[] = [];
  for (let press = 0; press < 4; press += 1) {
    at = stepped(at, 15, NEW_YORK);
    seen.push(isoIn(at.start, NEW_YORK).slice(11, 16));
  }

  expect(seen).toEqual(["01:45", "03:00", "03:15", "03:30"]);
});

test("a span is drawn on each day it touches, and on no other", () => {
  fc.assert(
    fc.property(span, (it) => {
      const last = wallOf(it.span.end - 1, it.where).day;
      const first = wallOf(it.span.start, it.where).day;
      for (const count of [-1, 0, 1, 2]) {
        const on = dayAfter(it.on, count);
        const found = stretchOn(it.span, on, it.where);
        expect(found !== undefined).toBe(on >= first && on <= last);
        if (found) expect(found.to).toBeGreaterThan(found.from);
      }
    }),
  );
});

test("an appointment in the hour that comes twice is seen", () => {
  const first = instantOf(AUTUMN, 90, NEW_YORK);
  const across = { start: first + 20 * 60_000, end: first + 45 * 60_000 };

  expect(stretchOn(across, AUTUMN, NEW_YORK)).toEqual({ from: 110, to: 111 });
});

test("nothing in one lane overlaps, and all lanes of a cluster are used", () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 14 }), (all) => {
      const places = lanesOf(all);
      all.forEach((one, a) => {
        expect(places[a]?.lane).toBeLessThan(places[a]?.lanes ?? 0);
        all.forEach((other, b) => {
          if (a >= b || one.to <= other.from || other.to <= one.from || one.from === one.to || other.from === other.to)
            return;
          expect(places[a]?.lane).not.toBe(places[b]?.lane);
          expect(places[a]?.lanes).toBe(places[b]?.lanes);
        });
      });
    }),
  );
});

test("appointments that only touch stand below each other at full width", () => {
  expect(
    lanesOf([
      { from: 540, to: 570 },
      { from: 570, to: 600 },
    ]),
  ).toEqual([
    { lane: 0, lanes: 1 },
    { lane: 0, lanes: 1 },
  ]);
});

test("a share of the window and its minute are two names of one place", () => {
  const window = { from: 420, to: 1140 };
  fc.assert(
    fc.property(fc.integer({ min: 420 / 15, max: 1140 / 15 }), (quarter) => {
      expect(minuteAt(shareOf(quarter * 15, window), window, 15)).toBe(quarter * 15);
    }),
  );
  expect(minuteAt(-3, window, 15)).toBe(420);
  expect(minuteAt(7, window, 15)).toBe(1140);
});

test("the window holds everything, in whole hours, and never leaves the day", () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 8 }), (all) => {
      const window = windowFor(all, { from: 480, to: 1080 });
      expect(window.from % 60).toBe(0);
      expect(window.to % 60).toBe(0);
      expect(window.from).toBeGreaterThanOrEqual(0);
      expect(window.to).toBeLessThanOrEqual(1440);
      for (const { from, to } of all) {
        expect(window.from).toBeLessThanOrEqual(from);
        expect(window.to).toBeGreaterThanOrEqual(to);
      }
    }),
  );
});

test("a stretch is drawn upwards as well as downwards, and a click is one step", () => {
  const down = drawn("2026-06-17", 540, 600, 15, NEW_YORK);

  expect(drawn("2026-06-17", 600, 540, 15, NEW_YORK)).toEqual(down);
  expect(minutesOf(down)).toBe(60);
  expect(minutesOf(drawn("2026-06-17", 540, 540, 15, NEW_YORK))).toBe(15);
});

test("what is drawn across a change of the clock says how long it really is", () => {
  expect(minutesOf(drawn(SPRING, 60, 240, 15, NEW_YORK))).toBe(120);
  expect(minutesOf(drawn(AUTUMN, 0, 180, 15, NEW_YORK))).toBe(240);
  fc.assert(
    fc.property(day, minute, minute, zone, (on, one, other, where) => {
      expect(minutesOf(drawn(on, one, other, 15, where))).toBeGreaterThanOrEqual(15);
    }),
  );
});

test("nothing is made shorter than the least", () => {
  expect(minutesOf(lasting({ start: 0, end: 60_000 * 30 }, -20, 5))).toBe(5);
});

test("open and closed together are the window, and never both", () => {
  const window = { from: 420, to: 1140 };
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 6 }), (open) => {
      const closed = closedIn(open, window);
      for (let at = window.from; at < window.to; at += 15) {
        const isOpen = open.some(({ from, to }) => from <= at && at < to);
        const isClosed = closed.some(({ from, to }) => from <= at && at < to);
        expect(isOpen).toBe(!isClosed);
      }
    }),
  );
});
