import { expect, test } from "vitest";
import { Problem } from "../../../src/api/index.ts";
import {
  failed,
  notYetThere,
  type Sending,
  withChanged,
  withSent,
  writtenAnew,
} from "../../../src/features/messages/sending.ts";

const sending = (key: string, more: Partial<Sending> = {}): Sending => ({
  key,
  text: `text ${key}`,
  isNote: false,
  documents: [],
  at: 0,
  state: "sending",
  ...more,
});

test("what stands among the messages is not shown a second time, whatever became of its answer", () => {
  expect(notYetThere([sending("a"), sending("b", { state: "waiting" })], [{ key: "b" }, { key: "" }])).toEqual([
    sending("a"),
  ]);
});

test("a message that is sent again keeps its place", () => {
  const list = [sending("a", { state: "waiting" }), sending("b", { state: "waiting" })];

  expect(withSent(list, sending("a")).map(({ key, state }) => [key, state])).toEqual([
    ["a", "sending"],
    ["b", "waiting"],
  ]);
  expect(withSent(list, sending("c")).map(({ key }) => key)).toEqual(["a", "b", "c"]);
});

test("one is changed or taken out, and the others stay", () => {
  const list = [sending("a"), sending("b")];

  expect(withChanged(list, "a", { state: "failed" }).map(({ state }) => state)).toEqual(["failed", "sending"]);
  expect(withChanged(list, "a", null)).toEqual([sending("b")]);
});

test.each([
  ["no answer", new Problem(0, "No answer"), { state: "waiting" }],
  ["a server that starts", new Problem(503, "Unavailable"), { state: "waiting" }],
  ["a locked page", new Problem(401, "Unauthenticated"), { state: "waiting" }],
  ["too much at once", new Problem(429, "Throttled"), { state: "waiting" }],
  ["a refusal", new Problem(422, "Invalid", { detail: "Too long" }), { state: "failed", why: "Too long" }],
  ["a mistake of ours", new TypeError("x"), { state: "failed" }],
])("%s", (_, problem, expected) => {
  expect(failed(problem)).toEqual(expected);
});

test("what was not sent goes back above what has been begun, as another message", () => {
  const document = { id: "d1", title: "Letter" };
  const back = writtenAnew(sending("a", { documents: [document] }), {
    key: "k",
    text: "And this",
    isNote: true,
    documents: [document, { id: "d2", title: "Scan" }],
  });

  expect(back).toEqual({
    key: "",
    text: "text a\n\nAnd this",
    isNote: false,
    documents: [document, { id: "d2", title: "Scan" }],
  });
  expect(writtenAnew(sending("a"), null).text).toBe("text a");
});
