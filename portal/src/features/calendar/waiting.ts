/** What somebody would come earlier for, as the desk takes it down. */
import type { Schemas } from "../../api/index.ts";
import { dayAfter } from "../../ui/zones.ts";
import type { Booking, Chosen } from "./booking.ts";

export const WAITING_KEY = ["wait-list"] as const;

type Wanted = Schemas["WaitWanted"];

export interface Wish {
  readonly patient: Chosen | null;
  readonly service: string | null;
  /** Null is anybody who gives the service. */
  readonly provider: string | null;
  /** The first and the last day that suit. */
  readonly from: string;
  readonly to: string;
  /** None is any. */
  readonly days: readonly Wanted["days"][number][];
  readonly part: Wanted["partOfDay"];
}

/** Days that one waits for at first: most who wait want to come within the month. */
const SPAN = 30;

/** An empty wish from that day on. */
export const wishFrom = (day: string): Wish => ({
  patient: null,
  service: null,
  provider: null,
  from: day,
  to: dayAfter(day, SPAN),
  days: [],
  part: "",
});

/** What a booking that found no time was about. */
export const wishOf = ({ patient, service, provider, day }: Booking): Wish => ({
  ...wishFrom(day),
  patient,
  service,
  provider,
});

export type Missing = "patient" | "service" | "to";

/** What is still to be said. */
export function missingOf({ patient, service, from, to }: Wish): Missing[] {
  const wrong: readonly (readonly [Missing, boolean])[] = [
    ["patient", patient === null],
    ["service", service === null],
    ["to", to < from],
  ];
  return wrong.flatMap(([field, isWrong]) => (isWrong ? [field] : []));
}

/** From when until when, in ms: the whole of the last day, and nothing before `now`. */
export function periodOf({ from, to }: Wish, begins: (day: string) => number, now: number) {
  return { start: Math.max(begins(from), now), end: begins(dayAfter(to, 1)) };
}
