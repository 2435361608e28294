/** A booking while it is made at the desk, and the rule of a series. */
import type { Schemas } from "../../api/index.ts";
import type { Service } from "./calendar.ts";

export interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

export type Every = "once" | "week" | "fortnight" | "month";

export interface Booking {
  readonly patient: Chosen | null;
  /** `HealthcareService/x`. */
  readonly service: string | null;
  /** One of the service's providers; null is whoever is free. */
  readonly provider: string | null;
  readonly room: string | null;
  readonly device: string | null;
  readonly day: string;
  /** The instant that was chosen; null while none is. */
  readonly start: string | null;
  readonly minutes: number;
  /** The length was chosen by hand or drawn, and no longer follows the service. */
  readonly isOwnLength: boolean;
  readonly every: Every;
  readonly times: number;
  readonly reason: string;
  readonly note: string;
}

export const emptyBooking = (day: string): Booking => ({
  patient: null,
  service: null,
  provider: null,
  room: null,
  device: null,
  day,
  start: null,
  minutes: 30,
  isOwnLength: false,
  every: "once",
  times: 6,
  reason: "",
  note: "",
});

/** Those who are named; whoever is free is left to the server. */
export const actorsWanted = ({ provider, room, device }: Booking): string[] =>
  [provider, room, device].filter((one) => one !== null);

/** Another service: its length, and only such people and places as it knows. */
export function withService(booking: Booking, service: Service): Booking {
  const fits = [...service.providers, ...service.rooms, ...service.devices];
  const keep = (one: string | null): string | null => (one && fits.includes(one) ? one : null);
  return {
    ...booking,
    service: service.reference,
    minutes: booking.isOwnLength ? booking.minutes : service.minutes,
    provider: keep(booking.provider),
    room: keep(booking.room),
    device: keep(booking.device),
  };
}

export type Missing = "patient" | "service" | "start";

/** What is still to be said before it can be booked. */
export const missingIn = ({ patient, service, start }: Booking): Missing[] =>
  (["patient", "service", "start"] as const).filter((_, at) => [patient, service, start][at] === null);

export const LEAST_TIMES = 2;
export const MOST_TIMES = 52;

/** The rule of a series; undefined for a single appointment. */
export function ruleOf({ every, times }: Booking): Schemas["RuleBody"] | undefined {
  if (every === "once") return undefined;
  const count = Math.max(LEAST_TIMES, Math.min(MOST_TIMES, Math.round(times)));
  if (every === "month") return { freq: "monthly", interval: 1, count, days: [] };
  return { freq: "weekly", interval: every === "fortnight" ? 2 : 1, count, days: [] };
}
