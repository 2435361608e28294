import type { ReactElement } from "react";
import type { Flag as FlagCode, Point as Measured, Range, Series } from "../../fhir/findings.ts";
import { numberText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { type Band, Flag, type Point } from "../../ui/index.ts";

const MEANING = {
  HH: "chart.flagHH",
  H: "chart.flagH",
  N: "chart.flagN",
  L: "chart.flagL",
  LL: "chart.flagLL",
  A: "chart.flagA",
} as const;

const TONE = { HH: "critical", H: "high", L: "low", LL: "critical", A: "high" } as const;

/** The letter of a value outside its range; nothing for a normal one, and nothing where nobody knows. */
export function ReadingFlag({ flag }: { flag: FlagCode | undefined }): ReactElement | null {
  if (!flag || flag === "N") return null;
  return <Flag mark={flag} meaning={t(MEANING[flag])} tone={TONE[flag]} />;
}

/** A series' points as the plots take them. */
export const plotted = (points: readonly Measured[]): Point[] =>
  points.map(({ at, value, flag }) => ({
    at,
    value,
    text: numberText(value),
    ...(flag && flag !== "N" ? { mark: TONE[flag], note: t(MEANING[flag]) } : {}),
  }));

/** A range as the plots take it. */
export const bandOf = (range: Range | undefined): Band => range ?? {};

/** `4 – 6 mmol/L`, one-sided where it is. */
export function seriesRangeText({ range, unit }: Pick<Series, "range" | "unit">): string {
  if (!range) return "";
  const { low, high } = range;
  if (low === undefined) return `≤ ${numberText(high ?? 0)} ${unit}`.trim();
  if (high === undefined) return `≥ ${numberText(low)} ${unit}`.trim();
  return `${numberText(low)} – ${numberText(high)} ${unit}`.trim();
}
