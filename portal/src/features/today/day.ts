/** A day's appointments: what is asked, and how they stand. */
import type { Appointment, AppointmentParticipant, Bundle, Patient } from "fhir/r4";
import { resources } from "../../fhir/client.ts";
import { listName } from "../../fhir/names.ts";
import { conceptText, idOf } from "../../fhir/words.ts";
import { isoDay } from "../../ui/index.ts";

export interface Booking {
  readonly id: string;
  readonly start: string;
  readonly minutes: number | undefined;
  readonly status: Appointment["status"];
  /** Absent when the patient may not be seen. */
  readonly patient: { readonly id: string; readonly name: string } | undefined;
  readonly what: string;
  readonly practitioner: string;
}

export type Stage = "expected" | "arrived" | "done" | "off";

const STAGE: Readonly<Record<Appointment["status"], Stage>> = {
  proposed: "expected",
  pending: "expected",
  booked: "expected",
  waitlist: "expected",
  arrived: "arrived",
  "checked-in": "arrived",
  fulfilled: "done",
  cancelled: "off",
  noshow: "off",
  "entered-in-error": "off",
};

/** Where in the day an appointment stands. */
export const stageOf = (booking: Booking): Stage => STAGE[booking.status];

/** The appointments that begin on a local day, with their patients. */
export function dayQuery(day: string): URLSearchParams {
  const [from, to] = [localMidnight(day), localMidnight(dayAfter(day, 1))];
  const query = new URLSearchParams({ _sort: "date", _count: "200", _include: "Appointment:patient" });
  query.append("date", `ge${from}`);
  query.append("date", `lt${to}`);
  return query;
}

const localMidnight = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** The day so many days later, as ISO; right across months and clock changes. */
export function dayAfter(day: string, count: number): string {
  const at = new Date(`${day}T12:00:00`);
  at.setDate(at.getDate() + count);
  return isoDay(at);
}

/** The bookings of a page of results, in order of time. */
export function bookingsOf(bundle: Bundle): Booking[] {
  const patients = new Map(resources<Patient>(bundle, "Patient").map((one) => [one.id, listName(one.name)]));
  return resources<Appointment>(bundle, "Appointment")
    .map((one) => bookingOf(one, patients))
    .sort((a, b) => a.start.localeCompare(b.start));
}

function bookingOf(it: Appointment, patients: ReadonlyMap<string | undefined, string>): Booking {
  const id = it.participant.map((one) => idOf(one.actor, "Patient")).find(Boolean);
  const name = id && (patients.get(id) ?? actor(it, "Patient")?.actor?.display);
  return {
    id: it.id ?? "",
    start: it.start ?? "",
    minutes: it.minutesDuration ?? between(it.start, it.end),
    status: it.status,
    patient: id && name ? { id, name } : undefined,
    what: it.description || conceptText(it.serviceType?.[0]) || conceptText(it.appointmentType),
    practitioner: actor(it, "Practitioner")?.actor?.display ?? "",
  };
}

const actor = (it: Appointment, type: string): AppointmentParticipant | undefined =>
  it.participant.find((one) => idOf(one.actor, type));

const between = (start: string | undefined, end: string | undefined): number | undefined =>
  start && end ? Math.round((Date.parse(end) - Date.parse(start)) / 60_000) : undefined;
