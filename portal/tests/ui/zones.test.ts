import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dayAfter,
  dayLength,
  daysBetween,
  daysFrom,
  instantOf,
  isoIn,
  monthAfter,
  readMinute,
  sameClock,
  showMinute,
  wallOf,
  weekOf,
  zoneName,
} from "../../src/ui/zones.ts";

const ZONES = [
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Europe/London",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "UTC",
] as const;

const zone = fc.constantFrom(...ZONES);
const day = fc
  .integer({ min: Date.UTC(2015, 0, 1) / 86_400_000, max: Date.UTC(2035, 0, 1) / 86_400_000 })
  .map((count) => new Date(count * 86_400_000).toISOString().slice(0, 10));
const minute = fc.integer({ min: 0, max: 1439 });
const instant = fc.integer({ min: Date.UTC(2015, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 });

/** What the clock leaves out on the longest of these zones' spring days. */
const GAP = 60;

test("a place on the clock comes back, unless the clock leaves it out", () => {
  fc.assert(
    fc.property(day, minute, zone, (on, at, where) => {
      const back = wallOf(instantOf(on, at, where), where);
      const late = daysBetween(on, back.day) * 1440 + back.minute - at;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(GAP);
      if (late > 0) expect(dayLength(on, where)).toBeLessThan(1440);
    }),
    { numRuns: 2000 },
  );
});

test("an instant comes back, or is the second of two that look alike", () => {
  fc.assert(
    fc.property(instant, zone, (minutes, where) => {
      const at = minutes * 60_000;
      const { day: on, minute: wall } = wallOf(at, where);
      const back = instantOf(on, wall, where);
      expect(wallOf(back, where)).toEqual({ day: on, minute: wall });
      expect(back).toBeLessThanOrEqual(at);
      expect(at - back).toBeLessThanOrEqual(GAP * 60_000);
    }),
    { numRuns: 2000 },
  );
});

test("what is later on the clock is never earlier in time", () => {
  fc.assert(
    fc.property(day, minute, minute, zone, (on, one, other, where) => {
      const [early, late] = [Math.min(one, other), Math.max(one, other)];
      expect(instantOf(on, early, where)).toBeLessThanOrEqual(instantOf(on, late, where) + GAP * 60_000);
      if (dayLength(on, where) === 1440)
        expect(instantOf(on, late, where) - instantOf(on, early, where)).toBe((late - early) * 60_000);
    }),
  );
});

test("an instant is written with its offset and means the same", () => {
  fc.assert(
    fc.property(instant, zone, (minutes, where) => {
      expect(Date.parse(isoIn(minutes * 60_000, where))).toBe(minutes * 60_000);
    }),
  );
});

test("New York has a day of 23 hours and one of 25", () => {
  expect(dayLength("2026-03-08", "America/New_York")).toBe(1380);
  expect(dayLength("2026-11-01", "America/New_York")).toBe(1500);
  expect(dayLength("2026-03-09", "America/New_York")).toBe(1440);
});

test("half past two on the day the clock springs forward is half past three", () => {
  const at = instantOf("2026-03-08", 150, "America/New_York");

  expect(isoIn(at, "America/New_York")).toBe("2026-03-08T03:30:00-04:00");
});

test("half past one on the day the clock falls back is the first of the two", () => {
  const at = instantOf("2026-11-01", 90, "America/New_York");

  expect(isoIn(at, "America/New_York")).toBe("2026-11-01T01:30:00-04:00");
  expect(isoIn(at + 3_600_000, "America/New_York")).toBe("2026-11-01T01:30:00-05:00");
});

test("days, weeks and months are counted as calendars do", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -800, max: 800 }), (on, count) => {
      expect(daysBetween(on, dayAfter(on, count))).toBe(count);
      const week = weekOf(on);
      expect(week).toHaveLength(7);
      expect(week).toContain(on);
    }),
  );
  expect(monthAfter("2026-01-31", 1)).toBe("2026-02-28");
  expect(monthAfter("2026-01-31", -2)).toBe("2025-11-30");
  expect(daysFrom("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  expect(daysFrom("2026-03-02", "2026-03-01")).toEqual([]);
});

test("a minute that is shown is read again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1440 }), (at) => {
      expect(readMinute(showMinute(at))).toBe(at);
    }),
  );
});

test.each([
  ["9", 540],
  ["0905", 545],
  ["9.30", 570],
  ["25:00", undefined],
  ["9:75", undefined],
  ["noon", undefined],
])("%s is read as %s", (written, at) => {
  expect(readMinute(written)).toBe(at);
});

test("two zones may show the same clock in summer and not in winter", () => {
  const summer = Date.UTC(2026, 6, 1);
  const winter = Date.UTC(2026, 0, 1);

  expect(sameClock("America/Phoenix", "America/Los_Angeles", summer)).toBe(true);
  expect(sameClock("America/Phoenix", "America/Los_Angeles", winter)).toBe(false);
  expect(zoneName("America/New_York", summer, "short")).toBe("EDT");
});
