/** How the platform fares, asked again and again, and letting a job be tried again. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";

export type PlatformStatus = Schemas["PlatformStatus"];
export type Present = Schemas["Present"];
export type Span = PlatformStatus["span"];
export type StoppedJob = Schemas["StoppedJob"];

const KEY = ["status"] as const;
const EVERY_MS = 15_000;

/** How it fared in the last hour or day; the last answer stays in sight until the next is there. */
export const useStatus = (span: Span) =>
  useQuery({
    queryKey: [...KEY, span],
    queryFn: ({ signal }) => answer(api.GET("/api/status", { params: { query: { span } }, signal })),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });

export type Proof = { readonly password: string } | { readonly code: string };

/** Lets a job be tried again, by whoever proves who they are. */
export function useRetry(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ job, proof }: { job: StoppedJob; proof: Proof }) =>
      answer(api.POST("/api/status/jobs/{no}/retry", { params: { path: { no: job.no } }, body: proof })),
    onSuccess: () => {
      toast({ text: t("status.retried") });
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
