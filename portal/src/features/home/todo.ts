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
  readonly kind: "check-in" | "offer" | "form" | "paper" | "message";
  readonly count: number;
  readonly href: string;
}

/** In the order of their haste; nothing that does not wait. */
export function todosOf({ visits, waiting, papers, forms, unread }: Waits): readonly Todo[] {
  const arriving = visits.filter((one) => one.canCheckIn).length;
  const offers = waiting.filter((one) => one.offer !== null).length;
  const open = papers.filter((one) => one.state === "open" || one.state === "outdated");
  const needed = open.filter((one) => one.required).length;
  const all: readonly Todo[] = [
    { kind: "check-in", count: arriving, href: "/appointments" },
    { kind: "offer", count: offers, href: "/appointments" },
    { kind: "form", count: forms, href: "/my-forms" },
    { kind: "paper", count: needed, href: "/papers" },
    { kind: "message", count: unread, href: "/messages" },
  ];
  return all.filter((one) => one.count > 0);
}

/** The visit that comes next: booked or asked for, and not over. */
export function nextVisit(visits: readonly Visit[], now: number): Visit | undefined {
  return visits
    .filter((one) => Date.parse(one.end) > now && !["cancelled", "no-show", "done"].includes(one.state))
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))[0];
}
