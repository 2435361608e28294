import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { usePolling } from "../../live/index.ts";
import { toast } from "../../ui/index.ts";
import { type Board, type Line, withState } from "./board.ts";

const boardKey = (day: string | undefined) => ["board", day ?? "today"] as const;

/** Thirty seconds: a desk sees an arrival soon, and the server's allowance of requests is left alone. */
const REFRESH_MS = 30_000;

/** A day's visits, kept fresh while somebody looks. Asking again moves nothing that has not changed. */
export const useBoard = (day: string | undefined) =>
  useQuery({
    queryKey: boardKey(day),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/scheduling/board", { params: { query: day ? { day } : {} }, signal })),
    refetchInterval: usePolling(REFRESH_MS),
  });

interface Change {
  readonly line: Line;
  readonly state: "arrived" | "in-room" | "no-show" | "booked";
  readonly room?: string | undefined;
  /** It takes something back itself, so it offers no undo. */
  readonly isUndo?: boolean;
}

/** Where somebody stands now: shown at once, taken back when the server refuses, and undone from the toast. */
export function useStates(day: string | undefined) {
  const client = useQueryClient();
  const key = boardKey(day);
  const mutation = useMutation({
    mutationFn: ({ line, state, room }: Change) =>
      answer(
        api.POST("/api/scheduling/board/{appointment}/state", {
          params: { path: { appointment: line.appointment } },
          body: { state, room: room ?? null },
        }),
      ),
    onMutate: async ({ line, state, room }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Board>(key);
      const now = new Date().toISOString();
      if (before) client.setQueryData(key, withState(before, line.appointment, state, room ?? null, now));
      return before;
    },
    onError: (problem, _, before) => {
      client.setQueryData(key, before);
      toast({ tone: "danger", text: (problem instanceof Problem && problem.detail) || t("today.changeFailed") });
    },
    onSuccess: (_, { line, state, isUndo }) => {
      const text = t("today.now", { name: line.patient.name, state: t(`today.state.${state}`) });
      const back = backFrom(state);
      if (isUndo || !back) return toast({ text });
      toast({ text, onUndo: () => mutation.mutate({ line, state: back, isUndo: true }) });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["board"] }),
  });
  return { change: mutation.mutate, isPending: mutation.isPending };
}

/** What takes a state back. From a room the way leads back to the book, since the server knows no other. */
const backFrom = (state: Change["state"]): Change["state"] | undefined =>
  (({ arrived: "booked", "no-show": "booked", "in-room": "arrived", booked: undefined }) as const)[state];

/** The present, to the half minute. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
