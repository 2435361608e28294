import { expect, test } from "vitest";
import { comings, patientCame } from "../../../src/features/telehealth/people.ts";
import {
  EMPTY_ROOM,
  type Happening,
  isAsked,
  type Room,
  type Said,
  told,
} from "../../../src/features/telehealth/room.ts";
import { person, whole } from "./samples.ts";

const line = (cid: string, more: Partial<Said> = {}): Said => ({ cid, from: "pat", at: "", text: cid, ...more });
const after = (...all: readonly Happening[]): Room => all.reduce(told, EMPTY_ROOM);
const texts = ({ captions }: Room): string[] => captions.map(({ text }) => text);

test("a line is there at once, and is one line when the server has it", () => {
  const room = after(
    { kind: "said", line: line("1", { sending: "waits" }) },
    { kind: "said", line: line("1", { at: "2026-03-02T09:00:00Z" }) },
  );

  expect(room.chat).toEqual([line("1", { at: "2026-03-02T09:00:00Z" })]);
});

test("a line that could not be sent says so and stays", () => {
  const room = after({ kind: "said", line: line("1", { sending: "waits" }) }, { kind: "unsent", cid: "1" });

  expect(room.chat).toEqual([line("1", { sending: "failed" })]);
});

test("what was written before stands first, and what came meanwhile stays once", () => {
  const room = after({ kind: "said", line: line("2") }, { kind: "wrote", lines: [line("1"), line("2")] });

  expect(room.chat.map(({ cid }) => cid)).toEqual(["1", "2"]);
});

test("a caption grows until it is finished, and the next one stands below it", () => {
  const said = (text: string, final: boolean): Happening => ({ kind: "caption", from: "cap", text, final });

  expect(texts(after(said("Goo", false), said("Good", false)))).toEqual(["Good"]);
  expect(texts(after(said("Good morning.", true), said("How", false)))).toEqual(["Good morning.", "How"]);
});

test("three lines of captions stay", () => {
  const room = ["1", "2", "3", "4"].reduce<Room>(
    (before, text) => told(before, { kind: "caption", from: "cap", text, final: true }),
    EMPTY_ROOM,
  );

  expect(texts(room)).toEqual(["2", "3", "4"]);
});

test("whoever has not answered is asked whether the visit may be recorded", () => {
  const asked = (answer: "" | "yes" | "no") =>
    isAsked(whole({ recording: "asked", me: "pat", people: [person("pat", { answer })] }));

  expect([asked(""), asked("yes"), asked("no")]).toEqual([true, false, false]);
});

test("comings and goings of others are told, one's own are not", () => {
  const before = [person("host", { part: "host" }), person("pat", { state: "lobby" })];
  const now = [person("host", { part: "host", screen: true }), person("pat"), person("aunt", { state: "lobby" })];

  const told = comings(before, now, "me").map((one) => `${one.person.id} ${one.how}`);

  expect(told).toEqual(["host shares", "pat came", "aunt waits"]);
  expect(comings(before, now, "pat").map((one) => one.person.id)).toEqual(["host", "aunt"]);
});

test("a host alone is nobody who came for the patient, and neither is a guest", () => {
  const [host, guest] = [person("host", { part: "host" }), person("aunt", { part: "guest", state: "lobby" })];

  expect(patientCame([host, guest, person("pat", { state: "left" })])).toBe(false);
  expect(patientCame([host, person("son", { part: "family", state: "lobby" })])).toBe(true);
});
