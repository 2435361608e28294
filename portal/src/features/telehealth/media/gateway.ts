/**
 * The Janus gateway over its websocket: requests with answers, and handles that tell of events.
 * Source: janus.conf.meetecho.com/docs/rest.html#WS (subprotocol `janus-protocol`), and .../videoroom.html.
 * The gateway's own library would make and own the peer connections; ours need their transforms and watchers from the
 * first moment, and are the same ones that two people alone have.
 */

const KEEPALIVE_MS = 25_000;
const ANSWER_MS = 10_000;
const RETRY_MS = [250, 1000, 3000] as const;

/** What the gateway says, as far as it is looked at. */
export interface Message {
  readonly janus: string;
  readonly transaction?: string;
  readonly session_id?: number;
  readonly sender?: number;
  readonly data?: { readonly id: number };
  readonly error?: { readonly code: number };
  readonly plugindata?: { readonly data: Readonly<Record<string, unknown>> };
  readonly jsep?: Jsep;
}

export interface Jsep extends RTCSessionDescriptionInit {
  /** That frames are sealed, which the room insists on. */
  readonly e2ee?: boolean;
}

/** What a plugin answered or told. */
export interface Told {
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep?: Jsep | undefined;
}

/** The gateway refused; 403 a token, 433 the room's (see its documentation). */
export class GatewayRefused extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the gateway refused with ${code}`);
    this.code = code;
  }
}

export class GatewayLost extends Error {}

export interface Handle {
  /**
   * A request to the room, and its answer.
   * @throws GatewayRefused with the room's code.
   */
  ask(body: object, jsep?: Jsep): Promise<Told>;
  /** Null when there are no more. */
  trickle(candidate: RTCIceCandidate | null): void;
  detach(): void;
}

interface Waiting {
  /** Whether "received" is the answer; what a plugin has to say comes after it. */
  readonly isDoneByAck: boolean;
  resolve(message: Message): void;
  reject(problem: Error): void;
}

export interface GatewayOptions {
  readonly url: string;
  readonly token: string | null;
  /** The session is over and cannot be taken up again; all handles are gone. */
  lost(): void;
}

/** One session; survives its websocket for as long as the gateway keeps it. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #handles = new Map<number, (told: Told) => void>();
  #socket: WebSocket | null = null;
  #session = 0;
  #isClosed = false;
  #keepalive: ReturnType<typeof setInterval> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Begins the session. */
  async open(): Promise<void> {
    await this.#connect();
    const created = await this.#ask({ janus: "create" });
    this.#session = created.data?.id ?? 0;
    this.#keepalive = setInterval(() => void this.#ask({ janus: "keepalive" }).catch(ignored), KEEPALIVE_MS);
  }

  /** A handle on the video room; `tell` hears of its events. */
  async attach(tell: (told: Told) => void): Promise<Handle> {
    const attached = await this.#ask({ janus: "attach", plugin: "janus.plugin.videoroom" });
    const id = attached.data?.id ?? 0;
    this.#handles.set(id, tell);
    return {
      ask: async (body, jsep) => {
        const words = { janus: "message", handle_id: id, body, ...(jsep && { jsep }) };
        return toldOf(await this.#ask(words));
      },
      trickle: (candidate) => {
        const said = candidate ? candidate.toJSON() : { completed: true };
        void this.#ask({ janus: "trickle", handle_id: id, candidate: said }).catch(ignored);
      },
      detach: () => {
        this.#handles.delete(id);
        void this.#ask({ janus: "detach", handle_id: id }).catch(ignored);
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#keepalive);
    void this.#ask({ janus: "destroy" }).catch(ignored);
    this.#socket?.close();
    this.#drop();
  }

  async #connect(): Promise<void> {
    const socket = new WebSocket(this.#options.url, "janus-protocol");
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", () => reject(new GatewayLost("the gateway cannot be reached")));
    });
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as Message));
    socket.addEventListener("close", () => void this.#again());
  }

  /** The websocket went: media go on. Takes the session up again, or says that it is over. */
  async #again(): Promise<void> {
    this.#drop();
    for (const wait of RETRY_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (this.#isClosed) return;
      try {
        await this.#connect();
        await this.#ask({ janus: "claim" });
        return;
      } catch (problem) {
        if (problem instanceof GatewayRefused) break;
      }
    }
    if (!this.#isClosed) this.#options.lost();
  }

  #ask(words: { readonly janus: string; readonly [name: string]: unknown }): Promise<Message> {
    const transaction = crypto.randomUUID();
    const session = this.#session ? { session_id: this.#session } : {};
    const token = this.#options.token === null ? {} : { token: this.#options.token };
    const isDoneByAck = words.janus !== "message";
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new GatewayLost("no socket"));
      const timer = setTimeout(() => this.#settle(transaction)?.reject(new GatewayLost("no answer")), ANSWER_MS);
      this.#waiting.set(transaction, {
        isDoneByAck,
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        reject: (problem) => {
          clearTimeout(timer);
          reject(problem);
        },
      });
      this.#socket.send(JSON.stringify({ ...words, ...session, ...token, transaction }));
    });
  }

  #hear(message: Message): void {
    const { janus, transaction = "", sender = 0 } = message;
    if (janus === "ack" && !this.#waiting.get(transaction)?.isDoneByAck) return;
    const waiting = this.#settle(transaction);
    if (waiting) {
      const code = message.error?.code ?? message.plugindata?.data.error_code;
      if (typeof code === "number") waiting.reject(new GatewayRefused(code));
      else waiting.resolve(message);
    } else if (janus === "timeout") this.#socket?.close();
    else if (janus === "event") this.#handles.get(sender)?.(toldOf(message));
  }

  #settle(transaction: string): Waiting | undefined {
    const waiting = this.#waiting.get(transaction);
    this.#waiting.delete(transaction);
    return waiting;
  }

  #drop(): void {
    for (const { reject } of this.#waiting.values()) reject(new GatewayLost("the connection to the gateway was lost"));
    this.#waiting.clear();
  }
}

const toldOf = ({ plugindata, jsep }: Message): Told => ({ data: plugindata?.data ?? {}, jsep });

/** A request nobody waits for: if it is lost the gateway finds out by itself. */
const ignored = (): undefined => undefined;
