/** What a patient's booking reads and changes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { findTimes } from "../../fhir/appointments.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { usePolling } from "../../live/index.ts";
import { daysOfMonth } from "../../ui/index.ts";
import { dayAfter, instantOf, isoIn } from "../../ui/zones.ts";

export type Visit = Schemas["OwnVisit"];
export type Waiting = Schemas["Waiting"];

const VISITS_KEY = ["own-visits"] as const;
const WAITING_KEY = ["own-waiting"] as const;

export const useServices = () =>
  useQuery({
    queryKey: ["scheduling-services"],
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/services", { signal })),
  });

export const useVisits = (patient: string | null) =>
  useQuery({
    queryKey: [...VISITS_KEY, patient],
    enabled: patient !== null,
    refetchInterval: usePolling(),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/scheduling/mine", { params: { query: { patient: `Patient/${patient}` } }, signal })),
  });

/** Places on the wait list. */
export const useWaiting = () =>
  useQuery({
    queryKey: WAITING_KEY,
    refetchInterval: usePolling(),
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/wait-list", { signal })),
  });

export interface TimesWish {
  readonly service: string | null;
  readonly who: string;
  readonly month: string;
  readonly zone: string;
  readonly moving?: string | undefined;
}

/** More times than a month of one clinic has. */
const MOST = 900;

/** The free times of a month, those to come only. */
export const useTimes = ({ service, who, month, zone, moving }: TimesWish) =>
  useQuery({
    queryKey: ["own-times", service, who, month.slice(0, 7), zone, moving],
    enabled: service !== null,
    staleTime: 30_000,
    retry: false,
    queryFn: ({ signal }) => {
      const days = daysOfMonth(month);
      const first = instantOf(days[0] ?? month, 0, zone);
      const end = instantOf(dayAfter(days.at(-1) ?? month, 1), 0, zone);
      if (end <= Date.now()) return [];
      return findTimes(
        {
          service: service ?? "",
          start: isoIn(Math.max(first, Date.now()), zone),
          end: isoIn(end, zone),
          actors: who ? [who] : [],
          count: MOST,
          moving,
        },
        signal,
      );
    },
  });

/**
 * Changes of a patient's visits; everything that may show them is read anew.
 *
 * `onDone` is told even when the card that asked is gone by then: a cancelled visit moves to another list.
 */
export function useOwnChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  onDone?: (output: Output, input: Input) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (output, input) => onDone?.(output, input),
    onSettled: async () => {
      void client.invalidateQueries({ queryKey: ["own-times"] });
      void client.invalidateQueries({ queryKey: ["home"] });
      await Promise.all([
        client.invalidateQueries({ queryKey: VISITS_KEY }),
        client.invalidateQueries({ queryKey: WAITING_KEY }),
      ]);
    },
  });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;

/** What the server said of a refusal, without the times it names. */
export function refusalText(problem: unknown): string {
  if (problem instanceof Problem) return problem.detail;
  if (!(problem instanceof FhirFault)) return "";
  return problem.issues.find(({ text }) => !INSTANT.test(text))?.text ?? "";
}

/** The present, to the second, while somebody must hurry. */
export function useSeconds(isOn: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isOn]);
  return now;
}
