/** Durations and rates as people read them. */
import { currentLocale } from "../../i18n/index.ts";

const number = (value: number, digits: number): string =>
  new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits }).format(value);

/** A short time: `0`, `12 ms`, `1.5 s`. */
export function showShort(seconds: number): string {
  if (seconds === 0) return "0";
  return seconds < 1 ? `${number(seconds * 1000, seconds < 0.01 ? 1 : 0)} ms` : `${number(seconds, 1)} s`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A long time in its greatest unit: `3 hours`. */
export function showLong(seconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => seconds >= 2 * one) ?? (["second", 1] as const);
  return new Intl.NumberFormat(currentLocale(), {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.floor(seconds / length));
}

/** A count, in few digits. */
export const showCount = (value: number): string =>
  new Intl.NumberFormat(currentLocale(), { notation: "compact", maximumFractionDigits: value < 10 ? 1 : 0 }).format(
    value,
  );
