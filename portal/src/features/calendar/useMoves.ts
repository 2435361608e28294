/**
 * Moving appointments: shown at once where they will be, taken back when the server refuses, and undone from the toast.
 */
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { freeTimes, reschedule, type Scope, takenTimes } from "../../fhir/appointments.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { showDay, toast } from "../../ui/index.ts";
import { dayIn, isoIn, showTimeIn } from "../../ui/zones.ts";
import { CALENDAR_KEY, type Calendar, type Entry, spanOf, withMoved } from "./calendar.ts";
import type { Span } from "./grid.ts";

export interface Moving {
  readonly entry: Entry;
  readonly span: Span;
  readonly actors: readonly string[];
  readonly reason?: string | undefined;
  readonly scope?: Scope | undefined;
}

/** A move that was refused, and what is free instead. */
export interface Conflict {
  readonly moving: Moving;
  /** What the server said. */
  readonly text: string;
  /** Instants. */
  readonly free: readonly string[];
  /** Those of a series that are not free. */
  readonly taken: readonly string[];
}

/** Moves, which of them are on their way, and the last that was refused. */
export function useMoves(zone: string) {
  const client = useQueryClient();
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const settle = (id: string, isPending: boolean): void =>
    setPending((before) => new Set(isPending ? [...before, id] : [...before].filter((one) => one !== id)));

  const mutation = useMutation({
    mutationFn: ({ entry, span, actors, reason, scope }: Moving) =>
      reschedule(entry.id, {
        start: isoIn(span.start, zone),
        end: isoIn(span.end, zone),
        actors,
        reason,
        scope,
      }),
    onMutate: async ({ entry, span, actors }: Moving) => {
      settle(entry.id, true);
      await client.cancelQueries({ queryKey: CALENDAR_KEY });
      const before = client.getQueriesData<Calendar>({ queryKey: CALENDAR_KEY });
      for (const [key, data] of before)
        if (isCalendar(data)) client.setQueryData(key, withMoved(data, entry.id, span, actors));
      return before;
    },
    onError: (problem, moving, before) => {
      restore(before);
      refuse(problem, moving);
    },
    onSuccess: (_, moving) => done(moving),
    onSettled: async (_data, _problem, { entry }) => {
      await client.invalidateQueries({ queryKey: CALENDAR_KEY });
      settle(entry.id, false);
    },
  });

  function restore(before: [QueryKey, Calendar | undefined][] | undefined): void {
    for (const [key, data] of before ?? []) client.setQueryData(key, data);
  }

  function refuse(problem: Error, moving: Moving): void {
    const free = freeTimes(problem);
    const text = problem instanceof FhirFault ? firstWords(problem) : t("calendar.moveUnsent");
    if (free) setConflict({ moving, text, free, taken: takenTimes(problem) });
    else toast({ tone: "danger", text: text || t("calendar.moveFailed") });
  }

  function done({ entry, span, scope }: Moving): void {
    const back: Moving = { entry, span: spanOf(entry), actors: entry.actors };
    const where = { day: showDay(dayIn(span.start, zone)), time: showTimeIn(span.start, zone) };
    const name = entry.patient?.name ?? t("calendar.appointment");
    // Of a series others moved too: there is no single step back, so none is promised.
    if (scope === "following") toast({ text: t("calendar.movedSeries", { name, ...where }) });
    else toast({ text: t("calendar.moved", { name, ...where }), onUndo: () => mutation.mutate(back) });
  }

  return { move: mutation.mutate, pending, conflict, forget: () => setConflict(null) };
}

const isCalendar = (data: unknown): data is Calendar =>
  typeof data === "object" && data !== null && "appointments" in data && "bands" in data;

/** The refusal itself, without the times it names. */
export const firstWords = (fault: FhirFault): string =>
  fault.issues.filter((one) => !/^\d{4}-\d{2}-\d{2}T/.test(one.text)).map((one) => one.text)[0] ?? "";
