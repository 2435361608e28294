import { expect, test } from "vitest";
import { Problem } from "../../../src/api/index.ts";
import { refusal, sentence } from "../../../src/features/shredding/words.ts";

test("why somebody is no second person is said in words", () => {
  const same = new Problem(403, "no", { detail: "It takes a second person", places: { approver: "same-account" } });
  const unknown = new Problem(403, "no", { detail: "It takes a second person", places: { approver: "else" } });

  expect(refusal(same)).toBe("You asked for it yourself. Somebody else has to approve it.");
  expect(refusal(unknown)).toBe("It takes a second person");
  expect(refusal(new Problem(412, "changed"))).toContain("Look again");
  expect(refusal(new Error("away"))).toContain("Nothing was destroyed");
});

test("what stands against it says what and until when", () => {
  const found = { what: "", forbids: false };

  expect(sentence({ ...found, code: "retention", says: "2043-03-03" })).toBe(
    "The record has to be kept until 03-Mar-2043",
  );
  expect(sentence({ code: "hold", what: "", says: "litigation", forbids: true })).toBe("Legal hold: Litigation");
  expect(sentence({ ...found, code: "open-task", what: "Task/7", says: "refill" })).toBe("Open task Task/7 (refill)");
});
