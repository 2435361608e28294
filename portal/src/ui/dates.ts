/**
 * Days as people write and read them: `12-Mar-2026`, in Spanish `12-mar-2026`, which no country reads in two ways (NHS
 * Common User Interface, "Date display"). Stored and passed as ISO days, `2026-03-12`.
 */
import { currentLanguage, currentLocale, type Language } from "../i18n/index.ts";

/** The months' short names; with the day before and the year after they are unambiguous in every locale. */
const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  es: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
};

export type Unread = "unknown" | "ambiguous" | "impossible";

const ISO = /^(\d{4})-(\d{2})(?:-(\d{2}))?/;

/** `2026-03-12` as `12-Mar-2026`; `2026-03` as `Mar-2026`; a bare year, or what is no date, as it came. */
export function showDay(iso: string): string {
  const [, year, month, day] = ISO.exec(iso) ?? [];
  if (!year || !month) return iso;
  const name = MONTHS[currentLanguage()][Number(month) - 1];
  if (!name) return iso;
  return day ? `${day}-${name}-${year}` : `${name}-${year}`;
}

/** An instant's local day and minute: `12-Mar-2026 09:05`. */
export function showMoment(instant: string | number | Date): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? String(instant) : `${showDay(isoDay(at))} ${showTime(at)}`;
}

/** An instant's local time in 24 hours: `09:05`. */
export function showTime(instant: string | number | Date): string {
  const at = new Date(instant);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** How long ago, in words, for use beside the absolute time: `3 days ago`. */
export function showAgo(instant: string | number | Date, now: number = Date.now()): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(currentLocale(), { numeric: "auto" });
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return words.format(Math.trunc(seconds / size), unit);
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** A local day as ISO. */
export const isoDay = (at: Date): string =>
  `${String(at.getFullYear()).padStart(4, "0")}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

/**
 * What somebody wrote, as an ISO day, or why it cannot be read. `12 mar 2026`, `12.March.2026`, `12 de marzo de 2026`,
 * `2026-03-12`, `13/3/2026` and `3/13/2026` are read, whatever language is in force; `3/4/2026` is refused, because half the world means March and the other half April.
 */
export function readDay(written: string): { day: string } | { unread: Unread } {
  const parts = written
    .trim()
    .toLowerCase()
    .split(/[\s./,-]+/)
    .filter((part) => part && !JOINING.includes(part));
  const [a = "", b = "", c = ""] = parts;
  if (parts.length !== 3) return { unread: "unknown" };
  if (/^\d{4}$/.test(a)) return made(a, monthOf(b), b, c);
  if (!/^\d{4}$/.test(c)) return { unread: "unknown" };
  if (monthOf(b)) return made(c, monthOf(b), b, a);
  if (monthOf(a)) return made(c, monthOf(a), a, b);
  if (!/^\d{1,2}$/.test(a) || !/^\d{1,2}$/.test(b)) return { unread: "unknown" };
  if (Number(a) <= 12 && Number(b) <= 12 && Number(a) !== Number(b)) return { unread: "ambiguous" };
  return Number(b) > 12 ? made(c, Number(a), a, b) : made(c, Number(b), b, a);
}

/** What stands between the parts of a Spanish date. */
const JOINING: readonly string[] = ["de", "del"];

/** The number of a month written in any of the languages; 0 for what is none. */
function monthOf(text: string): number {
  if (!/^[a-z]{3,}$/.test(text)) return 0;
  const found = Object.values(MONTHS).map((names) => names.findIndex((name) => text.startsWith(name.toLowerCase())));
  return Math.max(...found) + 1;
}

function made(year: string, named: number, month: string, day: string): { day: string } | { unread: Unread } {
  const number = named || Number(month);
  if (!/^\d{1,2}$/.test(day) || !Number.isInteger(number)) return { unread: "unknown" };
  const at = new Date(0);
  at.setHours(0, 0, 0, 0);
  at.setFullYear(Number(year), number - 1, Number(day));
  const real = at.getMonth() === number - 1 && at.getDate() === Number(day);
  return real ? { day: isoDay(at) } : { unread: "impossible" };
}

const pad = (number: number): string => String(number).padStart(2, "0");
