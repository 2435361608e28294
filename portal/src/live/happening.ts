/** What the server tells without being asked: that something happened, never what it says (docs/live.md). */

/** One happening of a feed. `what` is a reference; `said` holds codes and ids. */
export interface Happening {
  readonly feed: string;
  /** Counts up by one in each feed. */
  readonly seq: number;
  /** In milliseconds since the epoch, on the server's clock. */
  readonly at: number;
  readonly kind: string;
  readonly what: string;
  readonly said: Readonly<Record<string, unknown>>;
}

/** How a feed goes on after a number. */
export interface Continued {
  /** The number of the newest happening there is. */
  readonly seq: number;
  readonly events: readonly Happening[];
  /** What lies between is no longer kept: read anew. */
  readonly reset: boolean;
}
