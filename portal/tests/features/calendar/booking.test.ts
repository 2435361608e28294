import { expect, test } from "vitest";
import { actorsWanted, emptyBooking, missingIn, ruleOf, withService } from "../../../src/features/calendar/booking.ts";
import type { Service } from "../../../src/features/calendar/calendar.ts";

const service = {
  reference: "HealthcareService/s",
  minutes: 45,
  providers: ["Practitioner/ann"],
  rooms: ["Location/r"],
  devices: [] as string[],
} as Service;
const booking = { ...emptyBooking("2026-06-17"), provider: "Practitioner/ann", room: "Location/other" };

test("a service brings its length, and lets go of who and what it does not know", () => {
  expect(withService(booking, service)).toMatchObject({
    service: "HealthcareService/s",
    minutes: 45,
    provider: "Practitioner/ann",
    room: null,
  });
});

test("a length that was drawn stays", () => {
  expect(withService({ ...booking, minutes: 60, isOwnLength: true }, service).minutes).toBe(60);
});

test("what is missing is named in the order of the form", () => {
  expect(missingIn(emptyBooking("2026-06-17"))).toEqual(["patient", "service", "start"]);
});

test("only who is named is asked for", () => {
  expect(actorsWanted({ ...booking, room: null })).toEqual(["Practitioner/ann"]);
});

test("a series has a sound number of times, and a single appointment no rule", () => {
  expect(ruleOf(booking)).toBeUndefined();
  expect(ruleOf({ ...booking, every: "fortnight", times: 999 })).toMatchObject({
    freq: "weekly",
    interval: 2,
    count: 52,
  });
  expect(ruleOf({ ...booking, every: "month", times: 0 })).toMatchObject({ freq: "monthly", interval: 1, count: 2 });
});
