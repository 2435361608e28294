/** The day's visits in the order in which they want somebody: who waits, who is in a call, who comes, what is over. */
import type { Listed } from "./api.ts";

export type Group = "waitsNow" | "underWay" | "toCome" | "over";

const GROUPS: readonly Group[] = ["waitsNow", "underWay", "toCome", "over"];

function groupOf({ state, status, waiting }: Listed): Group {
  if (state === "ended" || state === "no-show" || status === "fulfilled" || status === "noshow") return "over";
  if (state === "lobby" && waiting > 0) return "waitsNow";
  return state === "scheduled" ? "toCome" : "underWay";
}

/** Groups that have somebody in them; who has waited longest stands first. */
export function arrangedVisits(visits: readonly Listed[]): { group: Group; lines: readonly Listed[] }[] {
  return GROUPS.map((group) => ({
    group,
    lines: inOrder(
      visits.filter((one) => groupOf(one) === group),
      group,
    ),
  })).filter(({ lines }) => lines.length > 0);
}

const inOrder = (lines: readonly Listed[], group: Group): readonly Listed[] =>
  group === "waitsNow" ? lines.toSorted((a, b) => a.waiting - b.waiting) : lines;

/** Whether somebody waits who did not before. */
export function hasNewWaiting(before: readonly Listed[], after: readonly Listed[]): boolean {
  const known = new Map(before.map(({ visit, waiting }) => [visit, waiting]));
  return after.some(({ visit, waiting }) => waiting > 0 && !known.get(visit));
}
