/** What the portal asks the server about results and orders. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";
import { usePolling } from "../../live/index.ts";

export type ResultLine = Schemas["ResultLine"];
export type ValueLine = Schemas["ValueLine"];
export type OrderLine = Schemas["OrderLine"];
export type SignOff = Schemas["SignOff"];
export type Catalogue = Schemas["Catalogue"];

const ROOT = "results";

export const useInbox = (everybody: boolean) =>
  useQuery({
    queryKey: [ROOT, "inbox", everybody],
    refetchInterval: usePolling(),
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/results/inbox", { params: { query: { everybody } }, signal }))).results,
  });

export const useUnmatchedResults = () =>
  useQuery({
    queryKey: [ROOT, "unmatched"],
    refetchInterval: usePolling(),
    queryFn: async ({ signal }) => (await answer(api.GET("/api/results/unmatched", { signal }))).results,
  });

export const useResultsOf = (patient: string, isOn = true) =>
  useQuery({
    queryKey: [ROOT, "patient", patient],
    refetchInterval: usePolling(),
    enabled: isOn,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/results/patients/{patient}", { params: { path: { patient } }, signal }))).results,
  });

export const useOrders = (patient: string) =>
  useQuery({
    queryKey: [ROOT, "orders", patient],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/results/orders", { params: { query: { patient } }, signal }))).orders,
  });

export const useCatalogue = () =>
  useQuery({
    queryKey: ["result-catalogue"],
    queryFn: ({ signal }) => answer(api.GET("/api/results/catalogue", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const usePolicy = () =>
  useQuery({
    queryKey: ["result-policy"],
    queryFn: ({ signal }) => answer(api.GET("/api/results/policy", { signal })),
  });

function useChanging<In, Out>(change: (value: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: [ROOT] }),
  });
}

export const useSign = () =>
  useChanging(({ report, body }: { report: string; body: SignOff }) =>
    answer(api.POST("/api/results/{report}/sign", { params: { path: { report } }, body })),
  );

export const useMatch = () =>
  useChanging(({ report, patient }: { report: string; patient: string }) =>
    answer(api.POST("/api/results/{report}/match", { params: { path: { report } }, body: { patient } })),
  );

export const useRelease = () =>
  useChanging((report: string) => answer(api.POST("/api/results/{report}/release", { params: { path: { report } } })));

export const useOrder = () =>
  useChanging((body: Schemas["NewOrder"]) => answer(api.POST("/api/results/orders", { body })));
