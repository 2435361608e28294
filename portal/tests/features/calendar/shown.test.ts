import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shown } from "../../../src/features/calendar/calendar.ts";
import { addressOf, shownOf } from "../../../src/features/calendar/useShown.ts";

const own: Shown = { view: "week", day: "2026-06-17", actors: ["Practitioner/a"] };
const shown = fc.record({
  view: fc.constantFrom("day" as const, "week" as const, "resources" as const),
  day: fc.constantFrom("2026-06-17", "2026-12-31"),
  actors: fc.subarray(["Practitioner/a", "Practitioner/b", "Location/r"]),
});

test("an address shows again what it was made for", () => {
  fc.assert(
    fc.property(shown, shown, (wanted, first) => {
      expect(shownOf(addressOf(wanted, first), first)).toEqual(wanted);
    }),
  );
});

test("the bare address shows one's own week", () => {
  expect(shownOf(new URLSearchParams(), own)).toEqual(own);
  expect(addressOf(own, own).toString()).toBe("");
});

test("an address that was tampered with shows what is usual", () => {
  expect(shownOf(new URLSearchParams({ view: "century", day: "2026-99-99" }), own)).toEqual(own);
});
