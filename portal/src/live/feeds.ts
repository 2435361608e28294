/**
 * The feeds this page follows. After every connection, and whenever a number is missing, the server is asked how each goes
 * on after what came last; what nobody follows any more is left.
 */
import { Problem } from "../api/index.ts";
import type { Continued, Happening } from "./happening.ts";
import { Reading } from "./reading.ts";

export interface Ends {
  /** Asks `feeds.sync`; -1 stands for a feed that is followed from now on. */
  readonly sync: (since: Readonly<Record<string, number>>) => Promise<Readonly<Record<string, Continued>>>;
  readonly leave: (feeds: readonly string[]) => void;
  readonly happened: (one: Happening) => void;
  /** A feed is followed from now on; what was read some time before may be old. */
  readonly began: (feed: string) => void;
  /** What happened in between cannot be told: everything of the feed is to be read anew. */
  readonly reset: (feed: string) => void;
}

interface Followed {
  readonly reading: Reading;
  followers: number;
}

const AGAIN_MS = 3000;
const FROM_NOW_ON = -1;

export class Feeds {
  readonly #ends: Ends;
  readonly #feeds = new Map<string, Followed>();
  readonly #unasked = new Set<string>();
  #isOn = false;
  #asking: Promise<void> | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Follows a feed until the answered function is called. */
  follow(feed: string): () => void {
    const known = this.#feeds.get(feed);
    if (known) known.followers += 1;
    else {
      this.#feeds.set(feed, { reading: new Reading(), followers: 1 });
      this.#want([feed]);
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const followed = this.#feeds.get(feed);
      if (followed) followed.followers -= 1;
      // A page that draws itself anew takes the feed up again at once.
      queueMicrotask(() => this.#drop(feed));
    };
  }

  /** There is a connection: the server knows nothing of what was followed before. */
  connected(): void {
    this.disconnected();
    this.#isOn = true;
    this.sync();
  }

  disconnected(): void {
    this.#isOn = false;
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  /** Asks how every feed goes on. */
  sync(): void {
    this.#want(this.#feeds.keys());
  }

  /** Somebody else is signed in, or the same person as somebody else: what came last means nothing any more. */
  forget(): void {
    for (const [feed, { followers }] of this.#feeds) this.#feeds.set(feed, { reading: new Reading(), followers });
  }

  /** A happening was pushed. */
  heard(one: Happening): void {
    const reading = this.#feeds.get(one.feed)?.reading;
    if (!reading) return;
    this.#give(reading.push(one));
    if (reading.hasGap) this.#want([one.feed]);
  }

  #drop(feed: string): void {
    if (this.#feeds.get(feed)?.followers !== 0) return;
    this.#feeds.delete(feed);
    if (this.#isOn) this.#ends.leave([feed]);
  }

  #want(feeds: Iterable<string>): void {
    for (const feed of feeds) this.#unasked.add(feed);
    if (!this.#isOn || this.#unasked.size === 0) return;
    this.#asking ??= Promise.resolve()
      .then(() => this.#ask())
      .finally(() => {
        this.#asking = null;
        if (this.#isOn && this.#unasked.size > 0 && this.#again === undefined) this.#want([]);
      });
  }

  async #ask(): Promise<void> {
    const feeds = [...this.#unasked].filter((feed) => this.#feeds.has(feed));
    this.#unasked.clear();
    if (feeds.length === 0) return;
    try {
      await this.#askFor(feeds);
    } catch (problem) {
      await this.#failed(feeds, problem);
    }
  }

  async #askFor(feeds: readonly string[]): Promise<void> {
    const asked = new Map(feeds.map((feed) => [feed, this.#feeds.get(feed)?.reading] as const));
    const since = Object.fromEntries([...asked].map(([feed, reading]) => [feed, reading?.last ?? FROM_NOW_ON]));
    const answer = await this.#ends.sync(since);
    for (const [feed, reading] of asked) {
      const continued = answer[feed];
      // Left, or begun anew, while the server was asked.
      if (!continued || !reading || this.#feeds.get(feed)?.reading !== reading) continue;
      if (reading.last === null) this.#ends.began(feed);
      const { due, reset, isMore } = reading.answered(continued, since[feed] ?? FROM_NOW_ON);
      if (reset) this.#ends.reset(feed);
      this.#give(due);
      if (isMore) this.#unasked.add(feed);
    }
  }

  async #failed(feeds: readonly string[], problem: unknown): Promise<void> {
    const isPassing = !(problem instanceof Problem) || problem.isOffline || problem.status === 429;
    if (isPassing) {
      for (const feed of feeds) this.#unasked.add(feed);
      this.#later(problem instanceof Problem ? problem.retryAfter : undefined);
    } else if (feeds.length > 1) {
      // One that may not be followed keeps nobody from the others.
      for (const feed of feeds) await this.#askFor([feed]).catch(() => undefined);
    }
  }

  #later(seconds: number | undefined): void {
    if (!this.#isOn) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(
      () => {
        this.#again = undefined;
        this.#want([]);
      },
      (seconds ?? 0) * 1000 || AGAIN_MS,
    );
  }

  #give(due: readonly Happening[]): void {
    for (const one of due) this.#ends.happened(one);
  }
}
