/**
 * Clocks of places: which day and minute an instant is where somebody works, and back.
 *
 * A day is ISO (`2026-03-29`) and a minute counts from midnight on the clock of the place, so 09:00 is 540 on the days of
 * 23 and of 25 hours as well. An instant is in milliseconds since 1970.
 */
import { currentLocale } from "../i18n/index.ts";

const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1440;

/** A place on the clock of a zone. */
export interface Wall {
  readonly day: string;
  readonly minute: number;
}

/** The reader's own zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let found = clocks.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clocks.set(zone, found);
  }
  return found;
}

/** What the clock of `zone` shows, as if it were UTC. */
function shownAsUtc(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of clock(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the clock of `zone` is ahead of UTC at an instant, in minutes. */
function offsetAt(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1000) * 1000;
  return (shownAsUtc(whole, zone) - whole) / MINUTE_MS;
}

/** Where an instant is on the clock of `zone`. */
export function wallOf(instant: number, zone: string): Wall {
  const shown = instant + offsetAt(instant, zone) * MINUTE_MS;
  const midnight = Math.floor(shown / 86_400_000) * 86_400_000;
  return { day: new Date(midnight).toISOString().slice(0, 10), minute: (shown - midnight) / MINUTE_MS };
}

/**
 * The instant of a place on the clock; minutes below 0 or beyond the day lead into its neighbours.
 *
 * A time that the clock passes twice is the first of the two; one that it leaves out is as much later as it leaves out.
 */
export function instantOf(day: string, minute: number, zone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS;
  const before = offsetAt(wanted - 86_400_000, zone);
  const after = offsetAt(wanted + 86_400_000, zone);
  const early = wanted - before * MINUTE_MS;
  if (before === after || offsetAt(early, zone) === before) return early;
  const late = wanted - after * MINUTE_MS;
  return offsetAt(late, zone) === after ? late : early;
}

/** From a day's midnight to the next, in minutes: 1380 and 1500 where the clock is changed. */
export const dayLength = (day: string, zone: string): number =>
  (instantOf(dayAfter(day, 1), 0, zone) - instantOf(day, 0, zone)) / MINUTE_MS;

/** The day so many days later. */
export function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** Days from one to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** The day of the week, Monday 0 to Sunday 6. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The days of the week that holds `day`, from Monday. */
export function weekOf(day: string): string[] {
  const monday = dayAfter(day, -weekdayOf(day));
  return Array.from({ length: 7 }, (_, count) => dayAfter(monday, count));
}

/** The same day of another month, or that month's last. */
export function monthAfter(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}

/** Every day from one to another, both included. */
export function daysFrom(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, count) => dayAfter(from, count));
}

/** `09:05` of a minute of the day; 24:00 is the end of it. */
export const showMinute = (minute: number): string => {
  const whole = Math.floor(minute);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
};

/** The minute of the day that was written: `9`, `9:05`, `0905`; undefined when it is none. */
export function readMinute(written: string): number | undefined {
  const [, hours, minutes = "0"] = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*$/.exec(written) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return hours !== undefined && Number(minutes) < 60 && minute <= DAY_MINUTES ? minute : undefined;
}

/** `09:05` on the clock of `zone`. */
export const showTimeIn = (instant: string | number, zone: string): string =>
  showMinute(wallOf(typeof instant === "string" ? Date.parse(instant) : instant, zone).minute);

/** The day of an instant on the calendar of `zone`. */
export const dayIn = (instant: string | number, zone: string): string =>
  wallOf(typeof instant === "string" ? Date.parse(instant) : instant, zone).day;

/** An instant as FHIR writes it, with the offset of `zone`: `2026-03-12T09:05:00-04:00`. */
export function isoIn(instant: number, zone: string): string {
  const offset = offsetAt(instant, zone);
  const shown = new Date(instant + offset * MINUTE_MS).toISOString().slice(0, 19);
  return `${shown}${offset < 0 ? "-" : "+"}${showMinute(Math.abs(offset))}`;
}

/** What a zone is called at an instant: `Eastern Daylight Time`, or `EDT` when short. */
export function zoneName(zone: string, instant: number, length: "long" | "short" = "long"): string {
  const parts = new Intl.DateTimeFormat(length === "short" ? "en-US" : currentLocale(), {
    timeZone: zone,
    timeZoneName: length,
  }).formatToParts(instant);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** Whether two zones show the same clock at an instant. */
export const sameClock = (one: string, other: string, instant: number): boolean =>
  offsetAt(instant, one) === offsetAt(instant, other);

/** A day in words: `Monday 12 March`. */
export function dayWords(day: string, style: "long" | "short" | "weekday" | "month" = "long"): string {
  const shapes: Record<typeof style, Intl.DateTimeFormatOptions> = {
    long: { weekday: "long", day: "numeric", month: "long" },
    short: { weekday: "short", day: "numeric" },
    weekday: { weekday: "long" },
    month: { month: "long", year: "numeric" },
  };
  return new Intl.DateTimeFormat(currentLocale(), { timeZone: "UTC", ...shapes[style] }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
}
