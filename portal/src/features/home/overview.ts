/** What a patient's first page tells of the record: the medicines, and what is new among the results. */
import type { Bundle, MedicationRequest, Observation } from "fhir/r4";
import { resources } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { whenOf } from "../../fhir/findings.ts";
import { newestFirst } from "../../fhir/moments.ts";
import { conceptText } from "../../fhir/words.ts";

export interface Overview {
  readonly medicines: readonly string[];
  readonly results: readonly Observation[];
}

const RESULTS = 5;
const NEW_DAYS = 30;
const DAY_MS = 86_400_000;

/** The searches, relative to the FHIR base. */
export function overviewQueries(patient: string): readonly string[] {
  const of = (type: string, query: Record<string, string>) => `${type}?${new URLSearchParams({ patient, ...query })}`;
  return [
    of("MedicationRequest", { status: "active", _sort: "-authoredon", _count: "50" }),
    of("Observation", { category: "laboratory", _sort: "-date", _count: String(RESULTS) }),
  ];
}

/**
 * What the answers tell.
 *
 * Raises the fault of the first search that was refused: a page that shows less than there is would mislead.
 */
export function overviewOf(answers: readonly (Bundle | FhirFault)[]): Overview {
  const [medicines, results] = answers.map((answer) => {
    if (answer instanceof FhirFault) throw answer;
    return answer;
  });
  const names = resources<MedicationRequest>(medicines, "MedicationRequest").map(nameOf);
  return {
    medicines: [...new Set(names.filter(Boolean))],
    results: newestFirst(resources<Observation>(results, "Observation"), whenOf),
  };
}

/** Whether a result is of the last month. */
export const isNew = (result: Observation, now: number): boolean =>
  now - Date.parse(result.issued ?? whenOf(result) ?? "") < NEW_DAYS * DAY_MS;

const nameOf = (it: MedicationRequest): string =>
  conceptText(it.medicationCodeableConcept) || it.medicationReference?.display || "";
