/** Codes, quantities and references in words. */
import type { CodeableConcept, Coding, Quantity, Reference } from "fhir/r4";
import { currentLocale } from "../i18n/index.ts";

/** A concept's own text, else its first display, else its code. */
export function conceptText(concept: CodeableConcept | undefined): string {
  if (!concept) return "";
  const coding = concept.coding?.find((one) => one.display) ?? concept.coding?.[0];
  return concept.text ?? coding?.display ?? coding?.code ?? "";
}

/** Whether a concept carries this code, in whatever system or in the one named. */
export const hasCode = (concept: CodeableConcept | undefined, code: string, system?: string): boolean =>
  (concept?.coding ?? []).some((one: Coding) => one.code === code && (system === undefined || one.system === system));

/** UCUM codes that ISMP counts among the error-prone, written out; the rest stand as they are. */
const UNITS: Readonly<Record<string, string>> = {
  ug: "micrograms",
  mcg: "micrograms",
  µg: "micrograms",
  U: "units",
  IU: "units",
  "[IU]": "units",
  "10*3/uL": "×10³/µL",
  "10*6/uL": "×10⁶/µL",
  "10*9/L": "×10⁹/L",
  "mm[Hg]": "mmHg",
  Cel: "°C",
  "[degF]": "°F",
  "kg/m2": "kg/m²",
  "{score}": "",
  "/min": "/min",
  "{beats}/min": "/min",
  "1": "",
};

/** A unit for reading. */
export const unitText = (quantity: Pick<Quantity, "unit" | "code">): string => {
  const unit = quantity.unit ?? quantity.code ?? "";
  return UNITS[unit] ?? UNITS[quantity.code ?? ""] ?? unit;
};

/**
 * A number for reading: grouped, a leading zero always, no trailing one (ISMP, error-prone dose designations), at most
 * `digits` after the point.
 */
export const numberText = (value: number, digits = 2): string =>
  new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits }).format(value);

/** `5.4 mmol/L`, `< 0.01 ng/mL`; a number never stands without its unit. */
export function quantityText(quantity: Quantity | undefined, digits?: number): string {
  if (quantity?.value === undefined) return "";
  const sign = quantity.comparator ? `${quantity.comparator} ` : "";
  const unit = unitText(quantity);
  return `${sign}${numberText(quantity.value, digits)}${unit ? ` ${unit}` : ""}`;
}

/** The logical id a reference points to, when it points to that type. */
export function idOf(reference: Reference | undefined, type: string): string | undefined {
  const [kind, id] = reference?.reference?.split("/").slice(-2) ?? [];
  return kind === type ? id : undefined;
}
