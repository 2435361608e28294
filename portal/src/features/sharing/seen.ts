/** Who saw a record, as the page orders and filters it. */
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { listed } from "./parts.ts";

export type Seen = Schemas["SeenLine"];

export interface Shown {
  /** Key of the one person wanted; empty for everybody. */
  readonly person: string;
  /** Whether one's own looks, one's family's and the clinic's own programs are shown, too. */
  readonly everything: boolean;
}

const QUIET: ReadonlySet<string> = new Set(["own", "family", "platform", "program"]);

/** The lines wanted by day, the newest day first. */
export function days(lines: readonly Seen[], { person, everything }: Shown): [string, Seen[]][] {
  const found = new Map<string, Seen[]>();
  for (const line of lines) {
    if (person ? line.person !== person : !everything && QUIET.has(line.group)) continue;
    found.set(line.day, [...(found.get(line.day) ?? []), line]);
  }
  return [...found.entries()];
}

/** How many lines are folded away. */
export const quiet = (lines: readonly Seen[]): number => lines.filter((line) => QUIET.has(line.group)).length;

/** Everybody in the lines once, by name. */
export function people(lines: readonly Seen[]): { value: string; label: string }[] {
  const found = new Map(lines.map((line) => [line.person, whoText(line)]));
  return [...found].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** Who it was: the name if it is known, with the role; of other clinics their name. */
export function whoText(line: Seen): string {
  if (line.group === "own") return t("seen.you");
  if (line.group === "platform") return t("seen.platform");
  const role = t("seen.role", { role: line.role });
  const who = line.name ? `${line.name}, ${role}` : role;
  return line.organisation ? `${who} · ${line.organisation}` : who;
}

export const partsSeen = (line: Seen): string => listed(line.parts.map((part) => t("sharing.part", { part })));

/** The month before or after one, as `2026-11`. */
export function shifted(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const moved = new Date(Date.UTC(year, number - 1 + by, 1));
  return moved.toISOString().slice(0, 7);
}

/** The month of today, where the reader is. */
export const thisMonth = (now: Date): string => `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
