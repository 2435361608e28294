/**
 * What is known of a draft's safety at this moment. There are four outcomes and no fifth; besides them a check may not
 * have been asked for yet, or be under way. Whatever is not a fresh answer about this very draft is none of the four that
 * may reassure: a check that failed to come is "not checked", never nothing.
 */
import type { SafetyCheck } from "./api.ts";

export type Outcome = "clear" | "alerts" | "incomplete" | "unavailable";
export type Standing = Outcome | "waiting" | "checking";

export interface Asked {
  /** Whether there is something to check. */
  readonly isReady: boolean;
  /** The draft changed and the new question has not been sent yet. */
  readonly isStale: boolean;
  readonly isPending: boolean;
  readonly isFailed: boolean;
  readonly answer: SafetyCheck | undefined;
}

/** How the draft stands; only a present answer that says so in a known word is clear. */
export function standingOf({ isReady, isStale, isPending, isFailed, answer }: Asked): Standing {
  if (!isReady) return "waiting";
  if (isStale || isPending) return "checking";
  if (isFailed || !answer) return "unavailable";
  return outcomeOf(answer);
}

/**
 * The outcome of an answer, read with suspicion: "clear" with alerts in it, with gaps, or with a source that did not answer
 * is not clear, and a word nobody knows is "not checked".
 */
export function outcomeOf({ outcome, alerts, gaps, sources }: SafetyCheck): Outcome {
  switch (outcome) {
    case "alerts":
    case "incomplete":
    case "unavailable":
      return outcome;
    case "clear":
      if (alerts.length > 0) return "alerts";
      if (gaps.length > 0) return "incomplete";
      return sources.some((source) => source.state === "answered") ? "clear" : "unavailable";
    default:
      return "unavailable";
  }
}
