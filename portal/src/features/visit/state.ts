/** Where a visit stands. */
import type { Encounter } from "fhir/r4";
import { newestFirst } from "../../fhir/moments.ts";
import { conceptText } from "../../fhir/words.ts";
import type { Tone } from "../../ui/index.ts";

export type State = Encounter["status"];

export const TONE: Record<State, Tone> = {
  planned: "neutral",
  arrived: "info",
  triaged: "info",
  "in-progress": "warning",
  onleave: "neutral",
  finished: "success",
  cancelled: "neutral",
  "entered-in-error": "danger",
  unknown: "neutral",
};

/** Somebody is here, or being seen. */
const UNDER_WAY: readonly State[] = ["arrived", "triaged", "in-progress"];

export const isUnderWay = (encounter: Encounter): boolean => UNDER_WAY.includes(encounter.status);

const RECENT_MS = 18 * 3_600_000;

/**
 * The visit one works on: the newest that is under way and began lately. Records brought in from elsewhere may never have
 * been finished; those are no visit of today.
 */
export function currentVisit(encounters: readonly Encounter[], now: number = Date.now()): Encounter | undefined {
  const open = encounters.filter((one) => isUnderWay(one) && now - Date.parse(one.period?.start ?? "") < RECENT_MS);
  return newestFirst(open, (one) => one.period?.start)[0];
}

/** Why somebody came, in a line. */
export const reasonOf = (encounter: Encounter): string =>
  (encounter.reasonCode ?? []).map(conceptText).filter(Boolean).join(", ");

/** What a visit is for, in a line. */
export const visitTitle = (encounter: Encounter): string => reasonOf(encounter) || conceptText(encounter.type?.[0]);

/** Where the patient waits. */
export const roomOf = (encounter: Encounter): string => encounter.location?.at(-1)?.location.display ?? "";

/** Who sees the patient. */
export const seenBy = (encounter: Encounter): string =>
  (encounter.participant ?? [])
    .map((one) => one.individual?.display ?? "")
    .filter(Boolean)
    .join(", ");
