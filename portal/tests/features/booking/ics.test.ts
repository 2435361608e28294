import fc from "fast-check";
import { expect, test } from "vitest";
import { calendarFile } from "../../../src/features/booking/ics.ts";

const entry = {
  id: "a1",
  start: "2026-03-12T09:05:00-04:00",
  end: "2026-03-12T09:35:00-04:00",
  title: "Appointment, Harbor Clinic",
  place: "12 Quay Street; Floor 2",
};
const unfolded = (text: string) => text.replaceAll("\r\n ", "");

test("the file says when in world time and where, escaped as the standard asks", () => {
  const lines = calendarFile(entry, "clinic.example", new Date("2026-03-01T00:00:00Z")).split("\r\n");

  expect(lines).toContain("UID:a1@clinic.example");
  expect(lines).toContain("DTSTART:20260312T130500Z");
  expect(lines).toContain("DTEND:20260312T133500Z");
  expect(lines).toContain("SUMMARY:Appointment\\, Harbor Clinic");
  expect(lines).toContain("LOCATION:12 Quay Street\\; Floor 2");
});

test("no line is longer than 75 octets, whatever is written, and nothing is lost by it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (note) => {
      const text = calendarFile({ ...entry, note }, "clinic.example");
      for (const line of text.split("\r\n")) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
      if (note && !/[\\;,\r\n]/.test(note)) expect(unfolded(text)).toContain(`DESCRIPTION:${note}`);
    }),
  );
});

test("nothing written can begin a line of its own", () => {
  const text = calendarFile({ ...entry, title: "x\nATTENDEE:mailto:a@b.example" }, "clinic.example");

  expect(text.split("\r\n").some((line) => line.startsWith("ATTENDEE"))).toBe(false);
});
