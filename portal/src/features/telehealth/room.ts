/**
 * A video visit as the socket tells of it, and what of it this page knows: states, people, chat, captions, recording.
 *
 * `told` is pure: one happening after the other gives the room; nothing here asks or sends.
 */
import type { Schemas } from "../../api/index.ts";
import type { Person } from "./people.ts";

/** A visit as the server shows it to one of its people: `visit.state`, and the answers about it. */
export type Whole = Schemas["VideoVisit"];

export interface Said {
  readonly cid: string;
  readonly from: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
  readonly sending?: "waits" | "failed";
}

export interface Caption {
  readonly key: string;
  readonly from: string;
  readonly text: string;
  readonly final: boolean;
}

export interface Room {
  readonly whole: Whole | null;
  readonly chat: readonly Said[];
  readonly captions: readonly Caption[];
}

export const EMPTY_ROOM: Room = { whole: null, chat: [], captions: [] };

/** How many lines of captions stay. */
const KEPT_CAPTIONS = 3;

/** What the server or this page says of the room. */
export type Happening =
  | { readonly kind: "state"; readonly whole: Whole }
  | { readonly kind: "said"; readonly line: Said }
  | { readonly kind: "wrote"; readonly lines: readonly Said[] }
  | { readonly kind: "unsent"; readonly cid: string }
  | { readonly kind: "caption"; readonly from: string; readonly text: string; readonly final: boolean };

/** The room after it happened. */
export function told(room: Room, it: Happening): Room {
  switch (it.kind) {
    case "state":
      return { ...room, whole: it.whole };
    case "said":
      return { ...room, chat: withLine(room.chat, it.line) };
    case "wrote":
      return { ...room, chat: withHistory(room.chat, it.lines) };
    case "unsent":
      return { ...room, chat: room.chat.map((one) => (one.cid === it.cid ? { ...one, sending: "failed" } : one)) };
    case "caption":
      return { ...room, captions: withCaption(room.captions, it) };
  }
}

/** One's own line is there before the server has it; what it then says of the line takes its place. */
function withLine(chat: readonly Said[], line: Said): readonly Said[] {
  const place = chat.findIndex(({ cid }) => cid === line.cid);
  return place < 0 ? [...chat, line] : chat.with(place, line);
}

/** What was written before stands first; what has come meanwhile stays once. */
function withHistory(chat: readonly Said[], lines: readonly Said[]): readonly Said[] {
  const known = new Set(chat.map(({ cid }) => cid));
  return [...lines.filter(({ cid }) => !known.has(cid)), ...chat];
}

/** An unfinished line is replaced by its next form, and ends as a finished one. */
function withCaption(lines: readonly Caption[], { from, text, final }: Omit<Caption, "key">): readonly Caption[] {
  const open = lines.find((one) => one.from === from && !one.final);
  const key = open?.key ?? String(Math.max(0, ...lines.map((one) => Number(one.key))) + 1);
  const others = lines.filter((one) => one !== open);
  if (!text.trim()) return others;
  return [...others, { key, from, text, final }].slice(-KEPT_CAPTIONS);
}

/** Oneself among the visit's people. */
export const selfOf = (whole: Whole | null): Person | undefined => whole?.people.find(({ id }) => id === whole.me);

/** Whether one is asked to be recorded and has not answered. */
export const isAsked = (whole: Whole): boolean =>
  whole.recording !== "off" && !selfOf(whole)?.answer && selfOf(whole) !== undefined;

/** Nobody can come in any more, or nobody came. */
export const isOver = ({ state }: Pick<Whole, "state">): boolean => state === "ended" || state === "no-show";

/** Whether it is this browser that records: where no gateway is, that of the first host inside. */
export function tapes({ recording, recorder, people, me }: Whole): boolean {
  const hosts = people.filter(({ part, state }) => part === "host" && state === "admitted").map(({ id }) => id);
  return recording === "on" && recorder === "browser" && hosts.toSorted()[0] === me;
}

/** What a host is called to those who wait for one. */
export const hostNames = (whole: Whole): string => whole.hosts.join(", ");
