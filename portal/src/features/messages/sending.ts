/**
 * Messages on their way: shown at once where they will stand, each with what has become of it. They live with the drafts,
 * so that what was not sent outlives looking elsewhere, and leaving the page asks first. What finds no line waits for one.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { answer, api, Problem, reach, type Schemas } from "../../api/index.ts";
import { useConnection, useRefresh, useStanding } from "../../live/index.ts";
import { draftsIn, keepDraft, useDraft } from "../../session/index.ts";
import { type Message, threadKey } from "./api.ts";

export interface Sending {
  /** Sent again under the same key, it is one message. */
  readonly key: string;
  readonly text: string;
  readonly isNote: boolean;
  readonly documents: readonly { readonly id: string; readonly title: string }[];
  readonly at: number;
  /** `waiting`: there was no line; it goes by itself once there is one. `failed`: it was refused, and does not. */
  readonly state: "sending" | "waiting" | "sent" | "failed";
  /** Why it was refused, in the server's words. */
  readonly why?: string;
}

export type Written = Pick<Sending, "key" | "text" | "isNote" | "documents">;
type Sendings = readonly Sending[];

const NOTHING: Sendings = [];
const PREFIX = "sending/";
/** How often what waits is tried while there seems to be a line. */
const AGAIN_MS = 5000;
/** The page is locked, or too much was sent at once: neither says anything against the message. */
const PASSING = [401, 429];

/** Those that do not stand among the messages yet. */
export function notYetThere(sendings: Sendings, messages: readonly Pick<Message, "key">[]): Sendings {
  const left = sendings.filter(({ key }) => !messages.some((one) => one.key === key));
  return left.length === sendings.length ? sendings : left;
}

/** The list with one of them changed, or taken out. */
export function withChanged(sendings: Sendings, key: string, part: Partial<Sending> | null): Sendings {
  if (part === null) return sendings.filter((one) => one.key !== key);
  return sendings.map((one) => (one.key === key ? { ...one, ...part } : one));
}

/** The list with one that is sent now: where it stood if it was tried before, else at the end. */
export function withSent(sendings: Sendings, going: Sending): Sendings {
  const isKnown = sendings.some(({ key }) => key === going.key);
  return isKnown ? sendings.map((one) => (one.key === going.key ? going : one)) : [...sendings, going];
}

/** What was not sent, back in the field: above what has been begun there meanwhile, and as another message. */
export const writtenAnew = ({ text, isNote, documents }: Written, begun: Written | null): Written => ({
  key: "",
  text: [text, begun?.text ?? ""].filter((one) => one.trim() !== "").join("\n\n"),
  isNote,
  documents: [...documents, ...(begun?.documents ?? []).filter(({ id }) => documents.every((one) => one.id !== id))],
});

/** What a failure makes of a message: without an answer it waits; refused, it stays for its writer to change. */
export function failed(problem: unknown): Pick<Sending, "state" | "why"> {
  if (!(problem instanceof Problem)) return { state: "failed" };
  if (problem.isOffline || PASSING.includes(problem.status)) return { state: "waiting" };
  return { state: "failed", ...(problem.detail && { why: problem.detail }) };
}

export interface Outgoing {
  readonly sendings: Sendings;
  readonly send: (written: Written) => void;
  /** Takes one back: it was not sent, and is to be written anew or given up. */
  readonly takeBack: (key: string) => void;
}

/** What is on its way in a conversation. */
export function useOutgoing(thread: string, messages: readonly Message[]): Outgoing {
  const { value } = useDraft<Sendings>(PREFIX + thread, NOTHING);
  const carry = useCarrying();
  useEffect(() => change(thread, (now) => notYetThere(now, messages)), [thread, messages]);
  useEffect(() => () => change(thread, (now) => now.filter(({ state }) => state !== "sent")), [thread]);
  return {
    sendings: notYetThere(value, messages),
    send: (written) => carry(thread, written),
    takeBack: (key) => change(thread, (now) => withChanged(now, key, null)),
  };
}

/** Sends what waits once there is a line, wherever on the page its writer is by then; mounted once. */
export function useResending(): void {
  const carry = useCarrying();
  const isThere = useIsLine();
  useEffect(() => {
    if (!isThere) return;
    const resend = (): void => {
      for (const [thread, sendings] of draftsIn<Sendings>(PREFIX))
        for (const one of sendings) if (one.state === "waiting") carry(thread, one);
    };
    resend();
    const timer = setInterval(resend, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isThere, carry]);
}

/** Whether the server can be reached in some way, by somebody who is there. */
function useIsLine(): boolean {
  const standing = useStanding();
  const isReachable = useSyncExternalStore(reach.subscribe, reach.now);
  return standing === "on" || standing === "degraded" || (standing === "away" && isReachable && navigator.onLine);
}

/** Changes the list of a conversation; an empty one is not kept. */
function change(thread: string, next: (now: Sendings) => Sendings): void {
  keepDraft<Sendings>(PREFIX + thread, (now = NOTHING) => {
    const then = next(now);
    return then.length === 0 ? undefined : then;
  });
}

/** The last one of each conversation: the next waits for it, so that they stand in the order in which they were written. */
const turns = new Map<string, Promise<void>>();

/** Takes a message to the server, and says in the conversation's list how it goes. */
function useCarrying(): (thread: string, written: Written) => void {
  const connection = useConnection();
  const refresh = useRefresh();
  const client = useQueryClient();
  return useCallback(
    (thread, { key, text, isNote, documents }) => {
      const body = { key, text, attachments: documents.map(({ id }) => id) };
      const become = (part: Partial<Sending> | null) => change(thread, (now) => withChanged(now, key, part));
      const bySocket = () => {
        const { key: cid, ...rest } = body;
        return connection.ask("thread.send", { thread, cid, note: isNote, ...rest });
      };
      const deliver = async (): Promise<void> => {
        await bySocket().catch((problem: unknown) => {
          if (problem instanceof Problem && problem.isOffline) return byRest(thread, isNote, body);
          throw problem;
        });
        become(isShown(client, thread) ? { state: "sent" } : null);
        refresh([["messages", "list"], threadKey(thread), ["counts"], ["inbox"]]);
      };
      change(thread, (now) => withSent(now, { key, text, isNote, documents, at: Date.now(), state: "sending" }));
      const turn = (turns.get(thread) ?? Promise.resolve())
        .then(deliver)
        .catch((problem: unknown) => become(failed(problem)));
      turns.set(thread, turn);
    },
    [connection, refresh, client],
  );
}

const isShown = (client: QueryClient, thread: string): boolean =>
  client
    .getQueryCache()
    .find({ queryKey: threadKey(thread) })
    ?.isActive() ?? false;

/** Under one key it is one message, whichever way it went. */
function byRest(thread: string, isNote: boolean, body: Schemas["NewMessage"]): Promise<unknown> {
  const params = { path: { thread } };
  return isNote
    ? answer(api.POST("/api/messages/threads/{thread}/notes", { params, body }))
    : answer(api.POST("/api/messages/threads/{thread}/messages", { params, body }));
}
