/** Who waits for this person by video, or is missed: from the lists of the day, and at once from what happens. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { type Happening, useHappenings, usePolling } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";

/** `waits`: somebody is in the lobby. `ready`: the clinic is there. `missing`: the patient has not come. */
export type Cause = "waits" | "ready" | "missing";

export interface Ringing {
  /** The visit's id. */
  readonly visit: string;
  readonly cause: Cause;
  /** Of the patient; empty where it is not known. */
  readonly name: string;
  /** Since when, in milliseconds; 0 where it is not known. */
  readonly since: number;
}

type Listed = Pick<Schemas["ListedVisit"], "visit" | "waiting" | "patientName">;
/** What was told of each visit, and what was put aside. */
export type Heard = ReadonlyMap<string, { readonly cause: Cause | "none"; readonly at: number }>;

const HOSTS: readonly string[] = ["clinician", "nurse"];
const CAUSES: Readonly<Record<string, Cause>> = {
  "visit-waiting": "waits",
  "visit-ready": "ready",
  "visit-missing": "missing",
};
/** What was told longer ago is not worth ringing for: it came while nobody was here. */
const FRESH_MS = 5 * 60_000;

/** `heard` after one more happening; others are of no visit that rings. */
export function withHappened(heard: Heard, { kind, what, at, said, feed }: Happening, now: number): Heard {
  const visit = what.replace(/^Appointment\//, "");
  const cause = CAUSES[kind];
  const isOwn = /^(person|patient):/.test(feed);
  if (visit && cause && isOwn && now - at < FRESH_MS) return new Map(heard).set(visit, { cause, at });
  // Somebody has seen to it, here or elsewhere.
  const isOver = kind === "visit-state" && said.state !== "lobby" && heard.has(visit);
  return isOver ? new Map([...heard].filter(([one]) => one !== visit)) : heard;
}

/** What rings: what was told unless nobody waits any more, and who waits in the list all the same. */
export function ringing(heard: Heard, listed: readonly Listed[]): readonly Ringing[] {
  const known = new Map(listed.map((one) => [one.visit, one] as const));
  const told = [...heard].flatMap(([visit, { cause, at }]) =>
    cause === "none" || (cause === "waits" && known.get(visit)?.waiting === 0)
      ? []
      : [{ visit, cause, name: known.get(visit)?.patientName ?? "", since: at }],
  );
  const waiting = listed.filter(({ visit, waiting: since }) => since > 0 && !heard.has(visit));
  return [
    ...told,
    ...waiting.map(({ visit, patientName, waiting: since }) => ({
      visit,
      cause: "waits" as const,
      name: patientName,
      since,
    })),
  ];
}

/** What rings now, and how to put one aside until it rings again. */
export function useRinging(): readonly [readonly Ringing[], (visit: string) => void] {
  const { role } = useSession();
  const [heard, setHeard] = useState<Heard>(new Map());
  const interval = usePolling();
  const { data } = useQuery({
    queryKey: ["video-visits", "ringing"],
    queryFn: ({ signal }) => answer(api.GET("/api/video-visits", { params: { query: { every: false } }, signal })),
    enabled: HOSTS.includes(role),
    refetchInterval: interval,
    retry: false,
  });
  useHappenings((one) => setHeard((now) => withHappened(now, one, Date.now())));
  const putAside = (visit: string): void =>
    setHeard((now) => new Map(now).set(visit, { cause: "none", at: Date.now() }));
  return [ringing(heard, data ?? []), putAside];
}
