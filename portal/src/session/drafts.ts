/**
 * What somebody is writing and has not sent.
 *
 * Drafts live in this page's memory and nowhere else: they hold patients' data, and a clinic's computer is shared, so
 * nothing is left in the browser's storage. They outlive navigation and an idle logoff (the page stays, sign-in happens in
 * place); they end with signing out, with another person signing in, and with the page. Leaving the page with a draft asks first.
 */
import { useCallback, useSyncExternalStore } from "react";

interface Draft {
  readonly value: unknown;
  readonly savedAt: number;
}

const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

function changed(): void {
  if (drafts.size > 0) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
  for (const listener of listeners) listener();
}

/** Forgets every draft; at sign-out. */
export function forgetDrafts(): void {
  drafts.clear();
  changed();
}

/** The drafts whose names begin with `prefix`, by what follows it. */
export const draftsIn = <T>(prefix: string): readonly (readonly [string, T])[] =>
  [...drafts]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, { value }]) => [name.slice(prefix.length), value as T] as const);

/** Changes the draft called `name`, whoever shows it; undefined stands for none, before and after. */
export function keepDraft<T>(name: string, change: (now: T | undefined) => T | undefined): void {
  const now = drafts.get(name)?.value as T | undefined;
  const next = change(now);
  if (next === now) return;
  if (next === undefined) drafts.delete(name);
  else drafts.set(name, { value: next, savedAt: Date.now() });
  changed();
}

/** Whether something unsent would be lost. */
export const hasDrafts = (): boolean => drafts.size > 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface DraftHandle<T> {
  /** The draft, or what it starts from. */
  readonly value: T;
  /** When it was last kept, in milliseconds; null while nothing was written. */
  readonly savedAt: number | null;
  /** Keeps a value, or a change of what is kept now: two fields may change in one event. */
  readonly change: (value: T | ((now: T) => T)) => void;
  /** Forgets it: it was sent, or given up. */
  readonly discard: () => void;
}

/**
 * The draft called `name` (say what and about whom: `note/Patient/123`), starting from `start`.
 * `start` should be stable; it is answered as long as nothing was written.
 */
export function useDraft<T>(name: string, start: T): DraftHandle<T> {
  const draft = useSyncExternalStore(subscribe, () => drafts.get(name));
  const change = useCallback(
    (value: T | ((now: T) => T)) =>
      keepDraft<T>(name, (now = start) => (value instanceof Function ? value(now) : value)),
    [name, start],
  );
  const discard = useCallback(() => keepDraft(name, () => undefined), [name]);
  return { value: draft ? (draft.value as T) : start, savedAt: draft?.savedAt ?? null, change, discard };
}
