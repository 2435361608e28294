/**
 * The one socket of this page: open while somebody is signed in, over websocket only. The protocol's own client comes back
 * by itself after a lost line; what it leaves to us is a refusal and a cut, where the session comes first.
 */
import { io, type Socket } from "socket.io-client";
import { onRenewed, Problem, reach, renew, sessionOver } from "../api/index.ts";
import { ask, mention } from "./emit.ts";

/**
 * - `off`: nobody is signed in, or the page is locked.
 * - `joining`: the first connection is being made.
 * - `on`: everything is told at once.
 * - `degraded`: connected, but the server may not hear of everything: it is to be asked.
 * - `away`: not connected; the page asks by REST.
 */
export type Standing = "off" | "joining" | "on" | "degraded" | "away";

export type Why = "expired" | "signed-out" | "changed" | "idle";

interface Told {
  readonly state: "ok" | "degraded" | "draining";
  readonly delay?: number;
}

/** What the rest of the live side is told of the connection. */
export interface Ends {
  readonly opened: () => void;
  readonly closed: () => void;
  /** The person's part in the organisation has changed: all that is known of them is to be read anew. */
  readonly changed: () => void;
}

/** Half of it is chance, so that those whom one server lost do not come back all at once. */
const FIRST_WAIT_MS = 600;
const LONGEST_WAIT_MS = 15_000;
/** A proxy may take the connection and say nothing. */
const HANDSHAKE_MS = 8000;
/** Longer for refusals: nothing is lost by waiting, and a server that says no has its reasons. */
const LONGEST_REFUSED_MS = 60_000;
const CHANCE = 0.5;

type Handler = (body: never) => void;

/** As whom a page comes: whoever is signed in, or a visit's guest, also in a browser in which somebody is signed in. */
export type As = "person" | "guest";

export class Connection {
  readonly #ends: Ends;
  readonly #as: As;
  readonly #where: string;
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #listeners = new Set<() => void>();
  #socket: Socket | null = null;
  #standing: Standing = "off";
  #refusals = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stops: readonly (() => void)[] = [];

  /** `where` is the origin: the page's own but in tests. */
  constructor(ends: Ends, where: string = location.origin, as: As = "person") {
    this.#ends = ends;
    this.#as = as;
    this.#where = where;
  }

