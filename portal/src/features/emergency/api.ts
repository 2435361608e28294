/** Emergency access as the server has it: asked for, given back, reviewed; and what explains access. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";
import { currentLanguage } from "../../i18n/index.ts";
import { useAnew } from "../../session/index.ts";

export type Order = Schemas["EmergencyOrder"];
export type Reason = Order["reason"];
export type Use = Schemas["EmergencyLine"];
export type Verdict = Schemas["EmergencyFinding"]["verdict"];
export type Sight = Schemas["AccessSight"];

export const REASONS = [
  "life-threatening",
  "cannot-say",
  "standing-in",
  "urgent-result",
  "medicine-safety",
  "other",
] as const satisfies readonly Reason[];

/** Asks for one patient's record; the page then knows nothing of before. */
export function useBegin(onOpened: (patient: string) => void) {
  const anew = useAnew();
  return useMutation({
    mutationFn: (body: Order) => answer(api.POST("/api/emergency", { body })),
    onSuccess: async ({ patient }) => {
      onOpened(patient);
      await anew();
    },
  });
}

/** Gives it back; what was read by it leaves the page. */
export function useEnd() {
  const anew = useAnew();
  return useMutation({ mutationFn: () => answer(api.POST("/api/emergency/end")), onSuccess: anew });
}

const KEY = ["emergency-uses"] as const;

export function useUses(waiting: boolean) {
  return useQuery({
    queryKey: [...KEY, waiting],
    queryFn: ({ signal }) => answer(api.GET("/api/emergency/reviews", { params: { query: { waiting } }, signal })),
  });
}

export function useUse(emergency: string) {
  return useQuery({
    queryKey: [...KEY, emergency],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/emergency/reviews/{emergency}", { params: { path: { emergency } }, signal })),
  });
}

export function useReview(emergency: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["EmergencyFinding"]) =>
      answer(api.POST("/api/emergency/reviews/{emergency}", { params: { path: { emergency } }, body })),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: KEY });
    },
  });
}

export function useAccessPatients(text: string) {
  return useQuery({
    queryKey: ["access-patients", text],
    enabled: text.length > 1,
    queryFn: ({ signal }) => answer(api.POST("/api/access/patients", { body: { text }, signal })),
  });
}

export function useAccessMembers() {
  return useQuery({
    queryKey: ["access-members"],
    queryFn: ({ signal }) => answer(api.GET("/api/access/members", { signal })),
  });
}

export function useExplained(patient: string, account: string) {
  const language = currentLanguage();
  return useQuery({
    queryKey: ["access-explained", patient, account, language],
    enabled: patient !== "",
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/access/explain", {
          params: { query: { patient, language, ...(account && { account }) } },
          signal,
        }),
      ),
  });
}
