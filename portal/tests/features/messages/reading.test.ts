import { describe, expect, it } from "vitest";
import type { Message, Thread } from "../../../src/features/messages/api.ts";
import { firstUnread, grouped, newKey, readers, readUpTo } from "../../../src/features/messages/reading.ts";

const who = (reference: string, name = "") => ({ reference, name, born: "" });

const message = (id: string, sender: string, more: Partial<Message> = {}): Message => ({
  id,
  at: `2026-03-12T10:0${id}:00.000Z`,
  sender: who(sender),
  own: false,
  staff: sender.startsWith("Practitioner/"),
  note: false,
  text: id,
  attachments: [],
  key: "",
  ...more,
});

const thread = (messages: Message[], more: Partial<Thread> = {}): Thread => ({
  id: "t",
  subject: "Knee",
  about: "health",
  entry: null,
  patient: who("Patient/ann", "ANN"),
  team: "nurse",
  waiting: false,
  seen: 0,
  readBy: [],
  messages,
  ...more,
});

describe("what has been read", () => {
  it("is read up to the newest message", () => {
    expect(
      readUpTo(thread([message("1", "Patient/ann"), message("3", "Practitioner/n"), message("2", "Patient/ann")])),
    ).toBe(Date.parse("2026-03-12T10:03:00.000Z"));
    expect(readUpTo({ messages: [] })).toBe(0);
  });

  it("begins to be unread at the first message of somebody else after what was seen", () => {
    const messages = [
      message("1", "Patient/ann"),
      message("2", "Practitioner/n", { own: true }),
      message("3", "Patient/ann"),
    ];

    expect(firstUnread(thread(messages))).toBe("1");
    expect(firstUnread(thread(messages, { seen: Date.parse("2026-03-12T10:01:00.000Z") }))).toBe("3");
    expect(firstUnread(thread(messages, { seen: Date.parse("2026-03-12T10:09:00.000Z") }))).toBeNull();
  });
});

describe("who has read it", () => {
  const mine = [message("1", "Practitioner/n", { own: true })];

  it("is said only of one's own last message", () => {
    expect(
      readers(thread([message("1", "Patient/ann")], { readBy: [who("Practitioner/n", "Nora")] }), false),
    ).toBeNull();
    expect(readers(thread(mine), false)).toBeNull();
  });

  it("is the clinic, for patients: not which of its people", () => {
    const asked = [message("1", "Patient/ann", { own: true })];

    expect(readers(thread(asked, { readBy: [who("Practitioner/n", "Nora")] }), true)).toEqual({
      by: "clinic",
      names: "",
    });
    expect(readers(thread(asked, { readBy: [who("RelatedPerson/r", "Ria")] }), true)).toBeNull();
  });

  it("is the patient before colleagues, for staff; a note does not count as the last", () => {
    const noted = [...mine, message("2", "Practitioner/d", { note: true })];

    expect(
      readers(thread(noted, { readBy: [who("Practitioner/d", "Dora"), who("Patient/ann", "ANN")] }), false),
    ).toEqual({
      by: "patient",
      names: "",
    });
    expect(readers(thread(noted, { readBy: [who("Practitioner/d", "Dora")] }), false)).toEqual({
      by: "names",
      names: "Dora",
    });
  });
});

describe("messages of one writer", () => {
  it("stand together, but a note among staff stands apart", () => {
    const said = [
      message("1", "Patient/ann"),
      message("2", "Patient/ann"),
      message("3", "Practitioner/n"),
      message("4", "Practitioner/n", { note: true }),
    ];

    expect(grouped(said).map((group) => group.map(({ id }) => id))).toEqual([["1", "2"], ["3"], ["4"]]);
    expect(grouped([])).toEqual([]);
  });
});

it("chooses a key that the server takes, another for each message", () => {
  expect(newKey()).toMatch(/^[A-Za-z0-9-]{16,64}$/);
  expect(newKey()).not.toBe(newKey());
});
