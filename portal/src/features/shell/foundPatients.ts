import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";

export interface Found {
  readonly patients: readonly Schemas["PatientLine"][];
  /** These were looked at lately, not searched for. */
  readonly isRecent: boolean;
  /** They are the server's answer to just this text; else they only count as far as they match it. */
  readonly isAnswer: boolean;
  /** What to say instead of, or beside, the results. */
  readonly message: string | null;
}

/** Shorter texts find half the clinic; and the server allows 20 searches a minute, so writing is given time to pause. */
const LEAST_LETTERS = 2;
const PAUSE_MS = 300;

/** Patients for what is being written; the recent ones while nothing is. The page of patients shares what was found. */
export function useFoundPatients(text: string, isOn: boolean): Found {
  const settled = useSettled(text.trim(), PAUSE_MS);
  const isSearch = settled.length >= LEAST_LETTERS;
  const search = useQuery({
    queryKey: ["patients", "search", settled],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/patients/search", { params: { query: { q: settled } }, signal }))).patients,
    enabled: isOn && isSearch,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const recent = useQuery({
    queryKey: ["patients", "recent"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/patients/recent", { signal }))).patients,
    enabled: isOn,
    retry: false,
  });
  if (!isSearch) return { patients: isOn ? (recent.data ?? []) : [], isRecent: true, isAnswer: false, message: null };
  return {
    patients: search.data ?? [],
    isRecent: false,
    isAnswer: settled === text.trim() && !search.isPlaceholderData,
    message: messageOf(search.error, search.isPending),
  };
}

function messageOf(error: Error | null, isPending: boolean): string | null {
  if (error) return t(error instanceof Problem && error.status === 429 ? "shell.searchTooFast" : "shell.searchFailed");
  return isPending ? t("shell.searching") : null;
}

function useSettled(text: string, pause: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause);
    return () => clearTimeout(timer);
  }, [text, pause]);
  return settled;
}
