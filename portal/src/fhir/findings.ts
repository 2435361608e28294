/** Observations as readings: a value with its unit, its range, its flag, and its series over time. */
import type { Observation, ObservationComponent, ObservationReferenceRange, Quantity } from "fhir/r4";
import { moment } from "./moments.ts";
import { conceptText, numberText, quantityText, unitText } from "./words.ts";

/** HL7 v3 ObservationInterpretation, as far as it says high or low; the letter is what a person reads. */
export type Flag = "HH" | "H" | "N" | "L" | "LL" | "A";

const FLAGS: Readonly<Record<string, Flag>> = {
  HH: "HH",
  HU: "HH",
  H: "H",
  N: "N",
  L: "L",
  LL: "LL",
  LU: "LL",
  A: "A",
  AA: "A",
  POS: "A",
};

type Measured = Observation | ObservationComponent;

export interface Range {
  readonly low?: number;
  readonly high?: number;
}

export interface Point {
  readonly id: string;
  readonly at: number;
  readonly value: number;
  readonly flag: Flag | undefined;
}

export interface Series {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly range: Range | undefined;
  /** Oldest first. */
  readonly points: readonly Point[];
}

/** The LOINC code of a measurement, or whatever code comes first. */
function codeOf(measured: Measured): string {
  const codings = measured.code.coding ?? [];
  return (codings.find((one) => one.system === "http://loinc.org") ?? codings[0])?.code ?? conceptText(measured.code);
}

/** The range for normal results: the one of type `normal`, or without a type. */
function rangeOf(measured: Measured): Range | undefined {
  const usable = (measured.referenceRange ?? []).filter(isNormal);
  const found = usable.find((range) => range.low?.value !== undefined || range.high?.value !== undefined);
  if (!found) return undefined;
  return {
    ...(found.low?.value === undefined ? {} : { low: found.low.value }),
    ...(found.high?.value === undefined ? {} : { high: found.high.value }),
  };
}

const isNormal = (range: ObservationReferenceRange): boolean =>
  !range.type || (range.type.coding ?? []).some((one) => one.code === "normal");

/** `4 – 6`, `≥ 60`, `< 5.7`: the range in numbers, or in the words the laboratory gave. */
export function rangeText(measured: Measured): string {
  const range = rangeOf(measured);
  if (!range) return measured.referenceRange?.find((one) => one.text)?.text ?? "";
  if (range.low === undefined) return `≤ ${numberText(range.high ?? 0)}`;
  if (range.high === undefined) return `≥ ${numberText(range.low)}`;
  return `${numberText(range.low)} – ${numberText(range.high)}`;
}

/** The flag somebody set, else the one that the range gives. Nobody's silence means normal. */
export function flagOf(measured: Measured): Flag | undefined {
  for (const concept of measured.interpretation ?? []) {
    for (const coding of concept.coding ?? []) {
      const flag = FLAGS[coding.code ?? ""];
      if (flag) return flag;
    }
  }
  return flagByRange(measured.valueQuantity, rangeOf(measured));
}

function flagByRange(quantity: Quantity | undefined, range: Range | undefined): Flag | undefined {
  if (quantity?.value === undefined || quantity.comparator || !range) return undefined;
  if (range.high !== undefined && quantity.value > range.high) return "H";
  if (range.low !== undefined && quantity.value < range.low) return "L";
  return "N";
}

/** What was found, in words: a quantity, a coded answer, text, or why there is none. */
export function valueText(measured: Measured): string {
  if (measured.valueQuantity) return quantityText(measured.valueQuantity);
  if (measured.valueCodeableConcept) return conceptText(measured.valueCodeableConcept);
  if (measured.valueString !== undefined) return measured.valueString;
  if (measured.valueInteger !== undefined) return numberText(measured.valueInteger);
  if (measured.valueBoolean !== undefined) return measured.valueBoolean ? "yes" : "no";
  if ("component" in measured && measured.component?.length) return componentsText(measured.component);
  return conceptText(measured.dataAbsentReason);
}

/** `128/82 mmHg` where all parts share a unit, else each part with its own. */
function componentsText(parts: readonly ObservationComponent[]): string {
  const units = new Set(parts.map((part) => (part.valueQuantity ? unitText(part.valueQuantity) : "")));
  const values = parts.map((part) => part.valueQuantity?.value);
  if (units.size === 1 && values.every((value) => value !== undefined))
    return `${values.map((value) => numberText(value)).join("/")} ${[...units].join("")}`.trim();
  return parts.map((part) => `${conceptText(part.code)} ${valueText(part)}`).join(", ");
}

/** When it was true of the patient: effective, else issued. */
export const whenOf = (observation: Observation): string | undefined =>
  observation.effectiveDateTime ??
  observation.effectivePeriod?.start ??
  observation.effectiveInstant ??
  observation.issued;

/** All measured numbers by what and in which unit they measure, oldest first; components are series of their own. */
export function seriesOf(observations: readonly Observation[]): Series[] {
  const found = new Map<string, { series: Series; points: Point[] }>();
  for (const observation of observations) {
    const at = moment(whenOf(observation));
    if (Number.isNaN(at) || observation.status === "entered-in-error" || observation.status === "cancelled") continue;
    for (const measured of [observation, ...(observation.component ?? [])])
      add(found, measured, observation.id ?? "", at);
  }
  return [...found.values()].map(({ series, points }) => ({ ...series, points: points.sort((a, b) => a.at - b.at) }));
}

function add(
  found: Map<string, { series: Series; points: Point[] }>,
  measured: Measured,
  id: string,
  at: number,
): void {
  const value = measured.valueQuantity?.value;
  if (value === undefined || !measured.valueQuantity) return;
  const unit = unitText(measured.valueQuantity);
  const key = `${codeOf(measured)}|${unit}`;
  const range = rangeOf(measured);
  const held = found.get(key) ?? {
    series: { key, title: conceptText(measured.code), unit, range, points: [] },
    points: [],
  };
  held.points.push({ id, at, value, flag: flagOf(measured) });
  if (range) held.series = { ...held.series, range };
  found.set(key, held);
}
