/**
 * How a medicine is taken, as a prescriber chooses it: few known ways, each with its FHIR Timing and its words. Words are
 * written out, for abbreviations such as QD and QOD have killed (ISMP, List of Error-Prone Abbreviations).
 */
import type { Dosage, TimingRepeat } from "fhir/r4";
import { type Key, t } from "../../i18n/index.ts";

/** A rhythm: its FHIR form and its words. */
interface Rhythm {
  readonly word: Key;
  readonly repeat: TimingRepeat;
}

export const RHYTHMS = {
  once: { word: "medicines.everyOnce", repeat: { count: 1 } },
  daily: { word: "medicines.everyDaily", repeat: { frequency: 1, period: 1, periodUnit: "d" } },
  morning: {
    word: "medicines.everyMorning",
    repeat: { frequency: 1, period: 1, periodUnit: "d", when: ["MORN"] },
  },
  evening: {
    word: "medicines.everyEvening",
    repeat: { frequency: 1, period: 1, periodUnit: "d", when: ["EVE"] },
  },
  bedtime: {
    word: "medicines.everyBedtime",
    repeat: { frequency: 1, period: 1, periodUnit: "d", when: ["HS"] },
  },
  twice: { word: "medicines.everyTwice", repeat: { frequency: 2, period: 1, periodUnit: "d" } },
  thrice: { word: "medicines.everyThrice", repeat: { frequency: 3, period: 1, periodUnit: "d" } },
  four: { word: "medicines.everyFour", repeat: { frequency: 4, period: 1, periodUnit: "d" } },
  hours4: { word: "medicines.everyHours4", repeat: { frequency: 1, period: 4, periodUnit: "h" } },
  hours6: { word: "medicines.everyHours6", repeat: { frequency: 1, period: 6, periodUnit: "h" } },
  hours8: { word: "medicines.everyHours8", repeat: { frequency: 1, period: 8, periodUnit: "h" } },
  hours12: { word: "medicines.everyHours12", repeat: { frequency: 1, period: 12, periodUnit: "h" } },
  otherDay: { word: "medicines.everyOtherDay", repeat: { frequency: 1, period: 2, periodUnit: "d" } },
  weekly: { word: "medicines.everyWeek", repeat: { frequency: 1, period: 1, periodUnit: "wk" } },
} as const satisfies Record<string, Rhythm>;

export type RhythmId = keyof typeof RHYTHMS;

/** Ways into the body: the words that are stored, and what they are called in the page's language. */
export const ROUTES: Readonly<Record<string, Key>> = {
  "by mouth": "medicines.routeMouth",
  "under the tongue": "medicines.routeTongue",
  "breathed in": "medicines.routeBreath",
  "in the nose": "medicines.routeNose",
  "in the eye": "medicines.routeEye",
  "in the ear": "medicines.routeEar",
  "on the skin": "medicines.routeSkin",
  "under the skin": "medicines.routeUnderSkin",
  "by injection": "medicines.routeInjection",
  "into a muscle": "medicines.routeMuscle",
  "into a vein": "medicines.routeVein",
  "in the rectum": "medicines.routeRectal",
  "in the vagina": "medicines.routeVaginal",
};

/** A route in the page's language; one that nobody foresaw in its own words. */
export const routeText = (route: string): string => (ROUTES[route] ? t(ROUTES[route]) : route);

/** What a dose is counted in, one or many. */
const UNITS: Readonly<Record<string, Key>> = {
  tablet: "medicines.unitTablet",
  capsule: "medicines.unitCapsule",
  mL: "medicines.unitMl",
  puff: "medicines.unitPuff",
  spray: "medicines.unitSpray",
  drop: "medicines.unitDrop",
  patch: "medicines.unitPatch",
  unit: "medicines.unitUnit",
  units: "medicines.unitUnit",
  suppository: "medicines.unitSuppository",
};

/** `2 tablets`, `0.5 mL`, `10 micrograms`: a number never stands without its unit. */
export const amountText = (count: number, unit: string): string =>
  UNITS[unit] ? t(UNITS[unit], { count }) : t("medicines.unitOther", { count, unit });

export interface FormFacts {
  /** What a dose of it is counted in when the formulary does not say. */
  readonly units: readonly string[];
  readonly route: string;
  readonly word: Key;
}

