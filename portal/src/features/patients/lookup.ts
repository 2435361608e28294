import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";

export type PatientLine = Schemas["PatientLine"];

export const RECENT_KEY = ["patients", "recent"] as const;

/** What the server reads as a search: letters of any script, digits, space, hyphen, apostrophe; at most 100. */
const ALLOWED = /[^\p{L}\p{M}\p{N}\s'’-]/gu;

/** What was written, as the server takes it; empty while it is too short to be worth asking. */
export function searchable(written: string): string {
  const text = written.replace(ALLOWED, " ").replace(/\s+/g, " ").trim().slice(0, 100);
  return text.length < 2 ? "" : text;
}

/** `value` once it has rested for `ms`: twenty searches a minute are allowed, and nobody types that slowly. */
function useRested(value: string, ms = 350): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

/** Patients whose name begins as written, while it is written; the last answer stays until the next one is there. */
export function usePatientSearch(written: string): UseQueryResult<PatientLine[]> {
  const text = useRested(searchable(written));
  return useQuery({
    queryKey: ["patients", "search", text],
    enabled: text !== "",
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }) => {
      const found = await answer(api.GET("/api/patients/search", { params: { query: { q: text } }, signal }));
      return found.patients;
    },
  });
}

/** The charts this person opened last. */
export function useRecentPatients(): UseQueryResult<PatientLine[]> {
  return useQuery({
    queryKey: RECENT_KEY,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/patients/recent", { signal }))).patients,
  });
}
