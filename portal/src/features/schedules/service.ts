/** A service while it is edited: its numbers as they are written, and who and what it needs. */
import type { Schemas } from "../../api/index.ts";

export type Service = Schemas["Service"];
export type Settings = Omit<Service, "id" | "version" | "reference">;

export const NUMBERS = ["minutes", "before", "after", "lead", "horizonDays", "notice", "mostOpen"] as const;
export type NumberName = (typeof NUMBERS)[number];
export type Numbers = Record<NumberName, string>;

/** In the editor hours are hours; the server counts in minutes. */
const HOURLY: ReadonlySet<NumberName> = new Set(["notice", "lead"]);

/** What the server takes, in its own units. */
const LIMITS: Record<NumberName, readonly [number, number]> = {
  minutes: [5, 720],
  before: [0, 240],
  after: [0, 240],
  lead: [0, 86_400],
  horizonDays: [1, 365],
  notice: [0, 86_400],
  mostOpen: [1, 50],
};

/** A service as it begins: of half an hour, which patients do not see yet. */
export const blank = (): Settings => ({
  name: "",
  active: true,
  mode: "hidden",
  minutes: 30,
  step: 0,
  before: 0,
  after: 0,
  lead: 120,
  horizonDays: 60,
  notice: 1440,
  mostOpen: 4,
  video: false,
  providers: [],
  rooms: [],
  roomKind: "",
  devices: [],
  forms: [],
});

export const shown = (service: Settings): Numbers =>
  Object.fromEntries(
    NUMBERS.map((one) => [one, String(HOURLY.has(one) ? service[one] / 60 : service[one])]),
  ) as Numbers;

/** The number that is written, in the server's unit; `undefined` when it is none or not one the server takes. */
export function readNumber(name: NumberName, text: string): number | undefined {
  if (!/^\d{1,4}([.,]\d)?$/.test(text.trim())) return undefined;
  const written = Number(text.trim().replace(",", "."));
  const value = HOURLY.has(name) ? written * 60 : written;
  const [least, most] = LIMITS[name];
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** The limits of a number as it is written. */
export function limitsOf(name: NumberName): { least: number; most: number } {
  const [least, most] = LIMITS[name];
  return HOURLY.has(name) ? { least: least / 60, most: most / 60 } : { least, most };
}

/** `list` with `one` in it or not, in its place. */
export const toggled = (list: readonly string[], one: string, isIn: boolean): string[] =>
  isIn ? [...list.filter((each) => each !== one), one] : list.filter((each) => each !== one);

export interface Choosable {
  readonly reference: string;
  readonly name: string;
}

/** What can be chosen, and what is chosen although it cannot be any more; by name. */
export function offered(
  known: readonly Choosable[],
  chosen: readonly string[],
  names: Readonly<Record<string, string>>,
): readonly Choosable[] {
  const listed = new Set(known.map((one) => one.reference));
  const rest = chosen.filter((one) => !listed.has(one)).map((one) => ({ reference: one, name: names[one] || one }));
  return [...known, ...rest].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}
