/** What is made of a thread before it is shown. */
import type { Message, Thread } from "./api.ts";

/** How far somebody has read who has seen the whole thread: the time of its newest message, in milliseconds. */
export const readUpTo = ({ messages }: Pick<Thread, "messages">): number =>
  Math.max(0, ...messages.map(({ at }) => Date.parse(at)).filter((at) => !Number.isNaN(at)));

/** The first message that the reader had not read when the thread was opened; null when all were. */
export const firstUnread = ({ messages, seen }: Pick<Thread, "messages" | "seen">): string | null =>
  messages.find(({ own, at }) => !own && Date.parse(at) > seen)?.id ?? null;

/** A thread as patients may read of it: who of the clinic has read it is one answer, "the clinic". */
export function readers(
  { readBy, messages, patient }: Pick<Thread, "readBy" | "messages" | "patient">,
  isPatientFace: boolean,
): { readonly by: "clinic" | "patient" | "names"; readonly names: string } | null {
  const last = messages.findLast(({ note }) => !note);
  if (!last?.own || readBy.length === 0) return null;
  if (isPatientFace) return readBy.some(isStaff) ? { by: "clinic", names: "" } : null;
  if (readBy.some(({ reference }) => reference === patient.reference)) return { by: "patient", names: "" };
  const names = readBy.flatMap(({ name }) => (name ? [name] : []));
  return names.length > 0 ? { by: "names", names: names.join(", ") } : null;
}

const isStaff = ({ reference }: { readonly reference: string }): boolean => reference.startsWith("Practitioner/");

/** Consecutive messages of one writer stand together, under one name. */
export function grouped(messages: readonly Message[]): readonly (readonly Message[])[] {
  const groups: Message[][] = [];
  for (const message of messages) {
    const last = groups.at(-1)?.at(-1);
    if (last && last.sender.reference === message.sender.reference && last.note === message.note)
      groups.at(-1)?.push(message);
    else groups.push([message]);
  }
  return groups;
}

/** A key for one message, made when it is begun and kept until it is sent: sent twice, the server keeps it once. */
export const newKey = (): string => crypto.randomUUID();

export const MOST_LETTERS = 5000;
