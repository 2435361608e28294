import { expect, test } from "vitest";
import type { Happening } from "../../src/live/happening.ts";
import { affectedBy, affectedByFeed } from "../../src/live/kinds.ts";

const of = (feed: string, kind: string, what = "", said: Happening["said"] = {}): readonly string[] =>
  affectedBy({ feed, seq: 1, at: 0, kind, what, said }).map((key) => key.join("/"));

test.each([
  ["thread:t1", "Communication/t1", {}],
  ["notes:t1", "Communication/t1", {}],
  ["person:Practitioner/ann", "Communication/t1", {}],
  ["patient:p1", "Communication/m9", { thread: "t1" }],
])("a message told in %s makes old its own conversation, and no other", (feed, what, said) => {
  const affected = of(feed, "message", what, said);

  expect(affected).toContain("messages/thread/t1");
  expect(affected).toContain("messages/list");
  expect(affected).not.toContain("messages");
});

test("a message that is not named makes old every conversation", () => {
  expect(of("person:Practitioner/ann", "message")).toContain("messages/thread");
});

test("a visit moves the board, the calendar and what its patient sees of it", () => {
  const affected = of("board", "appointment", "Appointment/a1");

  for (const key of ["board", "calendar", "own-visits", "home-waits", "wait-list"]) expect(affected).toContain(key);
});

test("a result makes old what its patient reads of it", () => {
  for (const key of ["results", "home", "chart"]) expect(of("patient:p1", "result")).toContain(key);
});

test("a kind nobody has foreseen makes old what its feed is about", () => {
  expect(of("board", "novelty")).toEqual(affectedByFeed("board").map((key) => key.join("/")));
  expect(of("unheard-of:1", "novelty")).toEqual([]);
});
