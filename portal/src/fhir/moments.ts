/** FHIR's dates and times, of whatever precision, for reading and for order. */
import type { Period } from "fhir/r4";
import { showDay, showMoment } from "../ui/dates.ts";

/** `12-Mar-2026 09:05` of a dateTime with a time, `12-Mar-2026`, `Mar-2026` or `2026` of one without. */
export function momentText(dateTime: string | undefined): string {
  if (!dateTime) return "";
  return dateTime.includes("T") ? showMoment(dateTime) : showDay(dateTime);
}

/** The day alone, in the reader's zone. */
export const dayText = (dateTime: string | undefined): string => momentText(dateTime).split(" ")[0] ?? "";

/** Milliseconds at the beginning of what a dateTime says; `NaN` when there is none. */
export function moment(dateTime: string | undefined): number {
  const [, year, month = "01", day = "01"] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(dateTime ?? "") ?? [];
  if (year) return new Date(Number(year), Number(month) - 1, Number(day)).getTime();
  return dateTime ? Date.parse(dateTime) : Number.NaN;
}

/** Newest first; what has no date comes last. */
export function newestFirst<T>(items: readonly T[], when: (item: T) => string | undefined): T[] {
  const key = (item: T) => {
    const at = moment(when(item));
    return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
  };
  return [...items].sort((a, b) => key(b) - key(a) || 0);
}

/** `12-Mar-2026 to 14-Mar-2026`, and with an open end what is known. */
export function periodText(period: Period | undefined, until: string): string {
  const [start, end] = [dayText(period?.start), dayText(period?.end)];
  if (!end || start === end) return start;
  return start ? `${start} ${until} ${end}` : `${until} ${end}`;
}

/** Whole years on that day; `undefined` where the birth date lacks month or day or lies ahead. */
export function ageInYears(birthDate: string | undefined, on: Date = new Date()): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthDate ?? "") ?? [];
  if (!year || !month || !day) return undefined;
  const before =
    on.getMonth() + 1 < Number(month) || (on.getMonth() + 1 === Number(month) && on.getDate() < Number(day));
  const age = on.getFullYear() - Number(year) - (before ? 1 : 0);
  return age < 0 ? undefined : age;
}
