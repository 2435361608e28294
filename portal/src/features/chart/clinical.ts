/** The judgements a chart rests on, as pure functions: what is active, what is severe, what was asked. */
import type { AllergyIntolerance, CodeableConcept, Condition, Dosage, MedicationRequest } from "fhir/r4";
import type { Series } from "../../fhir/findings.ts";
import { conceptText, hasCode, numberText, unitText } from "../../fhir/words.ts";

/** Still a problem: not resolved, not inactive, not refuted, not entered in error. */
export function isActiveProblem(condition: Condition): boolean {
  if (isWrong(condition.verificationStatus)) return false;
  const over = ["resolved", "inactive", "remission"].some((code) => hasCode(condition.clinicalStatus, code));
  return !over && condition.abatementDateTime === undefined;
}

const isWrong = (status: CodeableConcept | undefined): boolean =>
  ["entered-in-error", "refuted"].some((code) => hasCode(status, code));

/** When a problem began, as far as it is known. */
export const onsetOf = (condition: Condition): string | undefined =>
  condition.onsetDateTime ?? condition.onsetPeriod?.start ?? condition.recordedDate;

/** When it ended. */
export const abatementOf = (condition: Condition): string | undefined =>
  condition.abatementDateTime ?? condition.abatementPeriod?.end;

/** A medicine the patient is meant to be taking. */
export const isCurrentMedicine = (request: MedicationRequest): boolean =>
  (request.status === "active" || request.status === "on-hold") &&
  request.intent !== "proposal" &&
  request.intent !== "plan";

/** A medicine's name, from whichever element carries it. */
export const medicineName = (request: MedicationRequest): string =>
  conceptText(request.medicationCodeableConcept) || request.medicationReference?.display || "";

/** SNOMED CT and NCI codes with which systems record that somebody asked and the answer was none. */
const NONE_KNOWN = ["716186003", "409137002", "428607008", "429625007", "428197003"];

export type AllergyState = "some" | "none-known" | "not-asked";

/** "No known allergies" is recorded by somebody; that nobody asked is another thing and says so. */
export function allergyState(allergies: readonly AllergyIntolerance[]): AllergyState {
  const standing = allergies.filter((one) => !isWrong(one.verificationStatus));
  if (standing.some(isActiveAllergy)) return "some";
  return standing.some((one) => NONE_KNOWN.some((code) => hasCode(one.code, code))) ? "none-known" : "not-asked";
}

/** An allergy to reckon with. */
export const isActiveAllergy = (allergy: AllergyIntolerance): boolean =>
  !isWrong(allergy.verificationStatus) &&
  !["resolved", "inactive"].some((code) => hasCode(allergy.clinicalStatus, code)) &&
  !NONE_KNOWN.some((code) => hasCode(allergy.code, code));

export type Severity = "severe" | "moderate" | "mild" | "unknown";

/** The worst that is recorded: any reaction's severity, or a high criticality. */
export function severityOf(allergy: AllergyIntolerance): Severity {
  const severities = (allergy.reaction ?? []).map((reaction) => reaction.severity);
  if (allergy.criticality === "high" || severities.includes("severe")) return "severe";
  if (severities.includes("moderate")) return "moderate";
  return severities.includes("mild") || allergy.criticality === "low" ? "mild" : "unknown";
}

const RANK: readonly Severity[] = ["severe", "moderate", "mild", "unknown"];

/** Worst first. */
export const worstFirst = (allergies: readonly AllergyIntolerance[]): AllergyIntolerance[] =>
  [...allergies].sort((a, b) => RANK.indexOf(severityOf(a)) - RANK.indexOf(severityOf(b)));

/** What it does to the patient, in words. */
export const reactionText = (allergy: AllergyIntolerance): string =>
  (allergy.reaction ?? []).flatMap((reaction) => reaction.manifestation.map(conceptText)).join(", ");

/** How a medicine is to be taken: the prescriber's text, or one made of the structure. */
export const dosageText = (dosages: readonly Dosage[] | undefined): string =>
  (dosages ?? []).map(oneDosage).filter(Boolean).join("; ");

function oneDosage(dosage: Dosage): string {
  if (dosage.text) return dosage.text;
  const dose = dosage.doseAndRate?.[0]?.doseQuantity;
  const amount = dose?.value === undefined ? "" : `${numberText(dose.value, 4)} ${unitText(dose)}`.trim();
  const parts = [amount, conceptText(dosage.route), timingText(dosage), dosage.asNeededBoolean ? "as needed" : ""];
  return parts.filter(Boolean).join(", ");
}

function timingText(dosage: Dosage): string {
  const repeat = dosage.timing?.repeat;
  if (!repeat?.frequency || !repeat.period || !repeat.periodUnit) return conceptText(dosage.timing?.code);
  const unit = { s: "seconds", min: "minutes", h: "hours", d: "days", wk: "weeks", mo: "months", a: "years" }[
    repeat.periodUnit
  ];
  const times = repeat.frequency === 1 ? "once" : `${repeat.frequency} times`;
  return repeat.period === 1 ? `${times} every ${unit.slice(0, -1)}` : `${times} every ${repeat.period} ${unit}`;
}

/** Vital signs in the order a clinician reads them, by LOINC code. Source: hl7.org/fhir/R4/observation-vitalsigns.html. */
const VITALS = ["8480-6", "8462-4", "8867-4", "9279-1", "2708-6", "59408-5", "8310-5", "29463-7", "8302-2", "39156-5"];

/** Blood pressure, pulse, breathing, oxygen, temperature, weight, height; what is not among them comes last. */
export function inReadingOrder(series: readonly Series[]): Series[] {
  const rank = (one: Series) => {
    const place = VITALS.indexOf(one.key.split("|")[0] ?? "");
    return place < 0 ? VITALS.length : place;
  };
  return [...series].sort((a, b) => rank(a) - rank(b));
}
