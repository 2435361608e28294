/**
 * The Janus gateway over its websocket: requests with answers, and handles that tell of events.
 * Source: janus.conf.meetecho.com/docs/rest.html#WS (subprotocol `janus-protocol`), and .../videoroom.html.
 * The gateway's own library would make and own the peer connections; ours need their transforms and watchers from the
 * first moment, and are the same ones that two people alone have.
 */

const KEEPALIVE_MS = 25_000;
const ANSWER_MS = 10_000;
const RETRY_MS = [250, 1000, 3000] as const;
const FORBIDDEN = 403;

/** What the gateway says, as far as it is looked at. */
interface Message {
  readonly janus: string;
  readonly transaction: string;
  readonly sender: number;
  /** What was made: a session or a handle. */
  readonly id: number;
  readonly code: number | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep: Jsep | undefined;
  readonly candidate: RTCIceCandidateInit | undefined;
}

export interface Jsep extends RTCSessionDescriptionInit {
  /** That frames are sealed, which the room insists on. */
  readonly e2ee?: boolean;
}

/** What a plugin answered or told. */
export interface Told {
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep?: Jsep | undefined;
  /** An address of the gateway's; it tells them one by one. */
  readonly candidate?: RTCIceCandidateInit | undefined;
}

/** The gateway refused; `FORBIDDEN` a token, 433 the room's, 436 a name that is still taken (see its documentation). */
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
  token(): string | null;
  /** Gets another token: they live for minutes, and every request has one. */
  refresh(): Promise<void>;
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
    this.#session = (await this.#ask({ janus: "create" })).id;
    addEventListener("pagehide", this.#leave);
    this.#keepalive = setInterval(() => void this.#ask({ janus: "keepalive" }).catch(ignored), KEEPALIVE_MS);
  }

  /** A handle on the video room; `tell` hears of its events. */
  async attach(tell: (told: Told) => void): Promise<Handle> {
    const { id } = await this.#ask({ janus: "attach", plugin: "janus.plugin.videoroom" });
    this.#handles.set(id, tell);
    return {
      ask: async (body, jsep) => {
        const words = { janus: "message", handle_id: id, body, ...(jsep && { jsep }) };
        return this.#ask(words);
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
    removeEventListener("pagehide", this.#leave);
    void this.#once({ janus: "destroy" }).catch(ignored);
    this.#socket?.close();
    this.#drop();
  }

  /** A page that goes says so, or its place would stay taken until the gateway misses it. */
  readonly #leave = (): void => this.close();

  async #connect(): Promise<void> {
    const socket = new WebSocket(this.#options.url, "janus-protocol");
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", () => reject(new GatewayLost("the gateway cannot be reached")));
    });
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(messageOf(data)));
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

  /** Once more with another token, when the one there is has run out. */
  async #ask(words: Words): Promise<Message> {
    try {
      return await this.#once(words);
    } catch (problem) {
      if (!(problem instanceof GatewayRefused) || problem.code !== FORBIDDEN) throw problem;
      await this.#options.refresh();
      return this.#once(words);
    }
  }

  #once(words: Words): Promise<Message> {
    const transaction = crypto.randomUUID();
    const session = this.#session ? { session_id: this.#session } : {};
    const given = this.#options.token();
    const token = given === null ? {} : { token: given };
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
    const { janus, transaction, sender, code } = message;
    if (janus === "ack" && !this.#waiting.get(transaction)?.isDoneByAck) return;
    const waiting = this.#settle(transaction);
    if (waiting) {
      if (code !== null) waiting.reject(new GatewayRefused(code));
      else waiting.resolve(message);
    } else if (janus === "timeout") this.#socket?.close();
    else if (janus === "event" || janus === "trickle") this.#handles.get(sender)?.(message);
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

interface Words {
  readonly janus: string;
  readonly [name: string]: unknown;
}

/** What came, by its shape: whatever is not as it should be is as if it had not been said. */
function messageOf(text: unknown): Message {
  const said = parsed(text);
  const { data } = record(said.plugindata);
  const code = record(said.error).code ?? record(data).error_code;
  return {
    janus: string(said.janus),
    transaction: string(said.transaction),
    sender: number(said.sender),
    id: number(record(said.data).id),
    code: typeof code === "number" ? code : null,
    data: record(data),
    jsep: jsepOf(record(said.jsep)),
    candidate: candidateOf(record(said.candidate)),
  };
}

function parsed(text: unknown): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(String(text)));
  } catch {
    return {};
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const string = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);

const candidateOf = ({
  candidate,
  sdpMid,
  sdpMLineIndex,
}: Readonly<Record<string, unknown>>): RTCIceCandidateInit | undefined =>
  typeof candidate === "string"
    ? { candidate, sdpMid: string(sdpMid), sdpMLineIndex: number(sdpMLineIndex) }
    : undefined;

const jsepOf = ({ type, sdp }: Readonly<Record<string, unknown>>): Jsep | undefined =>
  (type === "offer" || type === "answer") && typeof sdp === "string" ? { type, sdp } : undefined;

/** A request nobody waits for: if it is lost the gateway finds out by itself. */
const ignored = (): undefined => undefined;
