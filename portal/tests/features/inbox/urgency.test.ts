import { describe, expect, it } from "vitest";
import { endOfDay, urgency } from "../../../src/features/inbox/urgency.ts";

const NOW = new Date(2026, 2, 12, 10, 0);

describe("how a task's date stands to now", () => {
  it.each([
    ["", "none"],
    ["nonsense", "none"],
    [new Date(2026, 2, 12, 9, 59).toISOString(), "overdue"],
    [new Date(2026, 2, 12, 23, 59).toISOString(), "today"],
    [new Date(2026, 2, 13, 0, 0).toISOString(), "later"],
  ])("%s is %s", (due, expected) => {
    expect(urgency(due, NOW)).toBe(expected);
  });

  it("is today for what is due at the end of today", () => {
    expect(urgency(endOfDay("2026-03-12"), NOW)).toBe("today");
  });
});
