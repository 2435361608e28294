/** A prescription that is being written: what is kept of it, what it still lacks, and the resource it becomes. */
import type { CodeableConcept, MedicationRequest, TimingRepeat } from "fhir/r4";
import { t } from "../../i18n/index.ts";
import type { Mistake } from "../../ui/index.ts";
import type { Alert, FormularyLine, QuantityQuestion, SafetyCheck } from "./api.ts";
import { amountOf, countOf, type Dosing, dayQuantity, dosageOf, FORMS, type Form, RHYTHMS } from "./dosing.ts";

/** Why something is done all the same: a code of the clinic's list, and words where the code asks for them. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

export interface Draft extends Dosing {
  readonly medicine: FormularyLine | null;
  /** A medicine that the formulary lacks, in the prescriber's words; it cannot be checked. */
  readonly freeText: string;
  readonly isFree: boolean;
  /** Days for which a medicine without an end is dispensed at a time. */
  readonly supply: string;
  /** Written by hand in place of what was computed; empty: as computed. */
  readonly quantity: string;
  readonly refills: string;
  readonly overrides: Readonly<Record<string, Reason>>;
  readonly unavailable: Reason;
  readonly change: Reason;
}

export const NO_REASON: Reason = { code: "", text: "" };

export const EMPTY: Draft = {
  medicine: null,
  freeText: "",
  isFree: false,
  dose: "1",
  form: "tablet",
  unit: "tablet",
  route: "by mouth",
  rhythm: null,
  asNeeded: false,
  purpose: "",
  mostPerDay: "",
  days: "",
  note: "",
  supply: "30",
  quantity: "",
  refills: "0",
  overrides: {},
  unavailable: NO_REASON,
  change: NO_REASON,
};

/** The draft with another medicine: unit and route follow its form; reasons given for the last one fall away. */
export function withMedicine(draft: Draft, medicine: FormularyLine | null): Draft {
  if (!medicine) return { ...draft, medicine, overrides: {}, unavailable: NO_REASON };
  return {
    ...withForm(draft, medicine.form),
    medicine,
    isFree: false,
    freeText: "",
    unit: medicine.units[0] ?? FORMS[medicine.form].units[0],
    route: medicine.route || FORMS[medicine.form].route,
    overrides: {},
    unavailable: NO_REASON,
  };
}

/** The draft in another form: unit and route are those of the form, and a quantity counted in another unit is forgotten. */
export const withForm = (draft: Draft, form: Form): Draft => ({
  ...draft,
  form,
  unit: FORMS[form].units[0],
  route: FORMS[form].route,
  quantity: "",
});

/** Whether there is a medicine to ask about. */
export const hasMedicine = (draft: Draft): boolean =>
  draft.isFree ? draft.freeText.trim().length > 2 : draft.medicine !== null;

/** For how many days one dispensing lasts: the course, or the supply of what goes on. */
export const suppliedDays = (draft: Draft): number | undefined =>
  countOf(draft.days, 3650) ?? countOf(draft.supply, 366);

/** What to ask for the quantity; nothing while dose, rhythm or days are missing. */
export function quantityQuestion(draft: Draft): QuantityQuestion | undefined {
  const days = suppliedDays(draft);
  if (amountOf(draft.dose) === undefined || !draft.rhythm || !days || days > 365) return undefined;
  const repeat: TimingRepeat = RHYTHMS[draft.rhythm].repeat;
  const once = repeat.frequency === undefined;
  return {
    form: draft.form,
    dose: draft.dose.trim(),
    unit: draft.unit,
    times: repeat.frequency ?? 1,
    period: repeat.period ?? 1,
    periodUnit: (repeat.periodUnit ?? "d") as NonNullable<QuantityQuestion["periodUnit"]>,
    days: once ? 1 : days,
    strength: draft.medicine?.strength ?? "",
    pack: draft.medicine?.pack ?? null,
  };
}

/** The prescription as FHIR, as far as it is written; `quantity` is the one computed, where none is written by hand. */
export function requestOf(
  draft: Draft,
  patientId: string,
  quantity: { readonly value: number; readonly unit: string } | undefined,
): MedicationRequest {
  const days = suppliedDays(draft);
  const value = amountOf(draft.quantity) ?? quantity?.value;
  const refills = countOf(draft.refills, 99, 0);
  return {
    resourceType: "MedicationRequest",
    status: "active",
    intent: "order",
    subject: { reference: `Patient/${patientId}` },
    ...medicationOf(draft),
    dosageInstruction: [dosageOf(draft)],
    dispenseRequest: {
      ...(refills !== undefined && { numberOfRepeatsAllowed: refills }),
      ...(value !== undefined && {
        quantity: { value, unit: quantity?.unit ?? draft.medicine?.dispenseUnit ?? draft.unit },
      }),
      ...(days !== undefined && { expectedSupplyDuration: dayQuantity(days) }),
    },
  };
}

function medicationOf({ isFree, freeText, medicine }: Draft): Partial<MedicationRequest> {
  if (isFree) return { medicationCodeableConcept: { text: freeText.trim() } };
  return medicine ? { medicationCodeableConcept: medicine.medication as CodeableConcept } : {};
}

/** Alerts that stop a signature until each has its reason. */
export const interruptive = (check: SafetyCheck | undefined): readonly Alert[] =>
  (check?.alerts ?? []).filter((alert) => alert.interruptive);

/** What a reason lacks; `needsText` are the codes that say nothing by themselves. */
export const isGiven = ({ code, text }: Reason): boolean => code !== "" && (code !== "other" || text.trim().length > 2);

/** What keeps a draft from being signed, each with the field it is about. */
export function mistakesOf(draft: Draft, isChange: boolean): Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (field: string, message: string) => mistakes.push({ field: `prescribe-${field}`, message });
  if (!hasMedicine(draft)) wrong("medicine", t("medicines.mistakeMedicine"));
  if (amountOf(draft.dose) === undefined) wrong("dose", t("medicines.mistakeDose"));
  if (!draft.rhythm) wrong("rhythm", t("medicines.mistakeRhythm"));
  if (draft.days.trim() && countOf(draft.days, 3650) === undefined) wrong("days", t("medicines.mistakeDays"));
  if (!draft.days.trim() && countOf(draft.supply, 366) === undefined) wrong("supply", t("medicines.mistakeSupply"));
  if (draft.quantity.trim() && amountOf(draft.quantity) === undefined)
    wrong("quantity", t("medicines.mistakeQuantity"));
  if (countOf(draft.refills, 99, 0) === undefined) wrong("refills", t("medicines.mistakeRefills"));
  if (isChange && !isGiven(draft.change)) wrong("change", t("medicines.mistakeChange"));
  return mistakes;
}

/** What the check still asks of the prescriber. */
export function safetyMistakes(draft: Draft, check: SafetyCheck | undefined, isChecked: boolean): Mistake[] {
  const missing = interruptive(check)
    .filter((alert) => !isGiven(draft.overrides[alert.key] ?? NO_REASON))
    .map((alert) => ({
      field: `prescribe-override-${alert.key}`,
      message: t("medicines.mistakeOverride", { alert: alert.title }),
    }));
  const isOpen = !isChecked || check?.outcome === "unavailable";
  if (!isOpen || isGiven(draft.unavailable)) return missing;
  return [...missing, { field: "prescribe-unavailable", message: t("medicines.mistakeUnavailable") }];
}
