import type { Message } from "./message.ts";

const accents: Readonly<Record<string, string>> = { a: "á", e: "é", i: "î", o: "ö", u: "ü", c: "ç", n: "ñ", s: "š" };

const stretch = (text: string): string =>
  `⟦${text.replace(/\{\w+\}|[aeioucns]/g, (found) => accents[found] ?? found)}${"~".repeat(Math.ceil(text.length / 3))}⟧`;

/** A catalogue a third longer and full of accents: shows words that bypass i18n, and layouts that break. */
export function pseudo<K extends string>(words: Readonly<Record<K, Message>>): Record<K, Message> {
  return Object.fromEntries(
    Object.entries<Message>(words).map(([key, message]) => [key, stretched(message)]),
  ) as Record<K, Message>;
}

function stretched(message: Message): Message {
  if (typeof message === "string") return stretch(message);
  const forms = Object.fromEntries(Object.entries(message.forms).map(([name, text]) => [name, stretch(text ?? "")]));
  return { ...message, forms } as Message;
}
