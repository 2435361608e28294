import type { Bundle } from "fhir/r4";
import { expect, test } from "vitest";
import { bookingsOf, dayAfter, dayQuery, stageOf } from "../../../src/features/today/day.ts";

const bundle = (...resources: object[]): Bundle =>
  ({ resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) }) as Bundle;

const appointment = (id: string, start: string, status: string) => ({
  resourceType: "Appointment",
  id,
  status,
  start,
  minutesDuration: 20,
  participant: [
    { status: "accepted", actor: { reference: "Patient/a" } },
    { status: "accepted", actor: { reference: "Practitioner/p", display: "Dr Quinn" } },
  ],
});

test("a day is asked for from midnight to midnight where the reader is", () => {
  const [from, to] = dayQuery("2026-03-29").getAll("date");

  expect(from).toBe(`ge${new Date("2026-03-29T00:00:00").toISOString()}`);
  expect(to).toBe(`lt${new Date("2026-03-30T00:00:00").toISOString()}`);
});

test("the next day of the last of the month is the first", () => {
  expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
  expect(dayAfter("2026-03-01", -1)).toBe("2026-02-28");
});

test("bookings are in order of time and carry the patient's name where it may be seen", () => {
  const patient = { resourceType: "Patient", id: "a", name: [{ family: "Byrne", given: ["Ann"] }] };
  const late = appointment("late", "2026-03-12T15:00:00Z", "booked");
  const early = appointment("early", "2026-03-12T09:00:00Z", "arrived");

  const [first, second] = bookingsOf(bundle(late, early, patient));

  expect([first?.id, second?.id]).toEqual(["early", "late"]);
  expect(first?.patient).toEqual({ id: "a", name: "BYRNE, Ann" });
  expect(first && stageOf(first)).toBe("arrived");
});

test("a patient who may not be seen has no name on the board", () => {
  expect(bookingsOf(bundle(appointment("x", "2026-03-12T09:00:00Z", "booked")))[0]?.patient).toBeUndefined();
});
