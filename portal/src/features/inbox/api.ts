/** What the portal asks the server about what waits. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Practitioner } from "fhir/r4";
import { answer, api, type Schemas } from "../../api/index.ts";
import { search } from "../../fhir/client.ts";
import { usePolling } from "../../live/index.ts";

export type TaskLine = Schemas["TaskLine"];
export type View = Schemas["Inbox"]["view"];
export type Team = NonNullable<Schemas["Assignment"]["team"]>;
type Kind = NonNullable<NonNullable<Parameters<typeof askInbox>[1]>>;

const ROOT = "inbox";
const COUNTS = "counts";
/** How often the rail asks by itself; the server does not take it for somebody being there. */
const ASK_MS = 30_000;

const askInbox = (view: View, kind: Schemas["TaskLine"]["kind"] | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/inbox", {
      params: { query: { view, ...(kind ? { kind: kind as never } : {}) } },
      ...(signal && { signal }),
    }),
  );

export const useInbox = (view: View, kind: Kind | null) =>
  useQuery({
    queryKey: [ROOT, view, kind],
    queryFn: ({ signal }) => askInbox(view, kind, signal),
    refetchInterval: usePolling(),
  });

export const useHistory = (task: string) =>
  useQuery({
    queryKey: [ROOT, "history", task],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/inbox/{task}/history", { params: { path: { task } }, signal }))).versions,
  });

/** What waits for oneself, one's team, and in messages; asked by itself while the page is seen. */
export const useCounts = () =>
  useQuery({
    queryKey: [COUNTS],
    queryFn: ({ signal }) => answer(api.GET("/api/inbox/counts", { signal })),
    refetchInterval: usePolling(ASK_MS),
    retry: false,
  });

/** Everybody work can be given to. */
export const useColleagues = (isOn: boolean) =>
  useQuery({
    queryKey: ["colleagues"],
    enabled: isOn,
    queryFn: async ({ signal }) => {
      const bundle = await search("Practitioner", new URLSearchParams({ active: "true", _count: "200" }), signal);
      return (bundle.entry ?? [])
        .flatMap(({ resource }) => (resource?.resourceType === "Practitioner" ? [resource as Practitioner] : []))
        .map(({ id = "", name = [] }) => ({ reference: `Practitioner/${id}`, name: written(name[0]) }))
        .filter(({ name }) => name !== "")
        .sort((one, other) => one.name.localeCompare(other.name));
    },
    staleTime: 10 * 60_000,
  });

const written = (name: NonNullable<Practitioner["name"]>[number] | undefined): string =>
  name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(" ");

function useChanging<In, Out>(change: (value: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([[ROOT], [COUNTS], ["messages"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

const at = (task: string) => ({ params: { path: { task } } });

export const useAssign = () =>
  useChanging(({ task, body }: { task: string; body: Schemas["Assignment"] }) =>
    answer(api.POST("/api/inbox/{task}/assign", { ...at(task), body })),
  );

export const useTake = () => useChanging((task: string) => answer(api.POST("/api/inbox/{task}/start", at(task))));

/** Marks several as done; answers which could not be. */
export const useComplete = () =>
  useChanging(async (tasks: readonly string[]) => {
    const tried = await Promise.allSettled(
      tasks.map((task) => answer(api.POST("/api/inbox/{task}/complete", { ...at(task), body: { note: "" } }))),
    );
    const failed = tasks.filter((_, place) => tried[place]?.status === "rejected");
    return { done: tasks.filter((task) => !failed.includes(task)), failed };
  });

export const useReopen = () =>
  useChanging((tasks: readonly string[]) =>
    Promise.all(tasks.map((task) => answer(api.POST("/api/inbox/{task}/reopen", at(task))))),
  );

export const useReject = () =>
  useChanging(({ task, reason }: { task: string; reason: string }) =>
    answer(api.POST("/api/inbox/{task}/reject", { ...at(task), body: { reason } })),
  );

export const usePutOff = () =>
  useChanging(({ task, due }: { task: string; due: string | null }) =>
    answer(api.POST("/api/inbox/{task}/due", { ...at(task), body: { due } })),
  );

export const useAdd = () => useChanging((body: Schemas["NewToDo"]) => answer(api.POST("/api/inbox/tasks", { body })));