/** Dose forms, with what to start from for medicines that are not in the formulary. */
export const FORMS = {
  tablet: { units: ["tablet", "mg"], route: "by mouth", word: "medicines.formTablet" },
  capsule: { units: ["capsule", "mg"], route: "by mouth", word: "medicines.formCapsule" },
  liquid: { units: ["mL", "mg"], route: "by mouth", word: "medicines.formLiquid" },
  drops: { units: ["drop"], route: "in the eye", word: "medicines.formDrops" },
  spray: { units: ["spray"], route: "in the nose", word: "medicines.formSpray" },
  inhaler: { units: ["puff"], route: "breathed in", word: "medicines.formInhaler" },
  patch: { units: ["patch"], route: "on the skin", word: "medicines.formPatch" },
  cream: { units: ["g"], route: "on the skin", word: "medicines.formCream" },
  suppository: {
    units: ["suppository"],
    route: "in the rectum",
    word: "medicines.formSuppository",
  },
  injection: { units: ["mL", "mg"], route: "by injection", word: "medicines.formInjection" },
  pen: { units: ["unit"], route: "under the skin", word: "medicines.formPen" },
  pack: { units: ["tablet"], route: "by mouth", word: "medicines.formPack" },
  device: { units: ["device"], route: "placed by a clinician", word: "medicines.formDevice" },
} as const satisfies Record<string, FormFacts>;

export type Form = keyof typeof FORMS;

export interface Dosing {
  readonly dose: string;
  readonly form: Form;
  readonly unit: string;
  readonly route: string;
  readonly rhythm: RhythmId | null;
  readonly asNeeded: boolean;
  readonly purpose: string;
  readonly mostPerDay: string;
  readonly days: string;
  readonly note: string;
}

/**
 * A number as written on a prescription, or nothing: digits with at most one point, greater than zero. `.5` and `5.0` are
 * refused, for a missed point makes ten times the dose (ISMP, "naked decimal", "trailing zero").
 */
export function amountOf(written: string): number | undefined {
  if (!/^(0|[1-9]\d{0,5})(\.\d{0,3}[1-9])?$/.test(written.trim())) return undefined;
  const amount = Number(written.trim());
  return amount > 0 ? amount : undefined;
}

/** A whole number of that size, or nothing. */
export function countOf(written: string, most: number, least = 1): number | undefined {
  const count = /^\d{1,4}$/.test(written.trim()) ? Number(written.trim()) : Number.NaN;
  return count >= least && count <= most ? count : undefined;
}

/**
 * The FHIR Dosage, structured and without a text of ours: the server puts it into words, for patient and pharmacy alike,
 * so that words and structure cannot differ.
 */
export function dosageOf(dosing: Dosing): Dosage {
  const value = amountOf(dosing.dose);
  const days = countOf(dosing.days, 3650);
  const most = countOf(dosing.mostPerDay, 99);
  const rhythm = dosing.rhythm && RHYTHMS[dosing.rhythm];
  const bounds = days && dosing.rhythm !== "once" ? { boundsDuration: dayQuantity(days) } : {};
  return {
    ...(dosing.note.trim() && { patientInstruction: dosing.note.trim() }),
    ...(rhythm && {
      timing: { repeat: { ...rhythm.repeat, ...bounds } as TimingRepeat, code: { text: t(rhythm.word) } },
    }),
    ...(dosing.rhythm === "once" && { additionalInstruction: [{ text: "once only" }] }),
    ...asNeededOf(dosing),
    route: { text: dosing.route },
    ...(value !== undefined && { doseAndRate: [{ doseQuantity: { value, unit: dosing.unit } }] }),
    ...(dosing.asNeeded && most && { maxDosePerPeriod: mostOf(most, dosing.unit) }),
  };
}

function asNeededOf({ asNeeded, purpose }: Dosing): Pick<Dosage, "asNeededBoolean" | "asNeededCodeableConcept"> {
  if (!asNeeded) return {};
  return purpose.trim() ? { asNeededCodeableConcept: { text: purpose.trim() } } : { asNeededBoolean: true };
}

const mostOf = (most: number, unit: string): NonNullable<Dosage["maxDosePerPeriod"]> => ({
  numerator: { value: most, unit },
  denominator: dayQuantity(1),
});

/** A number of days as FHIR has it. */
export const dayQuantity = (value: number) => ({
  value,
  unit: "days",
  system: "http://unitsofmeasure.org",
  code: "d",
});
