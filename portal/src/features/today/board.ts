/** The day's visits: who stands where, how long they have waited, and what comes next for each. */
import type { Schemas } from "../../api/index.ts";

export type Board = Schemas["Board"];
export type Line = Schemas["BoardLine"];
export type State = Line["state"];

/** In the order in which the front desk looks at them: who waits comes first, who is expected next. */
export const GROUPS = [
  "arrived",
  "in-room",
  "with-provider",
  "booked",
  "done",
  "no-show",
  "cancelled",
] as const satisfies readonly State[];

export interface Filter {
  /** A provider's or a room's reference; empty for all. */
  readonly provider: string;
  readonly room: string;
}

export const NO_FILTER: Filter = { provider: "", room: "" };

/** The lines that the filter lets through: all counts are of these. */
export const shownLines = (lines: readonly Line[], { provider, room }: Filter): Line[] =>
  lines.filter((one) => (!provider || one.providers.includes(provider)) && (!room || one.room === room));

export interface Group {
  readonly state: State;
  readonly lines: readonly Line[];
}

/** Lines by where they stand: those who wait with the longest waiting first, all others by the clock. */
export const groupsOf = (lines: readonly Line[]): Group[] =>
  GROUPS.map((state) => ({ state, lines: lines.filter((one) => one.state === state).sort(order(state)) }));

const order =
  (state: State) =>
  (a: Line, b: Line): number =>
    key(a, state).localeCompare(key(b, state)) || a.appointment.localeCompare(b.appointment);

/** An instant in UTC, so that instants of different offsets compare. */
const key = (one: Line, state: State): string =>
  new Date((state === "arrived" ? one.waitingSince : null) ?? one.start).toISOString();

/** Video visits whose patient is there and whom nobody has joined. */
export const waitingForVideo = (lines: readonly Line[]): Line[] =>
  lines.filter((one) => one.video && (one.state === "arrived" || one.state === "in-room"));

/** Whole minutes since somebody arrived; undefined for who does not wait. */
export function waitedMinutes({ waitingSince }: Pick<Line, "waitingSince">, now: number): number | undefined {
  if (!waitingSince) return undefined;
  return Math.max(0, Math.floor((now - Date.parse(waitingSince)) / 60_000));
}

/** From here on waiting is shown as too long, house policy. */
export const LONG_WAIT = 20;

export type Step = "arrived" | "in-room";

/** What one key does to a line; from the room on the chart carries the visit. */
export const nextStep = ({ state }: Pick<Line, "state">): Step | undefined =>
  (({ booked: "arrived", arrived: "in-room" }) as const)[state as "booked" | "arrived"];

/** Whether saying so can be taken back: until the provider has begun. */
export const mayTakeBack = ({ state }: Pick<Line, "state">): boolean =>
  state === "arrived" || state === "in-room" || state === "no-show";

/** The board with a line elsewhere, as it is shown while the server is asked. */
export function withState(board: Board, appointment: string, state: State, room: string | null, now: string): Board {
  const lines = board.lines.map((one) =>
    one.appointment === appointment
      ? {
          ...one,
          state,
          room: room ?? (state === "in-room" ? one.room : null),
          waitingSince: state === "arrived" ? (one.waitingSince ?? now) : null,
          missing: false,
        }
      : one,
  );
  return { ...board, lines };
}
