/**
 * Reads anew what happenings made old: together, so that ten at once cost one reading; not again and again, so that a busy
 * morning leaves the server's allowance alone; and not into somebody's own change while it is on its way.
 */
import type { QueryClient, QueryKey } from "@tanstack/react-query";

const TOGETHER_MS = 120;
/** The same is not read anew more often. */
const REST_MS = 1500;
/** How long reading a page takes, in which its feeds are taken up too. */
const READING_MS = 3000;
/** A change that takes longer keeps nothing waiting. */
const PATIENCE_MS = 4000;

export class Refresher {
  readonly #client: QueryClient;
  readonly #wanted = new Map<string, QueryKey>();
  readonly #read = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitsSince = 0;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  /** These are old. */
  want(keys: Iterable<QueryKey>): void {
    for (const key of keys) this.#wanted.set(JSON.stringify(key), key);
    if (this.#wanted.size > 0) this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS);
  }

  /** Those of them that were read some time ago, while nobody told of changes, are old. */
  wantOlder(keys: Iterable<QueryKey>): void {
    const before = Date.now() - READING_MS;
    const old = [...keys].flatMap((queryKey) => this.#client.getQueryCache().findAll({ queryKey, type: "active" }));
    this.want(old.filter(({ state }) => state.dataUpdatedAt < before).map(({ queryKey }) => queryKey));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted.clear();
  }

  #isChanging(now: number): boolean {
    if (this.#client.isMutating() === 0) this.#waitsSince = 0;
    else this.#waitsSince ||= now;
    return this.#waitsSince > 0 && now - this.#waitsSince < PATIENCE_MS;
  }

  #flush(): void {
    this.#timer = undefined;
    const now = Date.now();
    const isChanging = this.#isChanging(now);
    for (const [name, key] of this.#wanted) {
      if (isChanging || now - (this.#read.get(name) ?? 0) < REST_MS) continue;
      this.#wanted.delete(name);
      this.#read.set(name, now);
      void this.#client.invalidateQueries({ queryKey: key });
    }
    if (this.#wanted.size > 0) this.#timer = setTimeout(() => this.#flush(), isChanging ? TOGETHER_MS : REST_MS / 2);
  }
}
