/** A patient's booking while it is made, one question after the other. */
import type { Schemas } from "../../api/index.ts";
import type { Opening } from "../../fhir/appointments.ts";
import { dayIn, wallOf } from "../../ui/zones.ts";

export type Service = Schemas["Service"];

const STEPS = ["what", "who", "when", "confirm"] as const;
export type Step = (typeof STEPS)[number];

interface Hold {
  readonly id: string;
  readonly until: string;
}

export interface Plan {
  /** The service's reference. */
  readonly service: string | null;
  /** A provider's reference; empty is anybody, null is not said yet. */
  readonly who: string | null;
  readonly opening: Opening | null;
  readonly hold: Hold | null;
  readonly reason: string;
}

export const EMPTY_PLAN: Plan = { service: null, who: null, opening: null, hold: null, reason: "" };

/** Which questions there are: nobody is asked with whom where there is no choice. */
export const stepsFor = (service: Service | undefined): readonly Step[] =>
  service && service.providers.length < 2 ? STEPS.filter((one) => one !== "who") : STEPS;

/** The step to show: the wanted one, but not before what comes before it is answered. */
export function stepOf(wanted: string | null, plan: Plan, service: Service | undefined): Step {
  const steps = stepsFor(service);
  const isAnswered: Record<Step, boolean> = {
    what: service !== undefined,
    who: plan.who !== null,
    when: plan.opening !== null,
    confirm: false,
  };
  const open = steps.find((one) => !isAnswered[one]) ?? "confirm";
  const asked = steps.find((one) => one === wanted);
  return asked && steps.indexOf(asked) <= steps.indexOf(open) ? asked : open;
}

/** Another answer, and what it makes void. */
export const withService = (plan: Plan, service: Service): Plan =>
  plan.service === service.reference
    ? plan
    : { ...plan, service: service.reference, who: service.providers.length < 2 ? "" : null, opening: null };

export const withWho = (plan: Plan, who: string): Plan => (plan.who === who ? plan : { ...plan, who, opening: null });

/** The openings of each day on the clinic's calendar. */
export function byDay(openings: readonly Opening[], zone: string): Map<string, Opening[]> {
  const days = new Map<string, Opening[]>();
  for (const one of openings) {
    const day = dayIn(one.start, zone);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return days;
}

export const PARTS = ["morning", "afternoon", "evening"] as const;
export type Part = (typeof PARTS)[number];

const NOON = 12 * 60;
const EVENING = 17 * 60;

/** The part of the day in which something begins, as the wait list counts them. */
export function partOf(start: string, zone: string): Part {
  const { minute } = wallOf(Date.parse(start), zone);
  return minute < NOON ? "morning" : minute < EVENING ? "afternoon" : "evening";
}

/** `1:05`, counting down; never below zero. */
export function clockLeft(until: string, now: number): string {
  const seconds = Math.max(0, Math.floor((Date.parse(until) - now) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const pad = (count: number): string => String(count).padStart(2, "0");
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** Whole hours of a number of minutes, for "until 24 hours before". */
export const hoursOf = (minutes: number): number => Math.round(minutes / 60);
