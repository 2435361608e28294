/**
 * A prescription read back into the draft that would write it, so that changing a dose begins with the present one. What
 * the draft has no word for stays empty, never a guess: the prescriber is then asked for it.
 */
import type { CodeableConcept, Dosage, MedicationRequest, TimingRepeat } from "fhir/r4";
import { conceptText } from "../../fhir/words.ts";
import type { FormularyLine } from "./api.ts";
import { FORMS, type Form, RHYTHMS, type RhythmId } from "./dosing.ts";
import { type Draft, EMPTY } from "./draft.ts";

/** The draft of that prescription; `known` are lines of the formulary that may be its medicine. */
export function draftOf(request: MedicationRequest, known: readonly FormularyLine[]): Draft {
  const { dosageInstruction = [], dispenseRequest } = request;
  const only = dosageInstruction.length === 1 ? dosageInstruction[0] : undefined;
  const supply = dispenseRequest?.expectedSupplyDuration?.value;
  const base: Draft = {
    ...EMPTY,
    ...dosingOf(only),
    ...(supply !== undefined && { supply: String(supply) }),
    refills: String(dispenseRequest?.numberOfRepeatsAllowed ?? 0),
  };
  return { ...base, ...medicineOf(request, base, known) };
}

function dosingOf(dosage: Dosage | undefined): Partial<Draft> {
  const amount = dosage?.doseAndRate?.[0]?.doseQuantity;
  const repeat = dosage?.timing?.repeat;
  const most = dosage?.maxDosePerPeriod?.numerator?.value;
  const days = repeat?.boundsDuration?.value;
  return {
    dose: amount?.value === undefined ? "" : String(amount.value),
    ...(amount?.unit && { unit: amount.unit }),
    ...(dosage?.route?.text && { route: dosage.route.text }),
    rhythm: rhythmOf(repeat),
    asNeeded: Boolean(dosage?.asNeededBoolean || dosage?.asNeededCodeableConcept),
    purpose: conceptText(dosage?.asNeededCodeableConcept),
    mostPerDay: most === undefined ? "" : String(most),
    days: days === undefined ? "" : String(days),
    note: noteOf(dosage),
  };
}

/** What the patient is told besides; that it is taken once is what the rhythm says. */
function noteOf(dosage: Dosage | undefined): string {
  const told = (dosage?.additionalInstruction ?? []).map(conceptText).filter((text) => text && text !== "once only");
  return [dosage?.patientInstruction ?? "", ...told].filter(Boolean).join("; ");
}

/** The rhythm that is written so, and in no other way. */
function rhythmOf(repeat: TimingRepeat | undefined): RhythmId | null {
  if (!repeat) return null;
  const { boundsDuration: _, ...said } = repeat;
  const same = (Object.keys(RHYTHMS) as RhythmId[]).filter((id) => key(RHYTHMS[id].repeat) === key(said));
  return same[0] ?? null;
}

const key = (repeat: TimingRepeat): string => JSON.stringify(Object.entries(repeat).sort());

/** Its line of the formulary; else what is coded stays coded, and free text stays free text. */
function medicineOf(request: MedicationRequest, draft: Draft, known: readonly FormularyLine[]): Partial<Draft> {
  const concept = request.medicationCodeableConcept;
  const name = concept ? conceptText(concept) : (request.medicationReference?.display ?? "");
  const line = known.find((one) => isSame(one, concept, name));
  if (line) return { medicine: line, form: line.form };
  const form = formOf(draft.unit);
  if (!concept?.coding?.length) return { isFree: true, freeText: name, form };
  const { unit, route } = draft;
  const units = [...new Set([unit, ...FORMS[form].units])];
  const kept = { id: "", name, tallMan: name, form, strength: "", route, ingredients: [], code: null, units };
  const medication = concept as unknown as FormularyLine["medication"];
  return {
    medicine: { ...kept, dispenseUnit: unit, pack: null, added: false, medication } as unknown as FormularyLine,
    form,
  };
}

function isSame(line: FormularyLine, concept: CodeableConcept | undefined, name: string): boolean {
  const codes = (one: CodeableConcept | undefined) =>
    (one?.coding ?? []).map(({ system, code }) => `${system}|${code}`);
  const own = codes(line.medication as CodeableConcept);
  const asked = codes(concept);
  if (own.length > 0 && asked.length > 0) return asked.some((one) => own.includes(one));
  return line.name.toLowerCase() === name.toLowerCase();
}

const formOf = (unit: string): Form =>
  (Object.keys(FORMS) as Form[]).find((form) => (FORMS[form].units as readonly string[]).includes(unit)) ?? "tablet";
