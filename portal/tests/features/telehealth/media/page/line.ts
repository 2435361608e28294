/** A line to the switchboard of tests/telehealth/calls: what a socket is to a call, and nothing of a visit. */
import type { Fresh, Grant, Heard, Line, VisitState } from "../../../../../src/features/telehealth/media/port.ts";

type Told = { readonly event: string } & Record<string, unknown>;
interface Ack {
  readonly ack: number;
  readonly ok: boolean;
  readonly data?: unknown;
}

export interface Ends {
  admitted(grant: Grant, state: VisitState): void;
  state(state: VisitState): void;
  heard(heard: Heard): void;
}

const AGAIN_MS = 100;

export class Wire implements Line {
  readonly #ends: Ends;
  readonly #url: string;
  readonly #waiting = new Map<number, (ack: Ack) => void>();
  #socket: WebSocket | null = null;
  #count = 0;
  #isClosed = false;

  constructor(me: string, ends: Ends) {
    this.#ends = ends;
    this.#url = `${location.origin.replace(/^http/, "ws")}/line/${me}`;
    this.#open();
  }

  readonly signal: Line["signal"] = async (to, signal) => void (await this.ask("rtc.signal", { to, ...signal }));
  readonly key: Line["key"] = async (to, epoch, wrapped) => void (await this.ask("e2ee.key", { to, epoch, wrapped }));
  readonly state: Line["state"] = async (state) => void (await this.ask("media.state", { ...state }));
  readonly quality: Line["quality"] = async (report) => void (await this.ask("call.quality", { ...report }));
  readonly refresh: Line["refresh"] = () => this.ask<Fresh>("rtc.ice_refresh", {});

  ask<T>(event: string, body: object): Promise<T> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new Error("no line"));
      this.#waiting.set(id, ({ ok, data }) => (ok ? resolve(data as T) : reject(new Error("refused"))));
      this.#socket.send(JSON.stringify({ ...body, event, id }));
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#told(JSON.parse(String(data)) as Ack | Told));
    socket.addEventListener("close", () => {
      for (const settle of this.#waiting.values()) settle({ ack: 0, ok: false });
      this.#waiting.clear();
      if (!this.#isClosed) setTimeout(() => this.#open(), AGAIN_MS);
    });
  }

  #told(told: Ack | Told): void {
    if (isAck(told)) {
      this.#waiting.get(told.ack)?.(told);
      this.#waiting.delete(told.ack);
    } else if (told.event === "visit.state") this.#ends.state(told as unknown as VisitState);
    else if (told.event === "visit.admitted") this.#ends.admitted(told as unknown as Grant, told.state as VisitState);
    else this.#ends.heard(told as unknown as Heard);
  }
}

const isAck = (told: Ack | Told): told is Ack => "ack" in told;
