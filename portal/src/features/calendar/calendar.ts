/** A calendar as the server tells it, and what of it stands where. */
import { answer, api, type Schemas } from "../../api/index.ts";
import { dayAfter, instantOf, isoIn, weekOf } from "../../ui/zones.ts";
import type { Column } from "./carry.ts";
import { closedIn, type Span, type Stretch, stretchOn, type Window, windowFor } from "./grid.ts";

export type Calendar = Schemas["Calendar"];
export type Entry = Schemas["CalendarEntry"];
export type Band = Schemas["CalendarBand"];
export type Actor = Schemas["CalendarActor"];
export type Service = Schemas["Service"];

export type View = "day" | "week" | "resources";

/** What the page shows: kept in its address, so that going back and sending a link work. */
export interface Shown {
  readonly view: View;
  readonly day: string;
  /** One actor for a day or a week, any number side by side; empty means all. */
  readonly actors: readonly string[];
}

export const CALENDAR_KEY = ["calendar"] as const;

/** The days a view needs. */
export const daysShown = ({ view, day }: Pick<Shown, "view" | "day">): string[] =>
  view === "week" ? weekOf(day) : [day];

/** How far back and forth lead. */
export const pageLength = (view: View): number => (view === "week" ? 7 : 1);

/** Whole days on the clinic's clock, of everybody: choosing whose is then at once. */
export function loadCalendar(days: readonly string[], zone: string, signal?: AbortSignal): Promise<Calendar> {
  const [first = "", last = first] = [days[0], days.at(-1)];
  const query = {
    from: isoIn(instantOf(first, 0, zone), zone),
    to: isoIn(instantOf(dayAfter(last, 1), 0, zone), zone),
  };
  return answer(api.GET("/api/scheduling/calendar", { params: { query }, ...(signal && { signal }) }));
}

export const spanOf = (it: Pick<Entry, "start" | "end">): Span => ({
  start: Date.parse(it.start),
  end: Date.parse(it.end),
});

/** Over for good: shown where it was, and not moved. */
const OVER = new Set(["fulfilled", "cancelled", "noshow", "entered-in-error"]);

/** Whether it may be moved: it is still to come, and nobody has arrived for it. */
export const isMovable = (it: Pick<Entry, "status">): boolean => it.status === "booked" || it.status === "pending";

const isOver = (it: Pick<Entry, "status">): boolean => OVER.has(it.status);

/** An appointment in its column. */
export interface Placed {
  readonly entry: Entry;
  readonly stretch: Stretch;
}

/** What stands in a column, earliest first; cancelled ones make room for those that take place. */
export function placedIn(column: Column, entries: readonly Entry[], zone: string): Placed[] {
  return entries
    .filter((entry) => entry.status !== "cancelled" && entry.status !== "entered-in-error")
    .filter((entry) => column.actor === undefined || entry.actors.includes(column.actor))
    .flatMap((entry) => {
      const stretch = stretchOn(spanOf(entry), column.day, zone);
      return stretch ? [{ entry, stretch }] : [];
    })
    .sort((a, b) => a.stretch.from - b.stretch.from || a.stretch.to - b.stretch.to);
}

export interface PlacedBand extends Stretch {
  readonly kind: "closed" | "time-off" | "hold";
  readonly key: string;
  /** Why, where it may be seen. */
  readonly reason?: string | undefined;
}

/** Closed hours, time off and holds of a column; `actor` is whose, where the column does not say. */
export function bandsIn(
  column: Column,
  bands: readonly Band[],
  actor: string | undefined,
  window: Window,
  zone: string,
): PlacedBand[] {
  const whose = column.actor ?? actor;
  const mine = bands.filter((band) => whose === undefined || band.actor === whose);
  const on = <Kind extends Band["kind"]>(kind: Kind) =>
    mine
      .filter((band) => band.kind === kind)
      .flatMap((band) => {
        const stretch = stretchOn(spanOf(band), column.day, zone);
        return stretch ? [{ ...stretch, kind, key: `${kind} ${band.start} ${band.actor}`, reason: band.reason }] : [];
      });
  const open = [...on("open"), ...on("exception")];
  const closed = closedIn(open, window).map((one) => ({ ...one, kind: "closed" as const, key: `closed ${one.from}` }));
  return [...closed, ...on("time-off"), ...on("hold")];
}

const USUAL: Window = { from: 480, to: 1080 };

/** The hours drawn: those that are open anywhere shown, and all appointments. */
export function hoursShown(columns: readonly Column[], calendar: Calendar | undefined, zone: string): Window {
  if (!calendar) return USUAL;
  const days = [...new Set(columns.map(({ day }) => day))];
  const open = calendar.bands.filter(({ kind }) => kind === "open" || kind === "exception");
  const spans = [...calendar.appointments, ...open].map(spanOf);
  const stretches = days.flatMap((day) => spans.flatMap((span) => stretchOn(span, day, zone) ?? []));
  return windowFor(stretches, USUAL);
}

/** The calendar with an appointment elsewhere, as it is shown while the server is asked. */
export function withMoved(calendar: Calendar, id: string, span: Span, actors: readonly string[]): Calendar {
  const appointments = calendar.appointments.map((one) =>
    one.id === id
      ? { ...one, start: isoIn(span.start, calendar.zone), end: isoIn(span.end, calendar.zone), actors: [...actors] }
      : one,
  );
  return { ...calendar, appointments };
}

/** The actors of an appointment that was carried from one actor's column to another's. */
export function actorsAfter(actors: readonly string[], from: string | undefined, to: string | undefined): string[] {
  if (from === undefined || to === undefined || from === to) return [...actors];
  return [...new Set(actors.map((one) => (one === from ? to : one)))];
}

/** Those who would be in the way of an appointment there: a first answer, before the server gives the true one. */
export function clashesWith(
  entries: readonly Entry[],
  id: string | null,
  span: Span,
  actors: readonly string[],
): Entry[] {
  return entries.filter(
    (one) =>
      one.id !== id &&
      !isOver(one) &&
      one.actors.some((actor) => actors.includes(actor)) &&
      spanOf(one).start < span.end &&
      span.start < spanOf(one).end,
  );
}
