/** The audit log over the wire: pages of entries, counts, one entry with its proof, alarms, and how it is kept. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, download, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import type { Filter, Outcome } from "./filter.ts";

export type Entry = Schemas["EntrySeen"];
export type Alarm = Schemas["AlarmSeen"];
export type Verdict = Schemas["Verdict"]["verdict"];
export type Step = Schemas["StepCounted"];
export type FailingAddress = Schemas["AddressCounted"];

const KEY = ["oversight"] as const;
const PARTS = 6;
const MOST_NAMES = 100;

const asked = (filter: Filter) => filter as Record<string, unknown> & { outcome?: Outcome };

/** Entries that fit, newest first, a page at a time. */
export const useEntries = (filter: Filter) =>
  useInfiniteQuery({
    queryKey: [...KEY, "entries", filter],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...asked(filter), ...(pageParam !== null && { cursor: pageParam }) };
      return answer(api.GET("/api/oversight/entries", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });

export interface Counted {
  readonly step: number;
  readonly steps: readonly Step[];
  readonly addresses: readonly FailingAddress[];
  readonly entries: number;
  /** Whether older entries are not counted: the span is too long for one look. */
  readonly isPart: boolean;
}

/** Entries by time and outcome, put together from bounded parts. */
export const useCounted = (filter: Filter) =>
  useQuery({
    queryKey: [...KEY, "summary", filter],
    queryFn: async ({ signal }): Promise<Counted> => {
      const parts: Schemas["LogCounted"][] = [];
      let cursor: number | null = null;
      do {
        const query = { ...asked(filter), ...(cursor !== null && { cursor }) };
        const part: Schemas["LogCounted"] = await answer(
          api.GET("/api/oversight/summary", { params: { query }, signal }),
        );
        parts.push(part);
        cursor = part.next;
      } while (cursor !== null && parts.length < PARTS);
      return { ...together(parts), isPart: cursor !== null };
    },
  });

/** Parts of a count as one: steps and addresses that stand in several are added. */
export function together(parts: readonly Schemas["LogCounted"][]): Omit<Counted, "isPart"> {
  const steps = new Map<number, Step>();
  const addresses = new Map<string, FailingAddress>();
  for (const part of parts) {
    for (const one of part.steps) {
      const known = steps.get(one.at) ?? { at: one.at, ok: 0, refused: 0, failed: 0 };
      const { ok, refused, failed } = known;
      steps.set(one.at, { at: one.at, ok: ok + one.ok, refused: refused + one.refused, failed: failed + one.failed });
    }
    for (const one of part.addresses) {
      const known = addresses.get(one.address);
      addresses.set(
        one.address,
        known ? { ...known, count: known.count + one.count, accounts: Math.max(known.accounts, one.accounts) } : one,
      );
    }
  }
  return {
    step: parts[0]?.step ?? 1,
    steps: [...steps.values()].toSorted((left, right) => left.at - right.at),
    addresses: [...addresses.values()].toSorted((left, right) => right.count - left.count),
    entries: parts.reduce((sum, part) => sum + part.entries, 0),
  };
}

/** One entry with its proof and what else its request did. */
export const useEntry = (seq: number) =>
  useQuery({
    queryKey: [...KEY, "entry", seq],
    queryFn: ({ signal }) => answer(api.GET("/api/oversight/entries/{seq}", { params: { path: { seq } }, signal })),
  });

/** What people are called; asked only when somebody wants it, since that is recorded as a reading. */
export function useNames(people: readonly string[], isWanted: boolean): ReadonlyMap<string, string> {
  const who = [...new Set(people.filter((one) => /^(Practitioner|Patient)\//.test(one)))].slice(0, MOST_NAMES);
  const names = useQuery({
    queryKey: [...KEY, "names", who.toSorted()],
    enabled: isWanted && who.length > 0,
    queryFn: ({ signal }) => answer(api.GET("/api/oversight/names", { params: { query: { who } }, signal })),
  });
  return new Map(isWanted ? (names.data ?? []).map((one) => [one.who, one.name]) : []);
}

/** Alarms, newest first, a page at a time. */
export const useAlarms = () =>
  useInfiniteQuery({
    queryKey: [...KEY, "alarms"],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      return answer(api.GET("/api/oversight/alarms", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });

/** Concludes an alarm. */
export function useSettle(seq: number, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["Verdict"]) =>
      answer(api.PUT("/api/oversight/alarms/{seq}", { params: { path: { seq } }, body })),
    onSuccess: () => {
      toast({ text: t("oversight.settled") });
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: [...KEY, "alarms"] }),
  });
}

export const useKeeping = () =>
  useQuery({
    queryKey: [...KEY, "log"],
    queryFn: ({ signal }) => answer(api.GET("/api/oversight/log", { signal })),
  });

/** Verifies the log from its beginning, a piece at a time, and tells how far it is. */
export async function verify(onPiece: (piece: Schemas["LogChecked"]) => void): Promise<Schemas["LogChecked"]> {
  let after = 0;
  for (;;) {
    const piece = await answer(api.GET("/api/oversight/log/check", { params: { query: { after } } }));
    onPiece(piece);
    if (piece.wrong !== null || piece.checked >= piece.size || piece.checked <= after) return piece;
    after = piece.checked;
  }
}

/** Hands what fits, with its proofs, to the browser's downloads. */
export function useExport(filter: Filter) {
  return useMutation({
    mutationFn: async (): Promise<void> => {
      const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
      await download(`/api/oversight/export?${query}`, "audit.zip");
    },
    onError: ({ message }) =>
      toast({ tone: "danger", text: t(message === "422" ? "oversight.exportTooMuch" : "oversight.exportFailed") }),
  });
}
