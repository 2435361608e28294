import { expect, test } from "vitest";
import type { MedicineLine } from "../../../src/features/medicines/api.ts";
import { itemsOf } from "../../../src/features/medicines/reconciling.ts";
import { isActive, runsOutState } from "../../../src/features/medicines/words.ts";

const line = (reference: string): MedicineLine => ({ reference, status: "active" }) as MedicineLine;

test("each line that was gone through is an item, and each addition another", () => {
  const items = itemsOf(
    [line("MedicationRequest/1"), line("MedicationRequest/2"), line("MedicationRequest/3")],
    {
      found: {
        "MedicationRequest/1": { action: "continue", note: "" },
        "MedicationRequest/2": { action: "stop", note: "", reason: { code: "finished", text: "" } },
      },
      added: [{ name: "St John's wort", how: "one a day" }],
    },
    "7",
  );
  expect(items.map(({ action, reference, code }) => [action, reference, code])).toEqual([
    ["continue", "MedicationRequest/1", null],
    ["stop", "MedicationRequest/2", "finished"],
    ["add", undefined, undefined],
  ]);
  expect(items[2]?.new).toMatchObject({
    resourceType: "MedicationStatement",
    subject: { reference: "Patient/7" },
    dosage: [{ text: "one a day" }],
  });
});

test("what runs out within a week is soon", () => {
  expect(runsOutState("2026-03-11", "2026-03-12")).toBe("past");
  expect(runsOutState("2026-03-12", "2026-03-12")).toBe("soon");
  expect(runsOutState("2026-03-19", "2026-03-12")).toBe("soon");
  expect(runsOutState("2026-03-20", "2026-03-12")).toBe("later");
  expect(runsOutState("", "2026-03-12")).toBe("unknown");
});

test("what is on hold is still on the list", () => {
  expect(["active", "on-hold", "stopped", "completed"].map((status) => isActive({ ...line(""), status }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
