/** What the portal asks the server about documents. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { type Upload, uploads } from "./uploads.ts";

export type DocumentLine = Schemas["DocumentLine"];
export type ContentLink = Schemas["ContentLink"];

const LIST = "documents";
/** The server allows a hundred questions a minute; a scan takes seconds. */
const SCAN_MS = 20_000;

/** A patient's documents. While one is being checked the list is asked for again now and then. */
export const useDocuments = (patient: string) =>
  useQuery({
    queryKey: [LIST, patient],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/documents", { params: { query: { patient } }, signal }))).documents,
    refetchInterval: ({ state }) => (state.data?.some((line) => line.state === "scanning") ? SCAN_MS : false),
  });

export const useUnmatchedDocuments = () =>
  useQuery({
    queryKey: [LIST, "unmatched"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/documents/unmatched", { signal }))).documents,
  });

export const useVersions = (document: string) =>
  useQuery({
    queryKey: [LIST, "versions", document],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/documents/{document}/versions", { params: { path: { document } }, signal })))
        .documents,
  });

export const useCategories = () =>
  useQuery({
    queryKey: ["document-categories"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/documents/categories", { signal }))).categories,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A link to the bytes, good for a minute in this session. */
export const linkTo = (document: string): Promise<ContentLink> =>
  answer(api.POST("/api/documents/{document}/link", { params: { path: { document } } }));

function useChanging<In, Out>(change: (value: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: [LIST] }),
  });
}

export const useRevise = () =>
  useChanging(({ document, body }: { document: string; body: Schemas["DocumentChange"] }) =>
    answer(api.PATCH("/api/documents/{document}", { params: { path: { document } }, body })),
  );

export const useRetract = () =>
  useChanging(({ document, reason }: { document: string; reason: string }) =>
    answer(api.POST("/api/documents/{document}/retract", { params: { path: { document } }, body: { reason } })),
  );

const SCANNED_MS = 2500;

/** Lists what was begun before the page was loaded anew; asked once, for the page knows its own. */
function useRestored(patientId: string | undefined): void {
  const { data } = useQuery({
    queryKey: ["documents-unfinished"],
    queryFn: ({ signal }) => answer(api.GET("/api/documents/uploads", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    const found = (data ?? []).filter((one) => one.patient === (patientId ?? ""));
    uploads.restore(found, { patientId, category: "other" });
  }, [data, patientId]);
}

/** The page's uploads to that patient (or to nobody); lists are asked for anew when one is there and when it was checked. */
export function useUploads(patientId: string | undefined): readonly Upload[] {
  const client = useQueryClient();
  const all = useSyncExternalStore(uploads.subscribe, uploads.now);
  useEffect(
    () =>
      uploads.onDone(() => {
        const ask = () => void client.invalidateQueries({ queryKey: [LIST] });
        ask();
        setTimeout(ask, SCANNED_MS);
      }),
    [client],
  );
  useRestored(patientId);
  useEffect(() => {
    const hold = (event: BeforeUnloadEvent): void => {
      if (uploads.isRunning()) event.preventDefault();
    };
    addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, []);
  return all.filter((one) => one.patientId === patientId);
}
