import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Bundle, Encounter, FhirResource, Observation, Procedure, ServiceRequest } from "fhir/r4";
import { resources, searches } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { type NoteLine, workspace } from "./api.ts";

export interface Visit {
  readonly encounter: Encounter;
  readonly notes: readonly NoteLine[];
  /** Places where one has unfinished text of this visit. */
  readonly drafts: readonly string[];
  readonly observations: readonly Observation[];
  readonly orders: readonly ServiceRequest[];
  readonly procedures: readonly Procedure[];
}

export const visitKey = (encounterId: string) => ["visit", encounterId] as const;

/** A visit and what was written and recorded in it. */
export function useVisit(encounterId: string): UseQueryResult<Visit> {
  return useQuery({
    queryKey: visitKey(encounterId),
    queryFn: async ({ signal }) => {
      const of = (type: string) => `${type}?encounter=Encounter/${encodeURIComponent(encounterId)}&_count=200`;
      const [written, answers] = await Promise.all([
        workspace(encounterId, signal),
        searches(
          [`Encounter/${encodeURIComponent(encounterId)}`, of("Observation"), of("ServiceRequest"), of("Procedure")],
          signal,
        ),
      ]);
      return { ...visitOf(answers), notes: written.notes, drafts: written.drafts };
    },
  });
}

/** The visit that the answers make; a refused part is empty, a refused visit is a fault. */
function visitOf(answers: readonly (Bundle | FhirFault)[]): Omit<Visit, "notes" | "drafts"> {
  const [first] = answers;
  if (first instanceof FhirFault) throw first;
  const [encounter] = resources<Encounter>(first, "Encounter");
  if (!encounter) throw new FhirFault(404, "", undefined);
  const held = <T extends FhirResource>(place: number, type: T["resourceType"]): T[] => {
    const answer = answers[place];
    return answer instanceof FhirFault ? [] : resources<T>(answer, type);
  };
  return {
    encounter,
    observations: held<Observation>(1, "Observation"),
    orders: held<ServiceRequest>(2, "ServiceRequest"),
    procedures: held<Procedure>(3, "Procedure"),
  };
}
