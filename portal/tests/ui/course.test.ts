import { describe, expect, test } from "vitest";
import { lineOf, top } from "../../src/ui/course.ts";

const x = (index: number): number => index * 10;
const y = (value: number): number => 100 - value;

describe("a course", () => {
  test("is interrupted where nobody measured", () => {
    expect(lineOf([1, 2, null, 4, 5], x, y)).toBe("M0,99L10,98M30,96L40,95");
  });

  test("shows a lone value as a dot", () => {
    expect(lineOf([null, 3, null], x, y)).toBe("M10,97h0.01");
  });

  test("of nothing is nothing", () => {
    expect(lineOf([null, null], x, y)).toBe("");
  });

  test("has air above, and a scale even of noughts", () => {
    expect(top([{ name: "a", values: [10, null] }], 0)).toBeCloseTo(11);
    expect(top([{ name: "a", values: [1] }], 4)).toBeCloseTo(4.4);
    expect(top([{ name: "a", values: [0, 0] }], 0)).toBe(1);
  });
});
