/** What the portal asks the server about messages and notifications. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";
import { usePolling } from "../../live/index.ts";

export type ThreadLine = Schemas["ThreadLine"];
export type Thread = Schemas["Thread"];
export type Message = Schemas["Message"];
export type About = Schemas["ThreadLine"]["about"];
export type DocumentLine = Schemas["DocumentLine"];
type Notifications = Schemas["Notifications"];

const ROOT = "messages";
/** What the rail counts; `features/inbox` asks for it. */
const COUNTS = ["counts"];

export interface Which {
  readonly every?: boolean;
  readonly unread?: boolean;
  readonly patient?: string;
}

export const useThreads = (which: Which) =>
  useQuery({
    queryKey: [ROOT, "list", which],
    queryFn: ({ signal }) => answer(api.GET("/api/messages/threads", { params: { query: which }, signal })),
    refetchInterval: usePolling(),
  });

export const threadKey = (thread: string) => [ROOT, "thread", thread] as const;

export const useThread = (thread: string) =>
  useQuery({
    queryKey: threadKey(thread),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/messages/threads/{thread}", { params: { path: { thread } }, signal })),
    refetchInterval: usePolling(),
  });

/** A patient's documents; asked under the name that a new upload makes anew. */
export const useDocumentsOf = (patient: string, isOn: boolean) =>
  useQuery({
    queryKey: ["documents", patient],
    enabled: isOn && patient !== "",
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/documents", { params: { query: { patient } }, signal }))).documents,
  });

export const useCategories = () =>
  useQuery({
    queryKey: ["document-categories"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/documents/categories", { signal }))).categories,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useNotifications = () =>
  useQuery({
    queryKey: ["notifications"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/notifications/settings", { signal }))).kinds,
  });

function useChanging<In, Out>(change: (value: In) => Promise<Out>, ...keys: readonly (readonly string[])[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([[ROOT], COUNTS, ["inbox"], ...keys].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useBegin = () =>
  useChanging((body: Schemas["NewThread"]) => answer(api.POST("/api/messages/threads", { body })));

export const useSettle = () =>
  useChanging(({ thread, reason }: { thread: string; reason: string }) =>
    answer(api.POST("/api/messages/threads/{thread}/settle", { params: { path: { thread } }, body: { reason } })),
  );

export const useMarkUnread = () =>
  useChanging((thread: string) =>
    answer(api.POST("/api/messages/threads/{thread}/unread", { params: { path: { thread } } })),
  );

/** Marks as read; the thread itself is not read anew, only the lists and the count. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ thread, at }: { thread: string; at: number }) =>
      answer(api.POST("/api/messages/threads/{thread}/read", { params: { path: { thread } }, body: { at } })),
    onSuccess: () => Promise.all([[ROOT, "list"], COUNTS].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useFile = () =>
  useChanging(
    ({ document, body }: { document: string; body: Schemas["DocumentChange"] }) =>
      answer(api.PATCH("/api/documents/{document}", { params: { path: { document } }, body })),
    ["documents"],
  );

export const useChooseNotifications = () =>
  useChanging(
    (kinds: Notifications["kinds"]) => answer(api.PUT("/api/notifications/settings", { body: { kinds } })),
    ["notifications"],
  );
