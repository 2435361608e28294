/**
 * What a chart is made of: one search for each part, all asked in one batch. Every part is bounded, so that the chart of
 * the sickest patient opens as fast as any other; what lies beyond is fetched when somebody asks for it.
 */
import { isoDay } from "../../ui/index.ts";

export const PARTS = [
  "patient",
  "conditions",
  "allergies",
  "medicines",
  "vitals",
  "results",
  "visits",
  "immunizations",
  "documents",
  "procedures",
  "appointments",
  "careTeams",
  "goals",
  "coverage",
] as const;

export type Part = (typeof PARTS)[number];

const RECENT = "200";

/** What a patient's chart asks, relative to the FHIR base. The patient is read, not searched: that is what opening means. */
export function chartQueries(id: string, today: Date = new Date()): Record<Part, string> {
  const of = (type: string, query: Record<string, string>) =>
    `${type}?${new URLSearchParams({ patient: id, ...query }).toString()}`;
  return {
    patient: `Patient/${encodeURIComponent(id)}`,
    conditions: of("Condition", { _count: RECENT }),
    allergies: of("AllergyIntolerance", { _count: RECENT }),
    medicines: of("MedicationRequest", { _sort: "-authoredon", _count: RECENT }),
    vitals: of("Observation", { category: "vital-signs", _sort: "-date", _count: "400" }),
    results: of("Observation", { category: "laboratory", _sort: "-date", _count: "400" }),
    visits: of("Encounter", { _sort: "-date", _count: "50" }),
    immunizations: of("Immunization", { _sort: "-date", _count: RECENT }),
    documents: of("DocumentReference", { _sort: "-date", _count: "100" }),
    procedures: of("Procedure", { _sort: "-date", _count: "100" }),
    appointments: of("Appointment", { date: `ge${isoDay(today)}`, _sort: "date", _count: "10" }),
    careTeams: of("CareTeam", { _count: "20" }),
    goals: of("Goal", { _count: "50" }),
    coverage: of("Coverage", { _count: "20" }),
  };
}
