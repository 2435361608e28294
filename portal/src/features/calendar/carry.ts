/**
 * An appointment in somebody's hand: picked up, carried over the grid by a pointer or by keys, and not yet put down.
 *
 * Nothing here knows a browser; `useDrag` feeds it with pointers and `Ghost` with keys.
 */
import { DAY_MINUTES, instantOf, wallOf } from "../../ui/zones.ts";
import { daysLater, drawn, lasting, minutesOf, movedTo, type Span, stepped } from "./grid.ts";

/** A column of the grid: a day, and whose it is where several stand side by side. */
export interface Column {
  readonly key: string;
  readonly day: string;
  /** The actor's reference; undefined where the grid shows one actor only. */
  readonly actor?: string | undefined;
}

export interface Spot {
  readonly column: Column;
  readonly span: Span;
}

export interface Carry {
  readonly how: "move" | "stretch" | "draw";
  /** The appointment's id; null while a new one is drawn. */
  readonly id: string | null;
  readonly by: "pointer" | "keys";
  readonly from: Spot;
  readonly now: Spot;
}

export const STEP = 15;
export const FINE_STEP = 5;
const LEAST = 5;
const HOUR = 60;

/** Whether it is somewhere else, or lasts otherwise, than where it was picked up. */
export const hasMoved = ({ how, from, now }: Carry): boolean =>
  how === "draw" ||
  from.span.start !== now.span.start ||
  from.span.end !== now.span.end ||
  from.column.actor !== now.column.actor;

/** Where a pointer is: over which column and at which minute of it. */
export interface Point {
  readonly column: Column;
  readonly minute: number;
}

/** The carry with the pointer at `point`; it was taken `grip` minutes after its beginning. */
export function carriedTo(carry: Carry, point: Point, grip: number, step: number, zone: string): Carry {
  const { how, from } = carry;
  const end = Math.round(point.minute / step) * step;
  if (how === "draw") return { ...carry, now: { column: from.column, span: drawnFrom(from, end, step, zone) } };
  if (how === "stretch") return { ...carry, now: { column: from.column, span: stretchedTo(from, end, zone) } };
  const minute = Math.round((point.minute - grip) / step) * step;
  const span = movedTo(from.span, point.column.day, Math.max(0, Math.min(DAY_MINUTES - step, minute)), zone);
  return { ...carry, now: { column: point.column, span } };
}

function drawnFrom({ column, span }: Spot, minute: number, step: number, zone: string): Span {
  const anchor = wallOf(span.start, zone).minute;
  return drawn(column.day, anchor, minute, step, zone);
}

function stretchedTo({ column, span }: Spot, minute: number, zone: string): Span {
  const end = instantOf(column.day, minute, zone);
  return lasting(span, Math.round((end - span.start) / 60_000), LEAST);
}

/** What a key does to what is carried; undefined for keys that are not about it. */
export function nudged(
  carry: Carry,
  press: { readonly key: string; readonly shiftKey: boolean; readonly altKey: boolean },
  columns: readonly Column[],
  zone: string,
): Carry | undefined {
  const { column, span } = carry.now;
  const step = press.altKey ? FINE_STEP : STEP;
  const along = { ArrowDown: step, ArrowUp: -step, PageDown: HOUR, PageUp: -HOUR }[press.key];
  if (along !== undefined) {
    const next = press.shiftKey ? lasting(span, minutesOf(span) + along, LEAST) : stepped(span, along, zone);
    return put(carry, next, column, columns, zone);
  }
  const across = { ArrowRight: 1, ArrowLeft: -1 }[press.key];
  if (across === undefined || press.shiftKey) return undefined;
  return crossed(carry, across, columns, zone);
}

/** To the neighbouring column: another actor where actors stand side by side, another day where days do. */
function crossed(carry: Carry, across: number, columns: readonly Column[], zone: string): Carry {
  const { column, span } = carry.now;
  if (column.actor === undefined) return put(carry, daysLater(span, across, zone), column, columns, zone);
  const here = columns.findIndex((one) => one.key === column.key);
  const next = columns[Math.max(0, Math.min(columns.length - 1, here + across))] ?? column;
  return { ...carry, now: { column: next, span } };
}

/** In the column of the day it now begins on; a day that is not shown gets a column of its own. */
function put(carry: Carry, span: Span, column: Column, columns: readonly Column[], zone: string): Carry {
  const { day } = wallOf(span.start, zone);
  const found = columns.find((one) => one.day === day && one.actor === column.actor);
  return { ...carry, now: { column: found ?? { ...column, key: `${day} ${column.actor ?? ""}`, day }, span } };
}

/** The columns of a view: seven days of a week, one day, or a day of each actor. */
export function columnsOf(
  view: "day" | "week" | "resources",
  days: readonly string[],
  actors: readonly string[],
): Column[] {
  if (view !== "resources") return days.map((day) => ({ key: `${day} `, day }));
  const [day = ""] = days;
  return actors.map((actor) => ({ key: `${day} ${actor}`, day, actor }));
}
