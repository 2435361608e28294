import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest, ofLast, place, thinned, ticks, timeRange, valueRange } from "../../src/ui/plot.ts";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const points = fc.array(fc.record({ at: fc.integer({ min: 0, max: 4e12 }), value }), { minLength: 1, maxLength: 50 });

test("every point and the band lie within the range of values", () => {
  fc.assert(
    fc.property(points, value, value, (some, low, high) => {
      const range = valueRange(some, { low, high });
      for (const inside of [...some.map((point) => point.value), low, high]) {
        expect(inside).toBeGreaterThanOrEqual(range.from);
        expect(inside).toBeLessThanOrEqual(range.to);
      }
      expect(range.to).toBeGreaterThan(range.from);
    }),
  );
});

test("a place keeps the order and the ends", () => {
  expect(place(5, { from: 0, to: 10 }, 100, 200)).toBe(150);
  expect(place(0, { from: 0, to: 10 }, 200, 100)).toBe(200);
});

test("ticks are few, round and within the range", () => {
  fc.assert(
    fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (from, length) => {
      const range = { from, to: from + length };
      const found = ticks(range);
      expect(found.length).toBeLessThanOrEqual(6);
      for (const tick of found) {
        expect(tick).toBeGreaterThanOrEqual(from - length * 1e-6 - 1e-6);
        expect(tick).toBeLessThanOrEqual(range.to + length * 1e-6 + 1e-6);
      }
    }),
  );
  expect(ticks({ from: 52, to: 107 })).toEqual([60, 80, 100]);
});

test("a single point gets a day on both sides", () => {
  expect(timeRange([{ at: 0, value: 1 }])).toEqual({ from: -86_400_000, to: 86_400_000 });
});

test("the nearest point in time is found", () => {
  const three = [0, 10, 20].map((at) => ({ at, value: 1 }));
  expect(nearest(three, 14)).toBe(1);
  expect(nearest(three, 1e9)).toBe(2);
});

test("the nearest is the same as by looking at each", () => {
  const sorted = points.map((some) => some.toSorted((a, b) => a.at - b.at));
  fc.assert(
    fc.property(sorted, fc.integer({ min: 0, max: 4e12 }), (some, at) => {
      const far = (one: { at: number }) => Math.abs(one.at - at);
      expect(far(some[nearest(some, at)] ?? { at: Number.NaN })).toBe(Math.min(...some.map(far)));
    }),
  );
});

test("thinning keeps the ends, the extremes and the order, and is what it says", () => {
  const many = fc.array(fc.record({ at: fc.integer({ min: 0, max: 4e12 }), value }), { minLength: 2, maxLength: 600 });
  fc.assert(
    fc.property(many, fc.integer({ min: 3, max: 200 }), (some, limit) => {
      const sorted = some.toSorted((a, b) => a.at - b.at);
      const kept = thinned(sorted, limit);
      const values = (of: readonly { value: number }[]) => of.map((one) => one.value);
      expect(kept.length).toBeLessThanOrEqual(Math.max(limit, sorted.length <= limit ? sorted.length : 0) + 5);
      expect([kept[0], kept.at(-1)]).toEqual([sorted[0], sorted.at(-1)]);
      expect([Math.min(...values(kept)), Math.max(...values(kept))]).toEqual([
        Math.min(...values(sorted)),
        Math.max(...values(sorted)),
      ]);
      expect(kept.map((one) => one.at)).toEqual(kept.map((one) => one.at).toSorted((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});

test("a marked point among thousands is not thinned away", () => {
  const days = Array.from({ length: 5000 }, (_, day) => ({ at: day * 86_400_000, value: 80 + (day % 7) }));
  const odd = { at: 2500 * 86_400_000, value: 83, mark: "high" as const };

  expect(thinned(days.toSpliced(2500, 1, odd), 300)).toContain(odd);
});

test("the last year of ten is a year", () => {
  const days = Array.from({ length: 3650 }, (_, day) => ({ at: day * 86_400_000, value: 1 }));

  expect(ofLast(days, 365)).toHaveLength(366);
});
