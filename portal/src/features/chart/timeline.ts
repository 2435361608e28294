/** Everything that happened, on one line of time. */
import type { Condition, DocumentReference, Encounter, Immunization, MedicationRequest, Procedure } from "fhir/r4";
import { newestFirst } from "../../fhir/moments.ts";
import { visitKind } from "../../fhir/visits.ts";
import { conceptText } from "../../fhir/words.ts";
import { medicineName, onsetOf } from "./clinical.ts";
import { type Chart, held } from "./useChart.ts";

export type Kind = "visit" | "problem" | "medicine" | "immunization" | "procedure" | "document";

export interface Happening {
  readonly key: string;
  readonly kind: Kind;
  readonly when: string;
  readonly title: string;
  readonly detail: string;
}

/** What the chart holds with a date, newest first. */
export function happenings(chart: Chart): Happening[] {
  const all = [
    ...held<Encounter>(chart, "visits", "Encounter").map(visit),
    ...held<Condition>(chart, "conditions", "Condition").map(problem),
    ...held<MedicationRequest>(chart, "medicines", "MedicationRequest").map(medicine),
    ...held<Immunization>(chart, "immunizations", "Immunization").map(immunization),
    ...held<Procedure>(chart, "procedures", "Procedure").map(procedure),
    ...held<DocumentReference>(chart, "documents", "DocumentReference").map(document),
  ].filter((one) => one.when !== "");
  return newestFirst(all, (one) => one.when);
}

/** Visits of the year first, then the year before: the headings of a timeline. */
export function byYear(all: readonly Happening[]): [string, Happening[]][] {
  const years = new Map<string, Happening[]>();
  for (const one of all) {
    const year = one.when.slice(0, 4);
    years.set(year, [...(years.get(year) ?? []), one]);
  }
  return [...years.entries()];
}

const visit = (it: Encounter): Happening => ({
  key: `Encounter/${it.id}`,
  kind: "visit",
  when: it.period?.start ?? "",
  title: visitKind(it),
  detail: conceptText(it.reasonCode?.[0]),
});

const problem = (it: Condition): Happening => ({
  key: `Condition/${it.id}`,
  kind: "problem",
  when: onsetOf(it) ?? "",
  title: conceptText(it.code),
  detail: "",
});

const medicine = (it: MedicationRequest): Happening => ({
  key: `MedicationRequest/${it.id}`,
  kind: "medicine",
  when: it.authoredOn ?? "",
  title: medicineName(it),
  detail: it.requester?.display ?? "",
});

const immunization = (it: Immunization): Happening => ({
  key: `Immunization/${it.id}`,
  kind: "immunization",
  when: it.occurrenceDateTime ?? "",
  title: conceptText(it.vaccineCode),
  detail: "",
});

const procedure = (it: Procedure): Happening => ({
  key: `Procedure/${it.id}`,
  kind: "procedure",
  when: it.performedDateTime ?? it.performedPeriod?.start ?? "",
  title: conceptText(it.code),
  detail: conceptText(it.reasonCode?.[0]),
});

const document = (it: DocumentReference): Happening => ({
  key: `DocumentReference/${it.id}`,
  kind: "document",
  when: it.date ?? "",
  title: it.description || conceptText(it.type),
  detail: "",
});
