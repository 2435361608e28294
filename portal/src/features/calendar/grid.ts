/**
 * The geometry of a time grid, without a browser.
 *
 * The grid runs along the clock of a zone, so the hours of several days stand side by side on days of 23 and 25 hours too.
 * What lasts is kept in real time: an appointment that is moved across a change of the clock keeps its length.
 */
import { DAY_MINUTES, dayAfter, instantOf, wallOf } from "../../ui/zones.ts";

const MINUTE_MS = 60_000;

/** From when to when, in milliseconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The part of the day that is drawn, in minutes of the clock. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A stretch of one day's column, in minutes of its clock. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The stretch of `span` that lies on `day`; undefined when none does. */
export function stretchOn(span: Span, day: string, zone: string): Stretch | undefined {
  const [start, end] = [wallOf(span.start, zone), wallOf(span.end, zone)];
  if (start.day > day || end.day < day) return undefined;
  const from = start.day < day ? 0 : start.minute;
  const to = end.day > day ? DAY_MINUTES : end.minute;
  // In the hour that comes twice the clock may stand still or run back: such a thing is still seen.
  return to > from ? { from, to } : start.day === end.day && span.end > span.start ? { from, to: from + 1 } : undefined;
}

/** Where in the window a minute is, from 0 at its top to 1 at its end. */
export const shareOf = (minute: number, { from, to }: Window): number => (minute - from) / (to - from);

/** The minute at a share of the window, on the nearest step. */
export function minuteAt(share: number, { from, to }: Window, step: number): number {
  const minute = from + Math.max(0, Math.min(1, share)) * (to - from);
  return Math.max(from, Math.min(Math.round(minute / step) * step, to));
}

const HOUR = 60;

/**
 * Whole hours that show all stretches, at least `usual`.
 *
 * The drawn part of the day must not change while somebody drags, so it follows what is there and not what is done.
 */
export function windowFor(stretches: readonly Stretch[], usual: Window): Window {
  const from = Math.min(usual.from, ...stretches.map((one) => one.from));
  const to = Math.max(usual.to, ...stretches.map((one) => one.to));
  return { from: Math.floor(from / HOUR) * HOUR, to: Math.min(DAY_MINUTES, Math.ceil(to / HOUR) * HOUR) };
}

export interface Lane {
  /** From 0, at the beginning of the line. */
  readonly lane: number;
  /** How many stand side by side here. */
  readonly lanes: number;
}

/** Places for stretches that overlap: side by side, as few lanes as will do, touching ends below each other. */
export function lanesOf(stretches: readonly Stretch[]): Lane[] {
  const order = stretches.map((_, at) => at).sort((a, b) => compare(stretches[a], stretches[b]));
  const lanes = stretches.map(() => 0);
  const counts = stretches.map(() => 1);
  let cluster: number[] = [];
  let ends: number[] = [];
  const close = (): void => {
    for (const at of cluster) counts[at] = ends.length;
    cluster = [];
    ends = [];
  };
  for (const at of order) {
    const { from, to } = stretches[at] as Stretch;
    if (ends.every((end) => end <= from)) close();
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = to;
    lanes[at] = lane;
    cluster.push(at);
  }
  close();
  return stretches.map((_, at) => ({ lane: lanes[at] ?? 0, lanes: counts[at] ?? 1 }));
}

const compare = (a: Stretch | undefined, b: Stretch | undefined): number =>
  (a?.from ?? 0) - (b?.from ?? 0) || (b?.to ?? 0) - (a?.to ?? 0);

/** A span put elsewhere on the clock; it lasts as long as before. */
export function movedTo(span: Span, day: string, minute: number, zone: string): Span {
  const start = instantOf(day, minute, zone);
  return { start, end: start + (span.end - span.start) };
}

/** A span with another length; never shorter than `least` minutes. */
export const lasting = (span: Span, minutes: number, least: number): Span => ({
  start: span.start,
  end: span.start + Math.max(least, minutes) * MINUTE_MS,
});

/** A span's length in minutes. */
export const minutesOf = ({ start, end }: Span): number => Math.round((end - start) / MINUTE_MS);

/** What is drawn between two minutes of a day, in whichever direction; at least one step long. */
export function drawn(day: string, one: number, other: number, step: number, zone: string): Span {
  const from = Math.min(one, other);
  const start = instantOf(day, from, zone);
  const end = instantOf(day, Math.max(one, other, from + step), zone);
  return { start, end: Math.max(end, start + step * MINUTE_MS) };
}

/** A span so many steps later or earlier on the clock, across midnight as well. */
export function stepped(span: Span, minutes: number, zone: string): Span {
  const { day, minute } = wallOf(span.start, zone);
  const moved = minute + minutes;
  const days = Math.floor(moved / DAY_MINUTES);
  const later = movedTo(span, dayAfter(day, days), moved - days * DAY_MINUTES, zone);
  // A step that the clock leaves out would land where it began, and no key would ever get past it.
  return later.start === span.start ? shifted(span, minutes) : later;
}

/** The same so many days later, at the same time of the clock. */
export function daysLater(span: Span, days: number, zone: string): Span {
  const { day, minute } = wallOf(span.start, zone);
  return movedTo(span, dayAfter(day, days), minute, zone);
}

const shifted = ({ start, end }: Span, minutes: number): Span => ({
  start: start + minutes * MINUTE_MS,
  end: end + minutes * MINUTE_MS,
});

/** The parts of the window that are not in any of the `open` stretches. */
export function closedIn(open: readonly Stretch[], window: Window): Stretch[] {
  const closed: Stretch[] = [];
  let at = window.from;
  for (const { from, to } of [...open].sort(compare)) {
    if (from > at) closed.push({ from: at, to: Math.min(from, window.to) });
    at = Math.max(at, to);
  }
  if (at < window.to) closed.push({ from: at, to: window.to });
  return closed.filter(({ from, to }) => to > from);
}
