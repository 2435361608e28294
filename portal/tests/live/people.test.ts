import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Presences } from "../../src/live/presence.ts";
import { Typing } from "../../src/live/typing.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const nora = { thread: "t1", who: "Practitioner/nora", name: "Nora Reed" };

test("who writes is named in their conversation, and nowhere else", () => {
  const typing = new Typing();
  typing.heard({ ...nora, on: true });

  expect(typing.in("t1")).toEqual([{ who: nora.who, name: nora.name }]);
  expect(typing.in("t2")).toEqual([]);
});

test.each([
  ["says so", (typing: Typing) => typing.heard({ ...nora, on: false })],
  ["falls silent", () => vi.advanceTimersByTime(7000)],
  ["cannot be heard of any more", (typing: Typing) => typing.clear()],
])("whoever has stopped writing is forgotten when they %s", (_, happen) => {
  const typing = new Typing();
  typing.heard({ ...nora, on: true });
  happen(typing);

  expect(typing.in("t1")).toEqual([]);
});

test("whoever goes on writing stays", () => {
  const typing = new Typing();
  typing.heard({ ...nora, on: true });
  vi.advanceTimersByTime(5000);
  typing.heard({ ...nora, on: true });
  vi.advanceTimersByTime(5000);

  expect(typing.in("t1")).toHaveLength(1);
});

test("colleagues come, change and go", () => {
  const presences = new Presences();
  const seen: number[] = [];
  presences.subscribe(() => seen.push(Object.keys(presences.now()).length));
  presences.listed({ "Practitioner/nora": "busy" });
  presences.heard("Practitioner/ann", "available");
  presences.heard("Practitioner/nora", "away");

  expect(presences.now()).toEqual({ "Practitioner/ann": "available", "Practitioner/nora": "away" });
  presences.heard("Practitioner/nora", "gone");
  expect(presences.now()).toEqual({ "Practitioner/ann": "available" });
  presences.clear();
  expect(seen).toEqual([1, 2, 2, 1, 0]);
});
