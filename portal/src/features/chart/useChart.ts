import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Bundle, FhirResource, Patient } from "fhir/r4";
import { next, resources, searches } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { chartQueries, PARTS, type Part } from "./parts.ts";

export interface Chart {
  readonly patient: Patient;
  readonly parts: Readonly<Record<Part, Bundle | FhirFault>>;
}

/** A patient's chart in one round trip; a part that is refused stands there as its fault. */
export function useChart(id: string): UseQueryResult<Chart> {
  return useQuery({
    queryKey: ["chart", id],
    queryFn: async ({ signal }) => {
      const queries = chartQueries(id);
      const answers = await searches(
        PARTS.map((part) => queries[part]),
        signal,
      );
      return chartOf(answers);
    },
  });
}

/** The chart that the answers make, in the order of `PARTS`. */
export function chartOf(answers: readonly (Bundle | FhirFault)[]): Chart {
  const missing = new FhirFault(404, "", undefined);
  const parts = Object.fromEntries(PARTS.map((part, place) => [part, answers[place] ?? missing])) as Chart["parts"];
  if (parts.patient instanceof FhirFault) throw parts.patient;
  const [patient] = resources<Patient>(parts.patient, "Patient");
  if (!patient) throw missing;
  return { patient, parts };
}

/** The resources of a part; none while it is refused. */
export function held<T extends FhirResource>(chart: Chart, part: Part, type: T["resourceType"]): T[] {
  const bundle = chart.parts[part];
  return bundle instanceof FhirFault ? [] : resources<T>(bundle, type);
}

/** Why a part cannot be shown, if it cannot. */
export function refusal(chart: Chart, part: Part): FhirFault | undefined {
  const answer = chart.parts[part];
  return answer instanceof FhirFault ? answer : undefined;
}

/** Whether more of a part lies beyond what was asked for first. */
export function hasOlder(chart: Chart, part: Part): boolean {
  const bundle = chart.parts[part];
  return !(bundle instanceof FhirFault) && (bundle.link ?? []).some((link) => link.relation === "next");
}

/** Fetches the next page of a part and adds it to the chart that is shown. */
export function useOlder(id: string, part: Part): UseMutationResult<void, Error, Chart> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (chart: Chart) => {
      const shown = chart.parts[part];
      const page = shown instanceof FhirFault ? undefined : await next(shown);
      if (page) client.setQueryData<Chart>(["chart", id], (now) => now && longer(now, part, page));
    },
  });
}

/** The chart with another page of a part; the page says what comes after it. */
export function longer(chart: Chart, part: Part, page: Bundle): Chart {
  const shown = chart.parts[part];
  if (shown instanceof FhirFault) return chart;
  const entry = [...(shown.entry ?? []), ...(page.entry ?? [])];
  return { ...chart, parts: { ...chart.parts, [part]: { ...page, entry } } };
}
