/** When one can come in: the join window of a visit, and where the present is in it. */
import type { Whole } from "./room.ts";

export type Door = "early" | "open" | "over" | "missed";

type Timed = Pick<Whole, "state"> & { readonly opens: string; readonly closes: string };

/** Whether a visit can be entered at `now`, milliseconds since 1970. */
export function doorOf({ state, opens, closes }: Timed, now: number): Door {
  if (state === "ended") return "over";
  if (now < Date.parse(opens)) return "early";
  if (now >= Date.parse(closes)) return state === "no-show" ? "missed" : "over";
  return "open";
}

/** Whole minutes since `start`; 0 before. */
export const minutesSince = (start: string | number, now: number): number =>
  Math.max(0, Math.floor((now - new Date(start).getTime()) / 60_000));
