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
    (value: T | ((now: T) => T)) => {
      const now = drafts.has(name) ? (drafts.get(name)?.value as T) : start;
      drafts.set(name, { value: value instanceof Function ? value(now) : value, savedAt: Date.now() });
      changed();
    },
    [name, start],
  );
  const discard = useCallback(() => {
    drafts.delete(name);
    changed();
  }, [name]);
  return { value: draft ? (draft.value as T) : start, savedAt: draft?.savedAt ?? null, change, discard };
}
