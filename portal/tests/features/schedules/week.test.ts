import fc from "fast-check";
import { expect, test } from "vitest";
import {
  copied,
  emptyWeek,
  type Hours,
  isSound,
  joined,
  minutesOpen,
  openOn,
  troublesOf,
  weekFrom,
  weeklyFrom,
  withDay,
  withRange,
} from "../../../src/features/schedules/week.ts";
import { instantOf, isoIn } from "../../../src/ui/zones.ts";

const ZONE = "America/New_York";
const WEDNESDAY = 2;
const DAY = "2026-06-17";
const hours = (from: number, to: number): Hours => ({ from, to, services: [] });
const week = withDay(emptyWeek(), WEDNESDAY, [hours(540, 720), hours(780, 1020)]);
const at = (minute: number, day = DAY) => isoIn(instantOf(day, minute, ZONE), ZONE);
const range = fc
  .tuple(fc.integer({ min: 0, max: 1435 }), fc.integer({ min: 1, max: 600 }))
  .map(([from, long]) => ({ from, to: Math.min(1440, from + long) }));

test("a day without exceptions has the week's hours, another day has none", () => {
  expect(minutesOpen(openOn(week, [], DAY, ZONE))).toBe(180 + 240);
  expect(openOn(week, [], "2026-06-18", ZONE)).toEqual([]);
});

test("what is closed is taken out, even from the middle", () => {
  const closed = [{ start: at(600), end: at(660), kind: "closed" as const }];

  expect(openOn(week, closed, DAY, ZONE)).toEqual([
    { from: 540, to: 600 },
    { from: 660, to: 720 },
    { from: 780, to: 1020 },
  ]);
});

test("time off over several days closes them wholly", () => {
  const off = [{ start: at(0, "2026-06-15"), end: at(0, "2026-06-20"), kind: "time-off" as const }];

  expect(openOn(week, off, DAY, ZONE)).toEqual([]);
});

test("extra hours open a day that is closed, and time off wins over them", () => {
  const extra = { start: at(600, "2026-06-20"), end: at(720, "2026-06-20"), kind: "extra" as const };

  expect(openOn(week, [extra], "2026-06-20", ZONE)).toEqual([{ from: 600, to: 720 }]);
  expect(openOn(week, [extra, { ...extra, kind: "closed" }], "2026-06-20", ZONE)).toEqual([]);
});

test("minute by minute: open is in the hours or extra, and not closed", () => {
  const exception = fc.tuple(range, fc.constantFrom("closed" as const, "extra" as const));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 3 }), fc.array(exception, { maxLength: 4 }), (ranges, exceptions) => {
      const days = withDay(
        emptyWeek(),
        WEDNESDAY,
        ranges.map(({ from, to }) => hours(from, to)),
      );
      const told = exceptions.map(([{ from, to }, kind]) => ({ start: at(from), end: at(to), kind }));
      const open = openOn(days, told, DAY, ZONE);
      const within = (minute: number, all: readonly { from: number; to: number }[]) =>
        all.some(({ from, to }) => from <= minute && minute < to);
      const of = (wanted: string) => exceptions.flatMap(([one, kind]) => (kind === wanted ? [one] : []));
      for (let minute = 0; minute < 1440; minute += 7)
        expect(within(minute, open)).toBe(
          (within(minute, ranges) || within(minute, of("extra"))) && !within(minute, of("closed")),
        );
    }),
  );
});

test("joined stretches are apart, and as long together as what they cover", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), (all) => {
      const result = joined(all);
      result.slice(1).forEach((one, place) => {
        expect(one.from).toBeGreaterThan(result[place]?.to ?? 0);
      });
      expect(joined(result)).toEqual(result);
    }),
  );
});

test("ranges that run backwards or overlap are named, each in its place", () => {
  expect([...troublesOf([hours(600, 540), hours(700, 800), hours(750, 900)])]).toEqual([
    [0, "backwards"],
    [2, "overlap"],
  ]);
  expect(isSound(week)).toBe(true);
});

test("a day is copied to others and the rest stays", () => {
  const all = copied(week, WEDNESDAY, [0, 4]);

  expect([0, 2, 4].map((day) => all[day])).toEqual([week[WEDNESDAY], week[WEDNESDAY], week[WEDNESDAY]]);
  expect(all[1]).toEqual([]);
});

test("one more range never overlaps those before, until the day is full", () => {
  const two = withRange(withRange([]));

  expect(two).toHaveLength(2);
  expect(troublesOf(two).size).toBe(0);
});

test("a week comes back from the server as it was sent, and alike days are one", () => {
  const ranges = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 1, max: 47 })).map(([from, long]) => ({
      from: from * 30,
      to: from * 30 + long * 30,
      services: [],
    })),
    { maxLength: 3, selector: ({ from }) => from },
  );
  const sorted = ranges.map((all) => [...all].sort((a, b) => a.from - b.from));
  fc.assert(
    fc.property(fc.array(sorted, { minLength: 7, maxLength: 7 }), (days) => {
      expect(weekFrom(weeklyFrom(days))).toEqual(days);
    }),
  );
  expect(weeklyFrom(copied(week, WEDNESDAY, [0, 1]))).toHaveLength(2);
});

test("hours beyond midnight are open on the next day too", () => {
  const night = withDay(emptyWeek(), WEDNESDAY, [hours(1320, 1440 + 360)]);

  expect(openOn(night, [], DAY, ZONE)).toEqual([{ from: 1320, to: 1440 }]);
  expect(openOn(night, [], "2026-06-18", ZONE)).toEqual([{ from: 0, to: 360 }]);
  expect(weeklyFrom(night)[0]).toMatchObject({ start: "22:00:00", end: "06:00:00", days: ["wed"] });
});
