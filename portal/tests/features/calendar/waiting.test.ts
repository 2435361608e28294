import { describe, expect, it } from "vitest";
import { emptyBooking } from "../../../src/features/calendar/booking.ts";
import { missingOf, periodOf, wishFrom, wishOf } from "../../../src/features/calendar/waiting.ts";

const patient = { id: "p", name: "MÜLLER, Anna", birthDate: null };
const begins = (day: string): number => Date.parse(`${day}T00:00:00Z`);

describe("a place on the wait list", () => {
  it("takes over what a booking without a free time was about", () => {
    const booking = {
      ...emptyBooking("2026-03-02"),
      patient,
      service: "HealthcareService/x",
      provider: "Practitioner/a",
    };

    expect(wishOf(booking)).toMatchObject({
      patient,
      service: "HealthcareService/x",
      provider: "Practitioner/a",
      from: "2026-03-02",
    });
  });

  it("says what is missing", () => {
    expect(missingOf(wishFrom("2026-03-02"))).toEqual(["patient", "service"]);
    expect(missingOf({ ...wishFrom("2026-03-02"), patient, service: "HealthcareService/x", to: "2026-03-01" })).toEqual(
      ["to"],
    );
  });

  it("lasts to the end of its last day and does not begin in the past", () => {
    const wish = { ...wishFrom("2026-03-02"), to: "2026-03-02" };

    expect(periodOf(wish, begins, begins("2026-03-01"))).toEqual({
      start: begins("2026-03-02"),
      end: begins("2026-03-03"),
    });
    expect(periodOf(wish, begins, begins("2026-03-02") + 5).start).toBe(begins("2026-03-02") + 5);
  });
});
