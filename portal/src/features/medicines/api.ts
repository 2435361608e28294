/** What the portal asks the server about medicines; its words are the server's own. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Dosage, MedicationRequest } from "fhir/r4";
import { answer, api, type Schemas } from "../../api/index.ts";

export type FormularyLine = Schemas["FormularyLine"];
export type SafetyCheck = Schemas["CheckResult"];
export type Source = Schemas["CheckSource"];
export type Alert = Schemas["CheckAlert"];
export type Severity = Alert["severity"];
export type Coded = Schemas["Reasons"]["override"][number];
export type MedicineLine = Schemas["MedicineLine"];
export type RefillLine = Schemas["RefillLine"];
export type QuantityQuestion = Schemas["QuantityQuestion"];
export type ReconciliationItem = Schemas["ReconciliationItem"];

/** A coded reason with words of one's own. */
interface SaidWhy {
  readonly code: string;
  readonly text: string;
}

/** What every list of medicines is asked for under. */
export const LIST = "medicines";

/** The formulary's medicines that match what is written; nothing is asked before two letters. */
export const useFormulary = (text: string) =>
  useQuery({
    queryKey: ["medicine-formulary", text],
    enabled: text.trim().length > 1,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/medications/formulary", { params: { query: { q: text.trim() } }, signal })))
        .medicines,
    placeholderData: (before) => before,
  });

/** The clinic's coded reasons. */
export const useReasons = () =>
  useQuery({
    queryKey: ["medicine-reasons"],
    queryFn: ({ signal }) => answer(api.GET("/api/medications/reasons", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The answer about one draft. Asked anew for every other draft; never shown for another than it was asked for. */
export const useCheck = (patient: string, request: MedicationRequest | null, replaces: string) =>
  useQuery({
    queryKey: ["medicine-check", patient, request, replaces],
    enabled: request !== null,
    queryFn: ({ signal }) =>
      answer(api.POST("/api/medications/check", { body: { patient, request: asJson(request), replaces }, signal })),
    retry: false,
    gcTime: 0,
  });

/** A check as it was kept. */
export const useKeptCheck = (check: string) =>
  useQuery({
    queryKey: ["medicine-kept-check", check],
    enabled: check !== "",
    queryFn: ({ signal }) =>
      answer(api.GET("/api/medications/checks/{check}", { params: { path: { check } }, signal })),
  });

/** How much to dispense. */
export const useQuantity = (question: QuantityQuestion | undefined) =>
  useQuery({
    queryKey: ["medicine-quantity", question],
    enabled: question !== undefined,
    queryFn: ({ signal }) =>
      answer(api.POST("/api/medications/quantity", { body: question as QuantityQuestion, signal })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A dosage in the words that patient and pharmacy read. */
export const useDoseLine = (dosage: Dosage | undefined) =>
  useQuery({
    queryKey: ["medicine-dose", dosage],
    enabled: dosage !== undefined,
    queryFn: async ({ signal }) =>
      (await answer(api.POST("/api/medications/dose-line", { body: { dosage: asJson(dosage) }, signal }))).text,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What a patient takes and took. */
export const useMedicines = (patient: string) =>
  useQuery({
    queryKey: [LIST, patient],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/medications/patients/{patient}/list", { params: { path: { patient } }, signal })),
  });

/** A prescription's events, newest first. */
export const useHistory = (prescription: string, isOn: boolean) =>
  useQuery({
    queryKey: [LIST, "history", prescription],
    enabled: isOn,
    queryFn: async ({ signal }) => {
      const path = { prescription };
      return (
        await answer(api.GET("/api/medications/prescriptions/{prescription}/history", { params: { path }, signal }))
      ).events;
    },
  });

/** The refill queue. */
export const useRefills = () =>
  useQuery({
    queryKey: ["medicine-refills"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/medications/refills", { signal }))).refills,
  });

/** After a change the lists are asked for anew. */
function useForget(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      [[LIST], ["medicine-refills"], ["chart"], ["home"]].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
}

/** A change on the server, after which what hangs on it is asked for anew. */
function useChanging<In, Out>(change: (value: In) => Promise<Out>) {
  const forget = useForget();
  return useMutation({ mutationFn: change, onSuccess: forget });
}

export const usePrescribe = () =>
  useChanging((body: Schemas["Prescription"]) => answer(api.POST("/api/medications/prescriptions", { body })));

export const useChangePrescription = () =>
  useChanging(({ id, body }: { id: string; body: Schemas["Change"] }) =>
    answer(
      api.POST("/api/medications/prescriptions/{prescription}/change", {
        params: { path: { prescription: id } },
        body,
      }),
    ),
  );

export const useStop = () =>
  useChanging(({ id, body }: { id: string; body: SaidWhy }) =>
    answer(
      api.POST("/api/medications/prescriptions/{prescription}/stop", { params: { path: { prescription: id } }, body }),
    ),
  );

export const useReconcile = () =>
  useChanging((body: Schemas["Reconciliation"]) => answer(api.POST("/api/medications/reconciliation", { body })));

export const useAskRefill = () =>
  useChanging((body: Schemas["RefillQuestion"]) => answer(api.POST("/api/medications/refills", { body })));

export const usePrepareRefill = () =>
  useChanging(({ task, note }: { task: string; note: string }) =>
    answer(api.POST("/api/medications/refills/{task}/prepare", { params: { path: { task } }, body: { note } })),
  );

export const useApproveRefill = () =>
  useChanging(({ task, body }: { task: string; body: Schemas["Approval"] }) =>
    answer(api.POST("/api/medications/refills/{task}/approve", { params: { path: { task } }, body })),
  );

export const useRefuseRefill = () =>
  useChanging(({ task, body }: { task: string; body: SaidWhy }) =>
    answer(api.POST("/api/medications/refills/{task}/refuse", { params: { path: { task } }, body })),
  );

/** A resource as the body of a request. */
export const asJson = (resource: unknown): Record<string, unknown> => resource as Record<string, unknown>;
