/** What became of a link. */
import type { Guest } from "./api.ts";

export type GuestState = "sent" | "open" | "used" | "expired" | "cancelled";

/** A link at `now`, milliseconds since 1970; `sent` is one that is on its way, so that its time has not begun. */
export function guestState({ used, cancelled, expires }: Guest, now: number): GuestState {
  if (cancelled) return "cancelled";
  if (used) return "used";
  if (!expires) return "sent";
  return now < expires ? "open" : "expired";
}
