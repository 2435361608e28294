/** Who is writing in which conversation. A word of it holds for a moment only: whoever stops without saying so is forgotten. */

export interface Writer {
  readonly who: string;
  readonly name: string;
}

export interface Typed extends Writer {
  readonly thread: string;
  readonly on: boolean;
}

/** Said again while somebody goes on writing. */
export const AGAIN_MS = 3000;
const HOLDS_MS = 7000;

const NOBODY: readonly Writer[] = [];

export class Typing {
  readonly #threads = new Map<string, readonly Writer[]>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly in = (thread: string): readonly Writer[] => this.#threads.get(thread) ?? NOBODY;

  heard({ thread, who, name, on }: Typed): void {
    const key = `${thread} ${who}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (on)
      this.#timers.set(
        key,
        setTimeout(() => this.stopped(thread, who), HOLDS_MS),
      );
    const others = this.in(thread).filter((one) => one.who !== who);
    const isKnown = this.in(thread).length > others.length;
    if (on === isKnown) return;
    this.#become(thread, on ? [...others, { who, name }] : others);
  }

  /** They have said it, or have fallen silent. */
  stopped(thread: string, who: string): void {
    this.heard({ thread, who, name: "", on: false });
  }

  /** Nobody is known to write anywhere. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#threads.clear();
    for (const listener of this.#listeners) listener();
  }

  #become(thread: string, writers: readonly Writer[]): void {
    this.#threads.set(thread, writers);
    for (const listener of this.#listeners) listener();
  }
}
