import { expect, test } from "vitest";
import { en, type Key } from "../../src/i18n/en/index.ts";
import { es } from "../../src/i18n/es/index.ts";
import type { Message } from "../../src/i18n/message.ts";

const keys = Object.keys(en) as Key[];
const texts = (message: Message): string[] => (typeof message === "string" ? [message] : Object.values(message.forms));
const places = (message: Message): string[] =>
  [...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

test("Spanish says everything that English says, and nothing else", () => {
  expect(Object.keys(es).sort()).toEqual([...keys].sort());
});

test("a message has the same places in both languages", () => {
  const other = keys.filter((key) => places(es[key]).join() !== places(en[key]).join());

  expect(other).toEqual([]);
});

test("a message that English counts or chooses is counted or chosen in Spanish by the same", () => {
  const shape = (message: Message) => (typeof message === "string" ? "text" : `${message.kind} by ${message.by}`);

  expect(keys.filter((key) => shape(es[key]) !== shape(en[key]))).toEqual([]);
});

test("no sentence was left in English", () => {
  const same = keys.filter((key) => {
    const [first = ""] = texts(en[key]);
    return first.split(" ").length > 3 && texts(es[key]).includes(first);
  });

  expect(same).toEqual([]);
});