  readonly now = (): Standing => this.#standing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks the server; see `emit.ts`. */
  readonly ask = <T>(event: string, body: object, patienceMs?: number): Promise<T> =>
    ask<T>(this.#socket, event, body, patienceMs);

  /** Says something that may get lost. */
  readonly mention = (event: string, body: object): void => mention(this.#socket, event, body);

  /** Calls `handler` with what the server sends under that name, on this connection and all after it. */
  readonly on = <Body>(event: string, handler: (body: Body) => void): (() => void) => {
    const known = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, known.add(handler as Handler));
    return () => known.delete(handler as Handler);
  };

  start(): void {
    if (this.#socket) return;
    this.#become("joining");
    const socket = io(this.#where, {
      transports: ["websocket"],
      forceNew: true,
      autoConnect: false,
      timeout: HANDSHAKE_MS,
      reconnectionDelay: FIRST_WAIT_MS,
      reconnectionDelayMax: LONGEST_WAIT_MS,
      randomizationFactor: CHANCE,
      ...(this.#as === "guest" && { auth: { as: "guest" } }),
    });
    this.#socket = socket;
    socket.on("connect", () => this.#opened());
    socket.on("disconnect", (reason) => this.#closed(reason));
    socket.on("connect_error", () => this.#notOpened());
    socket.on("cut", ({ why }: { why: Why }) => this.#cut(why));
    socket.on("live", (told: Told) => this.#told(told));
    socket.onAny((event: string, body: unknown) => {
      for (const handler of this.#handlers.get(event) ?? []) handler(body as never);
    });
    this.#stops = [
      onRenewed(() => this.#refresh()),
      listen("offline", () => this.#lineGone()),
      listen("online", () => this.#lineBack()),
    ];
    if (navigator.onLine) socket.connect();
    else this.#become("away");
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) close(socket);
    if (this.#standing === "on" || this.#standing === "degraded") this.#ends.closed();
    this.#become("off");
  }

  #opened(): void {
    this.#refusals = 0;
    reach.heard();
    this.#become("on");
    this.#ends.opened();
  }

  #closed(reason: string): void {
    const wasOn = this.#standing === "on" || this.#standing === "degraded";
    this.#become("away");
    if (wasOn) this.#ends.closed();
    // After a cut the session is looked at first; a server that ends a socket without one is asked again a little later.
    if (reason === "io server disconnect" && this.#timer === undefined) this.#later(() => this.#again());
  }

  #notOpened(): void {
    this.#become("away");
    if (this.#socket?.active) return;
    this.#refusals += 1;
    // The first refusal is most likely of a token that has run out; a new one that is refused too has another reason.
    if (this.#refusals === 1 && this.#as === "person") void this.#renewAndComeBack();
    else this.#later(() => this.#again());
  }

  /**
   * The server ends this socket. It may be the answer to what somebody does on this page (signing out, going on in another
   * role), which then is left, or comes back by itself with new cookies: that is waited for.
   */
  #cut(why: Why): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const socket = this.#socket;
    socket?.disconnect();
    // A guest has no session: nothing brings their link back.
    if (this.#as === "guest") return;
    if (why === "expired") {
      void this.#renewAndComeBack();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!socket || this.#socket !== socket) return;
      if (why === "changed") this.#comeBackChanged(socket);
      else sessionOver(why === "signed-out" ? why : null);
    }, FIRST_WAIT_MS);
  }

  /** A token of before may be refused: then the session is asked for another, as after every first refusal. */
  #comeBackChanged(socket: Socket): void {
    this.#ends.changed();
    socket.connect();
  }

  async #renewAndComeBack(): Promise<void> {
    const socket = this.#socket;
    try {
      const isRenewed = await renew();
      if (!socket || this.#socket !== socket) return;
      if (isRenewed) socket.connect();
      else sessionOver();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (socket && this.#socket === socket) this.#later(() => void this.#renewAndComeBack());
    }
  }

  #told({ state, delay = 0 }: Told): void {
    if (state === "draining") {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#again(), delay * 1000);
    } else this.#become(state === "ok" ? "on" : "degraded");
  }

  /** A new connection in place of the present one, if there is one. */
  #again(): void {
    this.#timer = undefined;
    if (!navigator.onLine) return;
    this.#socket?.disconnect().connect();
  }

  #later(then: () => void): void {
    clearTimeout(this.#timer);
    const longest = Math.min(LONGEST_REFUSED_MS, FIRST_WAIT_MS * 2 ** this.#refusals);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        then();
      },
      longest * (1 - CHANCE * Math.random()),
    );
  }

  #refresh(): void {
    this.ask("session.refresh", {}).catch(() => undefined);
  }

  #lineGone(): void {
    this.#socket?.disconnect();
    if (this.#standing !== "off") this.#become("away");
  }

  #lineBack(): void {
    if (!this.#socket?.connected) this.#again();
  }

  #become(next: Standing): void {
    if (this.#standing === next) return;
    this.#standing = next;
    for (const listener of this.#listeners) listener();
  }
}

/** A socket that is still being opened is closed once it is: a browser complains of any other way. */
function close(socket: Socket): void {
  socket.off();
  socket.offAny();
  const { engine } = socket.io;
  if (engine?.readyState !== "opening") {
    socket.disconnect();
    return;
  }
  socket.io.reconnection(false);
  socket.once("connect", () => socket.disconnect());
  socket.once("connect_error", () => socket.disconnect());
}

function listen(name: string, listener: () => void): () => void {
  addEventListener(name, listener);
  return () => removeEventListener(name, listener);
}
