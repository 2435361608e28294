/** Reads what waits for a patient; each under the name that the feature it belongs to makes anew. */
import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/index.ts";
import { search } from "../../fhir/client.ts";
import { usePolling } from "../../live/index.ts";
import type { Waits } from "./todo.ts";

export const useVisits = (patient: string) =>
  useQuery({
    queryKey: ["own-visits", patient, "home"],
    refetchInterval: usePolling(),
    queryFn: async ({ signal }) => {
      const query = { patient: `Patient/${patient}` };
      return (await answer(api.GET("/api/scheduling/mine", { params: { query }, signal }))).visits;
    },
  });

const FORMS = "https://meridian-pms.com/fhir/CodeSystem/task|complete-form";

/** All of it in one go: a list that shows less than there is would mislead. */
export const useWaits = (patient: string) =>
  useQuery({
    queryKey: ["home-waits", patient],
    staleTime: 20_000,
    refetchInterval: usePolling(),
    queryFn: async ({ signal }): Promise<Waits> => {
      const own = { patient: `Patient/${patient}` };
      const asked = new URLSearchParams({ patient, code: FORMS, status: "requested,in-progress", _count: "50" });
      const [visits, list, papers, forms, messages] = await Promise.all([
        answer(api.GET("/api/scheduling/mine", { params: { query: own }, signal })),
        answer(api.GET("/api/scheduling/wait-list", { signal })),
        answer(api.GET("/api/papers", { params: { query: { patient } }, signal })),
        search("Task", asked, signal),
        answer(api.GET("/api/messages/unread", { signal })),
      ]);
      return {
        visits: visits.visits,
        waiting: list.waiting,
        papers,
        forms: forms.entry?.length ?? 0,
        unread: messages.unread,
      };
    },
  });
