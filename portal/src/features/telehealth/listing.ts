/** The day's visits in the order in which they want somebody: who waits, who is in a call, who comes, what is over. */
import type { Listed } from "./api.ts";

export type Group = "waitsNow" | "underWay" | "toCome" | "over";

const GROUPS: readonly Group[] = ["waitsNow", "underWay", "toCome", "over"];

/** Where a visit stands, by what became of its appointment where nobody has come by video. */
export function shownState({ state, status }: Pick<Listed, "state" | "status">): Listed["state"] {
  if (status === "fulfilled") return "ended";
  return status === "noshow" && state === "scheduled" ? "no-show" : state;
}

function groupOf(visit: Listed): Group {
  const state = shownState(visit);
  if (state === "ended" || state === "no-show") return "over";
  if (state === "lobby" && visit.waiting > 0) return "waitsNow";
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
