/**
 * Vital signs as they are written down: in which units, what is believable, what is possible at all.
 *
 * The server judges again when they are sent; the limits here are for whoever writes, before it is sent. Codes and units are
 * those of the FHIR vital signs profiles (hl7.org/fhir/R4/observation-vitalsigns.html).
 */
import type { Key } from "../../i18n/index.ts";

interface Unit {
  /** UCUM. */
  readonly code: string;
  readonly label: string;
  /** What one writes in this unit, in the first unit of its vital sign. */
  readonly toFirst: (value: number) => number;
}

type Limits = readonly [low: number, high: number];

export interface Vital {
  /** LOINC. */
  readonly code: string;
  readonly word: Key;
  readonly units: readonly Unit[];
  /** Within these nobody is asked twice about somebody grown up; in the first unit. */
  readonly likely: Limits;
  /** Beyond these it is a slip of the pen. */
  readonly possible: Limits;
  /** By what share of the last value a change makes one look again. */
  readonly jump?: number;
}

const same = (code: string, label: string): Unit => ({ code, label, toFirst: (value) => value });

export const VITALS: readonly Vital[] = [
  { code: "8480-6", word: "visit.systolic", units: [same("mm[Hg]", "mmHg")], likely: [80, 200], possible: [20, 350] },
  { code: "8462-4", word: "visit.diastolic", units: [same("mm[Hg]", "mmHg")], likely: [40, 120], possible: [10, 250] },
  { code: "8867-4", word: "visit.pulse", units: [same("/min", "/min")], likely: [40, 140], possible: [10, 350] },
  { code: "9279-1", word: "visit.breathing", units: [same("/min", "/min")], likely: [8, 30], possible: [2, 150] },
  { code: "59408-5", word: "visit.oxygen", units: [same("%", "%")], likely: [88, 100], possible: [20, 100] },
  {
    code: "8310-5",
    word: "visit.temperature",
    units: [same("Cel", "°C"), { code: "[degF]", label: "°F", toFirst: (value) => ((value - 32) * 5) / 9 }],
    likely: [34.5, 40.5],
    possible: [20, 46],
  },
  {
    code: "29463-7",
    word: "visit.weight",
    units: [same("kg", "kg"), { code: "[lb_av]", label: "lb", toFirst: (value) => value * 0.45359237 }],
    likely: [30, 250],
    possible: [0.2, 650],
    jump: 0.2,
  },
  {
    code: "8302-2",
    word: "visit.height",
    units: [same("cm", "cm"), { code: "[in_i]", label: "in", toFirst: (value) => value * 2.54 }],
    likely: [120, 220],
    possible: [20, 275],
    jump: 0.1,
  },
  { code: "9843-4", word: "visit.head", units: [same("cm", "cm")], likely: [40, 65], possible: [15, 80] },
  { code: "72514-3", word: "visit.pain", units: [same("{score}", "/ 10")], likely: [0, 10], possible: [0, 10] },
];

/** What is written in one field: the digits as they were typed, and the unit. */
export interface Entry {
  readonly text: string;
  readonly unit: string;
}

export type Entries = Readonly<Record<string, Entry>>;

export type Doubt = "unlikely" | "impossible" | "notANumber" | "jump" | "crossed";

/** The number somebody typed; `undefined` for nothing, `NaN` for what is no number. */
export function numberOf(entry: Entry | undefined): number | undefined {
  const text = entry?.text.trim().replace(",", ".") ?? "";
  if (text === "") return undefined;
  return /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
}

const unitOf = (vital: Vital, entry: Entry | undefined): Unit =>
  vital.units.find((one) => one.code === entry?.unit) ?? (vital.units[0] as Unit);

/** What was written in the vital sign's first unit. */
export function inFirstUnit(vital: Vital, entry: Entry | undefined): number | undefined {
  const value = numberOf(entry);
  return value === undefined ? undefined : unitOf(vital, entry).toFirst(value);
}

/**
 * What makes one look again at a field; `last` is the last value in the first unit. What is usual for children the server
 * knows, and asks.
 */
export function doubtOf(vital: Vital, entries: Entries, last?: number, isGrown = true): Doubt | undefined {
  const value = inFirstUnit(vital, entries[vital.code]);
  if (value === undefined) return undefined;
  if (Number.isNaN(value)) return "notANumber";
  if (value < vital.possible[0] || value > vital.possible[1]) return "impossible";
  if (isCrossed(vital, entries)) return "crossed";
  if (isGrown && (value < vital.likely[0] || value > vital.likely[1])) return "unlikely";
  if (vital.jump && last && Math.abs(value - last) / last > vital.jump) return "jump";
  return undefined;
}

/** Doubts that a person may set aside; the others are mistakes. */
export const canBeConfirmed = (doubt: Doubt): boolean => doubt === "unlikely" || doubt === "jump";

function isCrossed(vital: Vital, entries: Entries): boolean {
  if (vital.code !== "8462-4") return false;
  const [upper, lower] = [numberOf(entries["8480-6"]), numberOf(entries["8462-4"])];
  return upper !== undefined && lower !== undefined && lower >= upper;
}

/** Body mass index of the weight and height written, kg/m²; `undefined` while one is missing or no number. */
export function massIndex(entries: Entries): number | undefined {
  const of = (code: string) => {
    const vital = VITALS.find((one) => one.code === code);
    return vital && inFirstUnit(vital, entries[code]);
  };
  const [weight, height] = [of("29463-7"), of("8302-2")];
  const index = weight && height ? weight / (height / 100) ** 2 : Number.NaN;
  return Number.isFinite(index) ? Math.round(index * 10) / 10 : undefined;
}

export interface Measured {
  readonly code: string;
  /** The digits as they were typed. */
  readonly value: string;
  readonly unit: string;
}

/** What is sent: the fields that are filled in. */
export const measured = (entries: Entries): Measured[] =>
  VITALS.flatMap((vital) => {
    const entry = entries[vital.code];
    if (numberOf(entry) === undefined || !entry) return [];
    return [{ code: vital.code, value: entry.text.trim().replace(",", "."), unit: unitOf(vital, entry).code }];
  });
