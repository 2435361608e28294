/** What a patient's first page tells: three searches in one round trip. */
import type { Appointment, Bundle, MedicationRequest, Observation } from "fhir/r4";
import { resources } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { whenOf } from "../../fhir/findings.ts";
import { newestFirst } from "../../fhir/moments.ts";
import { conceptText, idOf } from "../../fhir/words.ts";

export interface Overview {
  readonly next: { readonly start: string; readonly what: string; readonly who: string } | undefined;
  readonly medicines: readonly string[];
  readonly results: readonly Observation[];
}

const RESULTS = 5;

/** The searches, relative to the FHIR base. */
export function overviewQueries(patient: string, now: Date = new Date()): readonly string[] {
  const of = (type: string, query: Record<string, string>) => `${type}?${new URLSearchParams({ patient, ...query })}`;
  return [
    of("Appointment", { date: `ge${now.toISOString()}`, _sort: "date", _count: "10" }),
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
  const [appointments, medicines, results] = answers.map((answer) => {
    if (answer instanceof FhirFault) throw answer;
    return answer;
  });
  const booked = resources<Appointment>(appointments, "Appointment").find(
    (one) => one.status === "booked" || one.status === "pending",
  );
  const names = resources<MedicationRequest>(medicines, "MedicationRequest").map(nameOf);
  return {
    next: booked && nextOf(booked),
    medicines: [...new Set(names.filter(Boolean))],
    results: newestFirst(resources<Observation>(results, "Observation"), whenOf),
  };
}

const nameOf = (it: MedicationRequest): string =>
  conceptText(it.medicationCodeableConcept) || it.medicationReference?.display || "";

const nextOf = (it: Appointment) => ({
  start: it.start ?? "",
  what: it.description || conceptText(it.serviceType?.[0]),
  who: it.participant.find((one) => idOf(one.actor, "Practitioner"))?.actor?.display ?? "",
});
