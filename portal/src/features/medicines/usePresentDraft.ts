import { useQuery } from "@tanstack/react-query";
import type { MedicationRequest } from "fhir/r4";
import { answer, api } from "../../api/index.ts";
import { resources, searches } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { LIST } from "./api.ts";
import { draftOf } from "./prefill.ts";

/** The draft that would write a prescription as it stands; read once, so that it stays while it is changed. */
export const usePresentDraft = (prescription: string, name: string) =>
  useQuery({
    queryKey: [LIST, "present", prescription, name],
    enabled: name !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const [found] = await searches([`MedicationRequest/${prescription}`], signal);
      if (!found || found instanceof FhirFault) throw found ?? new Error("nothing was answered");
      const [request] = resources<MedicationRequest>(found, "MedicationRequest");
      if (!request) throw new Error("nothing was answered");
      const query = { q: name };
      const lines = (await answer(api.GET("/api/medications/formulary", { params: { query }, signal }))).medicines;
      return draftOf(request, lines);
    },
  });
