/** Which colleagues are there, and whether they may be disturbed. */
export const PRESENCES = ["available", "busy", "away"] as const;

/** Whoever is in none of these states is not there. */
export type Presence = (typeof PRESENCES)[number];

type People = Readonly<Record<string, Presence>>;

const NOBODY: People = {};

export class Presences {
  /** What one has chosen on this page: after a lost line it is said again. */
  chosen: Presence | null = null;
  #people: People = NOBODY;
  readonly #listeners = new Set<() => void>();

  readonly now = (): People => this.#people;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Everybody who is there. */
  listed(people: People): void {
    this.#become(people);
  }

  heard(who: string, state: string): void {
    const { [who]: _, ...others } = this.#people;
    this.#become(isPresence(state) ? { ...others, [who]: state } : others);
  }

  clear(): void {
    this.#become(NOBODY);
  }

  #become(people: People): void {
    this.#people = people;
    for (const listener of this.#listeners) listener();
  }
}

const isPresence = (state: string): state is Presence => (PRESENCES as readonly string[]).includes(state);
