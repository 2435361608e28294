/** How a value stands and how it went, read from the lines as the server gives them. */
import { unitText } from "../../fhir/words.ts";
import type { Band, Point } from "../../ui/index.ts";
import type { Catalogue, ResultLine, ValueLine } from "./api.ts";

export type Letter = "HH" | "H" | "L" | "LL" | "A";

const LETTERS: readonly string[] = ["HH", "H", "L", "LL", "A"];

/** The letter that a person should see; none for a value within its range or one that nobody judged. */
export function letterOf({ flag }: Pick<ValueLine, "flag">): Letter | undefined {
  const letter = flag === "AA" ? "A" : (flag ?? "");
  return LETTERS.includes(letter) ? (letter as Letter) : undefined;
}

export const TONES = { HH: "critical", H: "high", L: "low", LL: "critical", A: "high" } as const;

/** Somebody's name; nothing where the server knows no more than a reference. */
export const nameOf = (who: string | null | undefined): string =>
  who && !/^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+$/.test(who) ? who : "";

/** `4 – 5.6 %`, one-sided where it is, or the laboratory's own words. */
export function rangeText({ low, high, range, unit }: ValueLine): string {
  const words = unitText({ unit: unit ?? "" });
  const after = words ? ` ${words}` : "";
  if (low && high) return `${low} – ${high}${after}`;
  if (low) return `≥ ${low}${after}`;
  if (high) return `≤ ${high}${after}`;
  return range ?? "";
}

/** A value as a number, when it is nothing but one: `< 0.01` is not. */
export function numberOf({ value }: Pick<ValueLine, "value">): number | undefined {
  const text = value.trim();
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** The values of one test over a patient's results, oldest first; only those in the same unit are compared. */
export function trendOf(results: readonly ResultLine[], name: string, unit: string): Point[] {
  const points = results.flatMap((result): Point[] => {
    const at = Date.parse(result.issued);
    if (Number.isNaN(at) || result.status === "entered-in-error" || result.status === "cancelled") return [];
    return result.values
      .filter((one) => one.name === name && (one.unit ?? "") === unit)
      .flatMap((one): Point[] => {
        const value = numberOf(one);
        if (value === undefined) return [];
        const letter = letterOf(one);
        return [{ at, value, text: one.value, ...(letter && { mark: TONES[letter], note: letter }) }];
      });
  });
  return points.sort((a, b) => a.at - b.at);
}

/** The range as a plot takes it. */
export function bandOf({ low, high }: Pick<ValueLine, "low" | "high">): Band {
  const [from, to] = [Number(low || Number.NaN), Number(high || Number.NaN)];
  return { ...(Number.isNaN(from) ? {} : { low: from }), ...(Number.isNaN(to) ? {} : { high: to }) };
}

/** Values outside their range first, the worst of them at the top; within that as the laboratory sent them. */
export function abnormalFirst(values: readonly ValueLine[]): ValueLine[] {
  const rank = (one: ValueLine) => {
    const letter = letterOf(one);
    return letter === "HH" || letter === "LL" ? 0 : letter ? 1 : 2;
  };
  return [...values].sort((a, b) => rank(a) - rank(b));
}

/** How many of a result's values lie within their range, and how many outside; the rest nobody judged. */
export function tally(values: readonly ValueLine[]): { within: number; outside: number } {
  const within = values.filter(({ place }) => place === "within").length;
  const outside = values.filter(({ place }) => place && place !== "within" && place !== "unknown").length;
  return { within, outside };
}

export interface Choice {
  readonly key: string;
  readonly name: string;
  /** Names of the tests of a panel; none for a single test. */
  readonly includes: readonly string[];
}

/** Panels and tests whose own name, or a test within, is like what is written; panels first. */
export function choices({ tests, panels }: Catalogue, written: string): Choice[] {
  const text = written.trim().toLocaleLowerCase();
  const nameOf = (key: string) => tests.find((test) => test.key === key)?.name ?? key;
  const all: Choice[] = [
    ...panels.map(({ key, name, tests: keys }) => ({ key, name, includes: keys.map(nameOf) })),
    ...tests.map(({ key, name }) => ({ key, name, includes: [] })),
  ];
  if (!text) return all;
  return all.filter(({ name, includes }) => [name, ...includes].some((one) => one.toLocaleLowerCase().includes(text)));
}
