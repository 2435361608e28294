import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest, place, ticks, timeRange, valueRange } from "../../src/ui/plot.ts";

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
