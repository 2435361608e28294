/** What shows that the house is as it should be: how old each kind of it is, and all of it to take along. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, download, type Schemas } from "../../api/index.ts";
import type { Key } from "../../i18n/index.ts";
import type { Tone } from "../../ui/index.ts";

export type EvidenceLine = Schemas["EvidenceLine"];

const KEY = ["evidence"] as const;

export const useEvidence = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => answer(api.GET("/api/evidence", { signal })) });

/** Asks for the pack and hands it to the browser's downloads. */
export function usePack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => download("/api/evidence/pack", "evidence.zip"),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** What is to be said of a line first: that it was altered or failed, that it is due, or that it is well. */
export function look(line: EvidenceLine): { readonly tone: Tone; readonly word: Key } {
  if (line.standing === "altered") return { tone: "danger", word: "evidence.altered" };
  if (line.came === "failed") return { tone: "danger", word: "evidence.failed" };
  if (line.came === "never") return { tone: "danger", word: "evidence.never" };
  if (line.overdue) return { tone: "danger", word: "evidence.overdue" };
  return { tone: "success", word: line.came === "passed" ? "evidence.passed" : "evidence.kept" };
}
