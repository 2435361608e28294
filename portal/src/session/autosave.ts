/**
 * Keeps what somebody writes on the server while they write: a while after the last key, one sending at a time, the newest
 * text last. Without a connection it waits and says so; what is kept only on this page asks before the page is left.
 */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Problem, reach } from "../api/index.ts";

const REST_MS = 1200;
const AGAIN_MS = 15_000;

export type Saving =
  | { readonly state: "idle" | "waiting" | "saving" | "offline" }
  | { readonly state: "saved"; readonly at: number }
  | { readonly state: "refused"; readonly problem: Error };

/** Sends the newest of the values put in, one at a time. */
export class Saver<T> {
  #now: Saving = { state: "idle" };
  #next: { readonly value: T } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #send: (value: T) => Promise<number>;

  /** `send` answers when the value was kept, in milliseconds. */
  constructor(send: (value: T) => Promise<number>) {
    this.#send = send;
  }

  readonly now = (): Saving => this.#now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Sends it once nothing more was put in for a moment. */
  put(value: T): void {
    this.#next = { value };
    if (this.#now.state !== "offline") this.#become({ state: "waiting" });
    this.#wait(REST_MS);
  }

  /** Sends what waits at once; resolves when it is sent or cannot be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    if (!this.#next) return;
    this.#sending = this.#go().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  /** Forgets what waits: it was sent in another way, or given up. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
    this.#become({ state: "idle" });
  }

  async #go(): Promise<void> {
    const going = this.#next;
    if (!going) return;
    this.#become({ state: "saving" });
    try {
      const at = await this.#send(going.value);
      if (this.#next === going) this.#next = undefined;
      this.#become(this.#next ? { state: "waiting" } : { state: "saved", at });
    } catch (error) {
      if (error instanceof Problem && (error.isOffline || error.status === 429)) {
        this.#become({ state: "offline" });
        this.#wait(AGAIN_MS);
        return;
      }
      if (this.#next === going) this.#next = undefined;
      this.#become({ state: "refused", problem: error instanceof Error ? error : new Error(String(error)) });
    }
    if (this.#next) this.#wait(REST_MS);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #become(next: Saving): void {
    this.#now = next;
    for (const listener of this.#listeners) listener();
  }
}

/** A saver for as long as the component stands, and how it gets on; what waits is sent when the component goes. */
export function useSaver<T>(send: (value: T) => Promise<number>): {
  readonly saver: Saver<T>;
  readonly saving: Saving;
} {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  const [saver] = useState(() => new Saver<T>((value) => latest.current(value)));
  const saving = useSyncExternalStore(saver.subscribe, saver.now);
  const back = useCallback(() => {
    if (reach.now() && saver.now().state === "offline") void saver.flush();
  }, [saver]);
  useEffect(() => reach.subscribe(back), [back]);
  useEffect(() => () => void saver.flush(), [saver]);
  return { saver, saving };
}
