import { expect, it } from "vitest";
import { moveTo } from "../../src/ui/moving.ts";

it.each([
  [["a", "b", "c"], "a", 1, "b"],
  [["a", "b", "c"], "c", 1, "c"],
  [["a", "b", "c"], "a", -1, "a"],
  [["a", "b", "c"], "", 1, "a"],
  [["a", "b", "c"], "gone", -1, "c"],
  [[], "", 1, undefined],
])("in %j from %j by %i it goes to %j", (ids, now, step, expected) => {
  expect(moveTo(ids, now, step)).toBe(expected);
});
