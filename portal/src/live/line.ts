/** The live side of one page, put together: a connection, the feeds on it, and what is made of what they tell. */
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { Connection } from "./connection.ts";
import { Feeds } from "./feeds.ts";
import type { Continued, Happening } from "./happening.ts";
import { affectedBy, affectedByFeed } from "./kinds.ts";
import { Refresher } from "./refresher.ts";

/** How often the feeds are asked while the server may not hear of everything. */
const DEGRADED_MS = 5000;

type Handler = (one: Happening) => void;

export class Line {
  readonly connection: Connection;
  readonly #feeds: Feeds;
  readonly #refresher: Refresher;
  readonly #handlers = new Set<Handler>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #whose = "";

  constructor(client: QueryClient, where?: string) {
    this.#refresher = new Refresher(client);
    this.connection = new Connection(
      {
        opened: () => {
          // What could not be read meanwhile can be now.
          void client.invalidateQueries({ predicate: ({ state }) => state.status === "error" });
          this.#feeds.connected();
        },
        closed: () => this.#feeds.disconnected(),
        changed: () => void client.invalidateQueries(),
      },
      where,
    );
    this.#feeds = new Feeds({
      sync: async (since) =>
        (await this.connection.ask<{ feeds: Record<string, Continued> }>("feeds.sync", { since })).feeds,
      leave: (feeds) => void this.connection.ask("feeds.leave", { feeds }).catch(() => undefined),
      happened: (one) => this.#happened(one),
      began: (feed) => this.#refresher.wantOlder(affectedByFeed(feed)),
      reset: (feed) => this.#refresher.want(affectedByFeed(feed)),
    });
    this.connection.on<Happening>("happened", (one) => this.#feeds.heard(one));
    this.connection.subscribe(() => this.#askMoreOften());
  }

  /** Opens the connection for `whose`: as another name than before, all that came last means nothing. */
  start(whose: string): void {
    if (this.#whose !== whose) this.#feeds.forget();
    this.#whose = whose;
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
    this.#refresher.stop();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Follows a feed until the answered function is called. */
  follow(feed: string): () => void {
    return this.#feeds.follow(feed);
  }

  /** Calls `handler` with each happening of every feed that is followed, once and in order. */
  hear(handler: Handler): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** These are old. */
  readonly refresh = (keys: Iterable<QueryKey>): void => this.#refresher.want(keys);

  #happened(one: Happening): void {
    this.#refresher.want(affectedBy(one));
    for (const handler of this.#handlers) handler(one);
  }

  #askMoreOften(): void {
    const isDegraded = this.connection.now() === "degraded";
    if (isDegraded && this.#timer === undefined) this.#timer = setInterval(() => this.#feeds.sync(), DEGRADED_MS);
    if (isDegraded || this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#feeds.sync();
  }
}
