/** What a shared record holds, in lines that a page can show: one section for each part. */
import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  DocumentReference,
  Encounter,
  FhirResource,
  Immunization,
  MedicationRequest,
  MedicationStatement,
  Observation,
  Procedure,
} from "fhir/r4";
import { valueText, whenOf } from "../../fhir/findings.ts";
import { newestFirst } from "../../fhir/moments.ts";
import { visitKind } from "../../fhir/visits.ts";
import { conceptText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";

export const sharedKey = (share?: string): readonly string[] => (share ? ["shared", share] : ["shared"]);

export interface Line {
  readonly key: string;
  readonly when: string;
  readonly title: string;
  readonly detail: string;
}

type Reader = (resource: FhirResource) => Omit<Line, "key">;

const read =
  <T extends FhirResource>(reader: (resource: T) => Omit<Line, "key">): Reader =>
  (resource) =>
    reader(resource as T);

const line = (when: string | undefined, title: string, detail = ""): Omit<Line, "key"> => ({
  when: when ?? "",
  title,
  detail,
});

const stateText = (state: string): string => t("sharing.status", { state });
const stateOf = (concept: CodeableConcept | undefined): string => {
  const code = concept?.coding?.[0]?.code;
  return code ? stateText(code) : "";
};
const joined = (state: string, doses: readonly string[] = []): string => [state, ...doses].filter(Boolean).join(" · ");

/** By type: which section it stands in, and how it reads. */
const READERS: Readonly<Record<string, readonly [section: string, Reader]>> = {
  AllergyIntolerance: [
    "allergies",
    read<AllergyIntolerance>((it) => line(it.recordedDate, conceptText(it.code), stateOf(it.clinicalStatus))),
  ],
  MedicationRequest: [
    "medicines",
    read<MedicationRequest>((it) =>
      line(
        it.authoredOn,
        conceptText(it.medicationCodeableConcept) || (it.medicationReference?.display ?? ""),
        joined(
          stateText(it.status),
          it.dosageInstruction?.map((dose) => dose.patientInstruction ?? dose.text ?? ""),
        ),
      ),
    ),
  ],
  MedicationStatement: [
    "medicines",
    read<MedicationStatement>((it) =>
      line(
        it.dateAsserted,
        conceptText(it.medicationCodeableConcept) || (it.medicationReference?.display ?? ""),
        joined(
          stateText(it.status),
          it.dosage?.map((dose) => dose.text ?? ""),
        ),
      ),
    ),
  ],
  Condition: [
    "problems",
    read<Condition>((it) =>
      line(it.onsetDateTime ?? it.recordedDate, conceptText(it.code), stateOf(it.clinicalStatus)),
    ),
  ],
  Immunization: ["immunizations", read<Immunization>((it) => line(it.occurrenceDateTime, conceptText(it.vaccineCode)))],
  Observation: ["results", read<Observation>((it) => line(whenOf(it), conceptText(it.code), valueText(it)))],
  Encounter: [
    "visits",
    read<Encounter>((it) => line(it.period?.start, visitKind(it), conceptText(it.reasonCode?.[0]))),
  ],
  Procedure: [
    "visits",
    read<Procedure>((it) => line(it.performedDateTime ?? it.performedPeriod?.start, conceptText(it.code))),
  ],
  DocumentReference: [
    "documents",
    read<DocumentReference>((it) => line(it.date, it.description || conceptText(it.type))),
  ],
};

const SECTIONS = ["allergies", "medicines", "problems", "results", "immunizations", "visits", "documents"] as const;

/** The lines of each section that holds something, newest first. */
export function sections(resources: readonly FhirResource[]): [string, Line[]][] {
  const found = new Map<string, Line[]>();
  for (const one of resources) {
    const known = READERS[one.resourceType];
    if (!known) continue;
    const [section, reader] = known;
    const made = { key: `${one.resourceType}/${one.id}`, ...reader(one) };
    found.set(section, [...(found.get(section) ?? []), made]);
  }
  return SECTIONS.flatMap((section): [string, Line[]][] => {
    const lines = found.get(section);
    return lines ? [[section, newestFirst(lines, (it) => it.when)]] : [];
  });
}
