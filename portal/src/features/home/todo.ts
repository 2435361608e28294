/** What waits for a patient: papers, forms, offers of a freed time, messages, signing in for today's visit. */
import type { Schemas } from "../../api/index.ts";

export type Visit = Schemas["OwnVisit"];

export interface Waits {
  readonly visits: readonly Visit[];
  readonly waiting: readonly Schemas["Waiting"][];
  readonly papers: readonly Schemas["Paper"][];
  readonly forms: number;
  readonly unread: number;
}

export interface Todo {
  readonly kind: "video" | "check-in" | "offer" | "form" | "paper" | "message";
  readonly count: number;
  readonly href: string;
}

/** In the order of their haste; nothing that does not wait. `calls`: ids of video visits that can be joined. */
export function todosOf({ visits, waiting, papers, forms, unread }: Waits, calls: readonly string[]): readonly Todo[] {
  const joinable = visits.filter(({ id }) => calls.includes(id));
  // Whoever comes by video arrives by joining.
  const arriving = visits.filter((one) => one.canCheckIn && !one.video).length;
  const offers = waiting.filter((one) => one.offer !== null).length;
  const open = papers.filter((one) => one.state === "open" || one.state === "outdated");
  const needed = open.filter((one) => one.required).length;
  const all: readonly Todo[] = [
    { kind: "video", count: joinable.length, href: `/visits/${joinable[0]?.id ?? ""}` },
    { kind: "check-in", count: arriving, href: "/appointments" },
    { kind: "offer", count: offers, href: "/appointments" },
    { kind: "form", count: forms, href: "/my-forms" },
    { kind: "paper", count: needed, href: "/papers" },
    { kind: "message", count: unread, href: "/messages" },
  ];
  return all.filter((one) => one.count > 0);
}

/** The visit that comes next: booked or asked for, and not over; a video visit is not while it can be joined. */
export function nextVisit(visits: readonly Visit[], now: number, calls: readonly string[]): Visit | undefined {
  return visits
    .filter(
      (one) =>
        (Date.parse(one.end) > now || calls.includes(one.id)) && !["cancelled", "no-show", "done"].includes(one.state),
    )
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))[0];
}
