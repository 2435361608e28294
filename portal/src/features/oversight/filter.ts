/** What is asked of the log, as the address has it: ids, codes and times, never a name. */
import type { Key } from "../../i18n/index.ts";

export const FIELDS = [
  "who",
  "account",
  "patient",
  "action",
  "outcome",
  "purpose",
  "rule",
  "address",
  "session",
  "request",
] as const;
export type Field = (typeof FIELDS)[number];

export const OUTCOMES = ["ok", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A filter; what is left out is not looked at. Times are milliseconds. */
export type Filter = Partial<Record<Field, string>> & { readonly since: number; readonly until: number };

const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;
const LATEST_MS = 8.64e15;

/** The filter of an address; without times, the last week up to the end of today. */
export function filterOf(address: URLSearchParams, now: number): Filter {
  const ends = startOfDay(now) + DAY_MS;
  const since = time(address.get("since")) ?? ends - USUAL_DAYS * DAY_MS;
  const until = time(address.get("until")) ?? ends;
  const said = FIELDS.flatMap((field) => {
    const value = address.get(field);
    return value ? [[field, value] as const] : [];
  });
  return { ...Object.fromEntries(said), since, until: Math.max(until, since + 1) };
}

/** `address` with these changes; an empty value takes a field out. Whatever was open is closed. */
export function changed(
  address: URLSearchParams,
  changes: Readonly<Partial<Record<Field | "since" | "until", string>>>,
): URLSearchParams {
  const next = new URLSearchParams(address);
  next.delete("entry");
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** Views that are looked at often; each is an address. */
export const VIEWS: readonly {
  readonly id: string;
  readonly name: Key;
  readonly by: Partial<Record<Field, string>>;
}[] = [
  { id: "all", name: "oversight.view.all", by: {} },
  { id: "failures", name: "oversight.view.failures", by: { action: "failures" } },
  { id: "refused", name: "oversight.view.refused", by: { outcome: "refused" } },
  { id: "emergency", name: "oversight.view.emergency", by: { purpose: "BTG" } },
  { id: "alert", name: "oversight.view.alarms", by: { action: "alert" } },
  { id: "exports", name: "oversight.view.exports", by: { action: "bulk/$export" } },
];

/** The view that a filter is, if it is one of them. */
export function viewOf(filter: Filter): string {
  const said = (by: Partial<Record<Field, string>>): string => FIELDS.map((field) => by[field] ?? "").join("|");
  return VIEWS.find((view) => said(view.by) === said(filter))?.id ?? "own";
}

function time(text: string | null): number | undefined {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value > 0 && value < LATEST_MS ? value : undefined;
}

function startOfDay(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}
