import { expect, test } from "vitest";
import { nextVisit, todosOf, type Visit, type Waits } from "../../../src/features/home/todo.ts";

const visit = (id: string, start: string, change: Partial<Visit> = {}): Visit =>
  ({ id, start, end: start.replace(":00:", ":30:"), state: "booked", canCheckIn: false, ...change }) as Visit;
const NOTHING: Waits = { visits: [], waiting: [], papers: [], forms: 0, unread: 0 };
const paper = (state: string, required: boolean) => ({ key: state, version: 1, required, state, since: "" });

test("nothing that does not wait is listed", () => {
  expect(todosOf(NOTHING, [])).toEqual([]);
});

test("what is most hasty comes first", () => {
  const waits = {
    visits: [
      visit("a", "2026-11-22T10:00:00Z", { canCheckIn: true }),
      visit("v", "2026-11-22T11:00:00Z", { canCheckIn: true, video: true }),
    ],
    waiting: [{ offer: null }, { offer: {} }] as unknown as Waits["waiting"],
    papers: [
      paper("open", true),
      paper("outdated", true),
      paper("open", false),
      paper("agreed", true),
    ] as Waits["papers"],
    forms: 3,
    unread: 1,
  };

  const all = todosOf(waits, ["v"]);

  expect(all.map(({ kind, count }) => `${count} ${kind}`)).toEqual([
    "1 video",
    "1 check-in",
    "1 offer",
    "3 form",
    "2 paper",
    "1 message",
  ]);
});

test("the next visit is the first that is not over and not off; one by video is not over while it can be joined", () => {
  const visits = [
    visit("later", "2026-12-01T10:00:00Z"),
    visit("off", "2026-11-23T10:00:00Z", { state: "cancelled" }),
    visit("over", "2026-11-22T08:00:00Z"),
    visit("next", "2026-11-24T10:00:00Z"),
  ];

  expect(nextVisit(visits, Date.parse("2026-11-22T09:00:00Z"), [])?.id).toBe("next");
  expect(nextVisit(visits, Date.parse("2026-11-22T09:00:00Z"), ["over"])?.id).toBe("over");
  expect(nextVisit([], 0, [])).toBeUndefined();
});
