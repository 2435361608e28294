/**
 * What of the page is read anew when something happened: the one place that names other features' queries. Whatever stands
 * below is a prefix of query keys; what nobody looks at is only marked as old.
 */
import type { QueryKey } from "@tanstack/react-query";
import type { Happening } from "./happening.ts";

type Affects = readonly string[] | ((one: Happening) => readonly QueryKey[]);

const APPOINTMENTS = [
  "board",
  "calendar",
  "calendar-times",
  "wait-list",
  "own-visits",
  "own-waiting",
  "own-times",
  "home-waits",
  "appointment-requests",
  "video-visits",
] as const;
const VISITS = ["video-visits", "board", "own-visits"] as const;
/** What is worked through by tasks. */
const WORK: readonly QueryKey[] = [
  ["inbox"],
  ["counts"],
  ["medicine-refills"],
  ["appointment-requests"],
  ["results", "inbox"],
  ["results", "unmatched"],
  ["documents", "unmatched"],
];
const CORRESPONDENCE = ["counts", "home-waits"] as const;

/** By the code of what happened (`access/telling.py`, and the features' own). */
const KINDS: Readonly<Record<string, Affects>> = {
  appointment: APPOINTMENTS,
  encounter: [...APPOINTMENTS, "visit"],
  task: () => WORK,
  message: correspondence,
  note: correspondence,
  read: correspondence,
  result: ["results", "home", "chart", "series", "counts"],
  document: ["documents", "home", "papers", "home-waits"],
  form: ["forms", "home-waits", "papers"],
  medicine: ["medicines", "home", "medicine-refills"],
  order: ["results", "home"],
  record: ["chart", "home", ...APPOINTMENTS],
  "visit-waiting": VISITS,
  "visit-ready": VISITS,
  "visit-missing": VISITS,
  "visit-state": VISITS,
};

/** By the name of the feed up to its colon: for kinds that have no line of their own, and for all that may have been missed. */
const FEEDS: Readonly<Record<string, readonly string[]>> = {
  shared: ["shared"],
  board: APPOINTMENTS,
  person: ["inbox", "counts", "messages", "home-waits", ...APPOINTMENTS],
  team: ["inbox", "counts", "messages"],
  patient: ["home", "home-waits", "own-visits", "own-waiting", "messages", "documents", "forms", "papers", "medicines"],
  thread: ["messages"],
  notes: ["messages"],
  visit: ["video-visits"],
};

/** The lists, the counts, and of the conversations just the one; all where it is not named. */
function correspondence({ feed, what, said }: Happening): readonly QueryKey[] {
  const thread = typeof said.thread === "string" ? said.thread : idOf(/^(thread|notes):/.test(feed) ? feed : what);
  const those = thread ? ["messages", "thread", thread] : ["messages", "thread"];
  return [["messages", "list"], those, ...CORRESPONDENCE.map((key) => [key])];
}

/** What stands behind the kind and the colon, or the kind and the slash. */
const idOf = (name: string): string => name.replace(/^\w+[:/]/, "");

/** The prefixes of the queries that a happening makes old. */
export function affectedBy(one: Happening): readonly QueryKey[] {
  const affects = KINDS[one.kind] ?? FEEDS[family(one)];
  return typeof affects === "function" ? affects(one) : (affects ?? []).map((key) => [key]);
}

/** The prefixes of all queries of which a feed tells. */
export const affectedByFeed = (feed: string): readonly QueryKey[] =>
  (FEEDS[family({ feed })] ?? []).map((key) => [key]);

const family = ({ feed }: Pick<Happening, "feed">): string => feed.split(":", 1)[0] ?? "";
