import { expect, test } from "vitest";
import { guestState } from "../../../src/features/telehealth/guests.ts";
import { arrangedVisits, hasNewWaiting } from "../../../src/features/telehealth/listing.ts";
import { doorOf, minutesSince } from "../../../src/features/telehealth/window.ts";
import { whole } from "./samples.ts";

const at = (clock: string): number => Date.parse(`2026-03-02T${clock}:00Z`);

test.each([
  ["08:29", "early"],
  ["08:30", "open"],
  ["12:59", "open"],
  ["13:00", "over"],
])("at %s the door of a visit at nine is %s", (clock, door) => {
  expect(doorOf(whole(), at(clock))).toBe(door);
});

test("a visit that was ended is over though its doors would be open", () => {
  expect(doorOf(whole({ state: "ended" }), at("09:10"))).toBe("over");
});

test("whoever comes late to a visit marked as missed still gets in, and afterwards hears that it was missed", () => {
  expect(doorOf(whole({ state: "no-show" }), at("09:30"))).toBe("open");
  expect(doorOf(whole({ state: "no-show" }), at("13:00"))).toBe("missed");
});

test("minutes are whole, and there are none before the beginning", () => {
  expect(minutesSince("2026-03-02T09:00:00Z", at("09:01") + 59_000)).toBe(1);
  expect(minutesSince("2026-03-02T09:00:00Z", at("08:50"))).toBe(0);
});

const listed = (visit: string, more: Partial<Parameters<typeof arrangedVisits>[0][number]> = {}) => ({
  ...{ visit, start: "", end: "", opens: "", closes: "", open: true, state: "scheduled" as const, waiting: 0 },
  ...{ status: "booked", patient: "p", patientName: "P", hosts: [], ...more },
});

test("who waits stands first, whoever has waited longest above the others", () => {
  const visits = [
    listed("comes"),
    listed("ended", { state: "ended" }),
    listed("second", { state: "lobby", waiting: 200 }),
    listed("talks", { state: "in-call" }),
    listed("first", { state: "lobby", waiting: 100 }),
  ];

  const groups = arrangedVisits(visits).map(({ group, lines }) => [group, lines.map(({ visit }) => visit).join()]);

  expect(groups).toEqual([
    ["waitsNow", "first,second"],
    ["underWay", "talks"],
    ["toCome", "comes"],
    ["over", "ended"],
  ]);
});

test("whoever has just begun to wait is worth a sound, and nobody else", () => {
  const [nobody, somebody] = [listed("a"), listed("a", { state: "lobby", waiting: 100 })];

  expect(hasNewWaiting([nobody], [somebody])).toBe(true);
  expect(hasNewWaiting([somebody], [somebody])).toBe(false);
  expect(hasNewWaiting([somebody], [nobody])).toBe(false);
});

test.each([
  [{ cancelled: 5 }, "cancelled"],
  [{ used: 5 }, "used"],
  [{ expires: 0 }, "sent"],
  [{ expires: 101 }, "open"],
  [{ expires: 100 }, "expired"],
])("of a link %o at 100 the state is %s", (more, state) => {
  const link = { id: "g", part: "family", way: "link", created: 0, expires: 200, used: 0, cancelled: 0, path: "" };

  expect(guestState({ ...link, ...more } as Parameters<typeof guestState>[0], 100)).toBe(state);
});
