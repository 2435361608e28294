/**
 * Booking by the operations of the FHIR interface: finding times, taking one, moving and giving it back.
 *
 * A refusal because somebody else was quicker is a `FhirFault` of 409 that names the next free times: `freeTimes` reads them.
 */
import type { Appointment, Bundle, Parameters } from "fhir/r4";
import { operate, resources } from "./client.ts";
import { FhirFault } from "./fault.ts";
import { idOf } from "./words.ts";

type Parameter = NonNullable<Parameters["parameter"]>[number];

export interface Wish {
  /** `HealthcareService/x`. */
  readonly service: string;
  /** Instants between which a time is wanted. */
  readonly start: string;
  readonly end: string;
  /** References of those who must be there. */
  readonly actors?: readonly string[];
  readonly minutes?: number | undefined;
  readonly count?: number;
  /** The appointment that is to be moved: its own time is no hindrance. */
  readonly moving?: string | undefined;
  /** The same time with another provider is another. */
  readonly each?: boolean;
}

/** A time that is free for all it takes. */
export interface Opening {
  readonly start: string;
  readonly end: string;
  readonly actors: readonly string[];
  /** The provider's name, where the service has one. */
  readonly who: string;
  /** By whose clock it is told. */
  readonly zone: string | undefined;
}

const value = (
  name: string,
  type: "String" | "DateTime" | "Instant" | "Code",
  text: string | undefined,
): Parameter[] => (text ? [{ name, [`value${type}`]: text } as Parameter] : []);

const reference = (name: string, to: string): Parameter => ({ name, valueReference: { reference: to } });

/** Free times, earliest first. */
export async function findTimes(wish: Wish, signal?: AbortSignal): Promise<Opening[]> {
  const parameter: Parameter[] = [
    reference("service", wish.service),
    ...value("start", "DateTime", wish.start),
    ...value("end", "DateTime", wish.end),
    ...(wish.actors ?? []).map((one) => reference("actor", one)),
    ...(wish.minutes ? [{ name: "duration", valuePositiveInt: wish.minutes } as Parameter] : []),
    ...value("moving", "String", wish.moving && `Appointment/${wish.moving}`),
    ...(wish.each ? [{ name: "each", valueBoolean: true } as Parameter] : []),
    ...(wish.count ? [{ name: "count", valuePositiveInt: wish.count } as Parameter] : []),
  ];
  const bundle = await operate<Bundle>("Appointment/$find", parameter, signal);
  return resources<Appointment>(bundle, "Appointment").map(openingOf);
}

const openingOf = (it: Appointment): Opening => ({
  start: it.start ?? "",
  end: it.end ?? "",
  actors: actorsOf(it),
  who: it.participant.find(({ actor }) => idOf(actor, "Practitioner"))?.actor?.display ?? "",
  zone: extensionOf(it, "timezone")?.valueCode,
});

/** One of our own extensions (`meridian.fhir.ours`). */
const extensionOf = (it: Appointment, name: string) =>
  it.extension?.find(({ url }) => url === `https://meridian-pms.com/fhir/StructureDefinition/${name}`);

/** Until when a time is held; undefined for what is no hold. */
export const heldUntil = (it: Appointment): string | undefined => extensionOf(it, "hold-expires")?.valueInstant;

const TAKEN = /^(Practitioner|PractitionerRole|Location|Device)\//;

/** Those whose time an appointment takes. */
const actorsOf = (it: Appointment): string[] =>
  it.participant.flatMap(({ actor, required }) =>
    actor?.reference && TAKEN.test(actor.reference) && required !== "information-only" ? [actor.reference] : [],
  );

export interface Wanted {
  readonly service: string;
  readonly start: string;
  readonly end?: string | undefined;
  readonly actors: readonly string[];
  /** `Patient/x`; a patient's own where absent. */
  readonly patient?: string | undefined;
  /** What for, in words. */
  readonly reason?: string | undefined;
  /** For the clinic's eyes. */
  readonly comment?: string | undefined;
}

/** The appointment that is asked for, as a resource. */
function proposed({ service, start, end, actors, patient, reason, comment }: Wanted): Appointment {
  return {
    resourceType: "Appointment",
    status: "proposed",
    start,
    ...(end && { end }),
    ...(reason && { reasonCode: [{ text: reason }] }),
    ...(comment && { comment }),
    participant: [...(patient ? [patient] : []), ...actors, service].map((one) => ({
      actor: { reference: one },
      status: "needs-action",
    })),
  };
}

/** A time kept for some minutes, while the rest is filled in. */
export const hold = (wanted: Wanted): Promise<Appointment> =>
  operate("Appointment/$hold", [{ name: "appointment", resource: proposed(wanted) }]);

/** A booking, or a request where the service wants one. */
export const book = (wanted: Wanted): Promise<Appointment> =>
  operate("Appointment/$book", [
    { name: "appointment", resource: proposed(wanted) },
    ...value("comment", "String", wanted.comment),
  ]);

/** The held time, booked, or asked for where the service wants approval. */
export const bookHeld = (id: string, reason: string | undefined): Promise<Appointment> =>
  operate("Appointment/$book", [reference("held", `Appointment/${id}`), ...value("reason", "String", reason)]);

export type Scope = "this" | "following";

export interface Move {
  readonly start: string;
  readonly end?: string | undefined;
  readonly actors?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly scope?: Scope | undefined;
}

/** The same appointment at another time, or with others. */
export const reschedule = (id: string, { start, end, actors = [], reason, scope }: Move): Promise<Appointment> =>
  operate(`Appointment/${id}/$reschedule`, [
    ...value("start", "DateTime", start),
    ...value("end", "DateTime", end),
    ...actors.map((one) => reference("actor", one)),
    ...value("reason", "String", reason),
    ...value("scope", "Code", scope),
  ]);

/** Codes of the clinic's reasons to cancel (terminology.hl7.org/CodeSystem/appointment-cancellation-reason). */
export const CANCEL_REASONS = ["pat", "pat-crs", "pat-cpp", "prov", "maint", "other"] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** Gives the time back. */
export const cancel = (
  id: string,
  reason: CancelReason,
  { comment, scope }: { readonly comment?: string | undefined; readonly scope?: Scope | undefined } = {},
): Promise<Appointment> =>
  operate(`Appointment/${id}/$cancel`, [
    ...value("reason", "Code", reason),
    ...value("comment", "String", comment),
    ...value("scope", "Code", scope),
  ]);

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;

/** The next free times that a refusal names; undefined when it is no such refusal. */
export function freeTimes(problem: unknown): readonly string[] | undefined {
  if (!(problem instanceof FhirFault) || problem.status !== 409) return undefined;
  return problem.issues
    .filter((one) => one.place === "Appointment.start" && INSTANT.test(one.text))
    .map((one) => one.text);
}

/** The times of a series that are not free, as a refusal names them. */
export const takenTimes = (problem: unknown): readonly string[] =>
  problem instanceof FhirFault
    ? problem.issues
        .filter((one) => one.place === "Appointment.series" && INSTANT.test(one.text))
        .map((one) => one.text)
    : [];
