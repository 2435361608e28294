/**
 * A week of opening hours while it is edited: for each day of the week ranges in minutes of the clock; and what the
 * exceptions leave of it on a real day. Monday is 0.
 */
import type { Schemas } from "../../api/index.ts";
import { DAY_MINUTES, dayAfter, instantOf, showMinute, wallOf, weekdayOf } from "../../ui/zones.ts";

export interface Hours {
  readonly from: number;
  /** Beyond 1440 it is on the next day. */
  readonly to: number;
  /** Services that may be booked then; all when there are none. */
  readonly services: readonly string[];
}

/** Seven days, Monday first. */
export type Week = readonly (readonly Hours[])[];

export const emptyWeek = (): Week => Array.from({ length: 7 }, () => []);

export type Trouble = "backwards" | "overlap";

/** What is wrong with each range of a day, by its place; nothing when all is well. */
export function troublesOf(day: readonly Hours[]): ReadonlyMap<number, Trouble> {
  const troubles = new Map<number, Trouble>();
  day.forEach((one, at) => {
    if (one.to <= one.from) troubles.set(at, "backwards");
    else if (day.slice(0, at).some((other) => one.from < other.to && other.from < one.to)) troubles.set(at, "overlap");
  });
  return troubles;
}

export const isSound = (week: Week): boolean => week.every((day) => troublesOf(day).size === 0);

/** The week with another day in its place. */
export const withDay = (week: Week, weekday: number, day: readonly Hours[]): Week =>
  week.map((one, at) => (at === weekday ? day : one));

/** The week in which `to` are as the day `from`. */
export const copied = (week: Week, from: number, to: readonly number[]): Week =>
  week.map((one, at) => (to.includes(at) ? (week[from] ?? []) : one));

const AFTER_BREAK = 60;
const USUAL: Hours = { from: 540, to: 1020, services: [] };

/** One more range: an hour after the last, as long as the day allows; on an empty day the usual hours. */
export function withRange(day: readonly Hours[]): readonly Hours[] {
  const end = Math.max(0, ...day.map((one) => one.to));
  if (day.length === 0) return [USUAL];
  const from = Math.min(end + AFTER_BREAK, DAY_MINUTES - AFTER_BREAK);
  return [...day, { from, to: Math.min(from + 4 * AFTER_BREAK, DAY_MINUTES), services: [] }];
}

/** An exception as the server keeps it, in instants. */
export type Exception = Pick<Schemas["Hours"]["exceptions"][number], "start" | "end" | "kind">;

export interface Open {
  readonly from: number;
  readonly to: number;
}

/** When it is open on a real day: the week's hours and the extra ones, less what is closed. */
export function openOn(week: Week, exceptions: readonly Exception[], day: string, zone: string): Open[] {
  const stretch = (one: Exception) => stretchOf(one, day, zone);
  const extra = exceptions.filter((one) => one.kind === "extra").flatMap(stretch);
  const closed = exceptions.filter((one) => one.kind !== "extra").flatMap(stretch);
  return joined([...usualOn(week, day), ...extra]).flatMap((one) => without(one, closed));
}

/** The week's hours of a day, with what the night before leaves. */
function usualOn(week: Week, day: string): Open[] {
  const own = (week[weekdayOf(day)] ?? []).map(({ from, to }) => ({ from, to: Math.min(to, DAY_MINUTES) }));
  const night = (week[weekdayOf(dayAfter(day, -1))] ?? []).filter(({ to }) => to > DAY_MINUTES);
  return [...night.map(({ to }) => ({ from: 0, to: to - DAY_MINUTES })), ...own];
}

function stretchOf({ start: from, end: to }: Exception, day: string, zone: string): Open[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const midnight = instantOf(day, 0, zone);
  const next = instantOf(day, DAY_MINUTES, zone);
  if (end <= midnight || start >= next) return [];
  const first = start <= midnight ? 0 : wallOf(start, zone).minute;
  const last = end >= next ? DAY_MINUTES : wallOf(end, zone).minute;
  return last > first ? [{ from: first, to: last }] : [];
}

/** The same minutes in as few stretches as possible. */
export function joined(stretches: readonly Open[]): Open[] {
  const result: Open[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (to <= from) continue;
    if (last && from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else result.push({ from, to });
  }
  return result;
}

function without(open: Open, closed: readonly Open[]): Open[] {
  return closed.reduce<Open[]>(
    (left, gap) =>
      left.flatMap(({ from, to }) =>
        [
          { from, to: Math.min(to, gap.from) },
          { from: Math.max(from, gap.to), to },
        ].filter((one) => one.to > one.from && one.from >= from && one.to <= to),
      ),
    [open],
  );
}

/** Minutes open, for a total. */
export const minutesOpen = (open: readonly Open[]): number => open.reduce((sum, { from, to }) => sum + to - from, 0);

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const satisfies readonly Weekly["days"][number][];

type Weekly = Schemas["Hours"]["weekly"][number];

/** The server's hours, day by day. */
export function weekFrom(weekly: readonly Weekly[]): Week {
  return DAYS.map((day) =>
    weekly
      .filter(({ days }) => days.includes(day))
      .map(({ start, end, services }) => {
        const [from, to] = [minuteOf(start), minuteOf(end)];
        return { from, to: to > from ? to : to + DAY_MINUTES, services };
      })
      .sort((a, b) => a.from - b.from),
  );
}

/** The same as the server keeps it: ranges that are alike on several days are one. */
export function weeklyFrom(week: Week): Weekly[] {
  const found = new Map<string, Weekly>();
  week.forEach((ranges, at) => {
    const day = DAYS[at];
    for (const { from, to, services } of day ? ranges : []) {
      const key = `${from} ${to} ${services.join()}`;
      const days = found.get(key)?.days ?? [];
      found.set(key, {
        days: [...days, day as (typeof DAYS)[number]],
        start: clock(from),
        end: clock(to),
        services: [...services],
      });
    }
  });
  return [...found.values()];
}

const minuteOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
};

const clock = (minute: number): string => `${showMinute(minute % DAY_MINUTES)}:00`;
