import { expect, test } from "vitest";
import {
  byDay,
  clockLeft,
  EMPTY_PLAN,
  type Plan,
  partOf,
  type Service,
  stepOf,
  stepsFor,
  withService,
  withWho,
} from "../../../src/features/booking/plan.ts";

const service = (id: string, ...providers: string[]): Service => ({
  id,
  reference: `HealthcareService/${id}`,
  version: 1,
  name: "Check-up",
  active: true,
  mode: "instant",
  minutes: 30,
  step: 0,
  before: 0,
  after: 0,
  lead: 120,
  horizonDays: 60,
  notice: 1440,
  mostOpen: 4,
  video: false,
  providers,
  rooms: [],
  roomKind: "",
  devices: [],
  forms: [],
});
const two = service("s", "Practitioner/a", "Practitioner/b");
const one = service("o", "Practitioner/a");
const opening = {
  start: "2026-06-17T09:00:00-04:00",
  end: "2026-06-17T09:30:00-04:00",
  actors: ["Practitioner/a"],
  who: "Dr A",
  zone: "America/New_York",
};
const answered: Plan = { ...EMPTY_PLAN, service: two.reference, who: "", opening };

test("the first question that is open is shown, whatever the address says", () => {
  expect(stepOf("confirm", EMPTY_PLAN, undefined)).toBe("what");
  expect(stepOf("confirm", { ...EMPTY_PLAN, service: two.reference }, two)).toBe("who");
  expect(stepOf(null, answered, two)).toBe("confirm");
});

test("one may go back to any question that was answered", () => {
  expect(stepOf("what", answered, two)).toBe("what");
  expect(stepOf("when", answered, two)).toBe("when");
});

test("nobody is asked with whom where there is no choice", () => {
  expect(stepsFor(one)).toEqual(["what", "when", "confirm"]);
  expect(stepOf("who", withService(EMPTY_PLAN, one), one)).toBe("when");
});

test("another service, or another person, makes the chosen time void; the same ones do not", () => {
  expect(withService(answered, one)).toMatchObject({ opening: null, who: "" });
  expect(withService(answered, two)).toBe(answered);
  expect(withWho(answered, "Practitioner/b").opening).toBeNull();
  expect(withWho(answered, "")).toBe(answered);
});

test("times stand under the clinic's day, not the reader's", () => {
  const late = { ...opening, start: "2026-06-18T02:30:00Z" };

  expect([...byDay([late], "America/New_York").keys()]).toEqual(["2026-06-17"]);
});

test.each([
  ["2026-06-17T11:59:00-04:00", "morning"],
  ["2026-06-17T12:00:00-04:00", "afternoon"],
  ["2026-06-17T17:00:00-04:00", "evening"],
])("%s is in the %s", (start, part) => {
  expect(partOf(start, "America/New_York")).toBe(part);
});

test("a countdown ends at zero", () => {
  const until = "2026-06-17T10:00:00Z";

  expect(clockLeft(until, Date.parse("2026-06-17T09:58:55Z"))).toBe("1:05");
  expect(clockLeft(until, Date.parse("2026-06-17T08:30:00Z"))).toBe("1:30:00");
  expect(clockLeft(until, Date.parse("2026-06-17T11:00:00Z"))).toBe("0:00");
});
