/**
 * One's seat in a video visit: what one has said to the server, what it has told, and the call that came of it.
 *
 * It outlives the page that opened it: whoever goes to another page stays in the call, and finds the seat again. It knows
 * no React; `subscribe` and `now` fit `useSyncExternalStore`.
 */
import { Problem } from "../../api/index.ts";
import { type Devices, shareScreen } from "./media/devices.ts";
import type { Call, CallOptions, Fresh, Grant, Heard, Line } from "./media/port.ts";
import {
  type Caption,
  EMPTY_ROOM,
  type Happening,
  isOver,
  type Room,
  type Said,
  selfOf,
  told,
  type Whole,
} from "./room.ts";

/** Where one is in the visit. `refused`: coming in was, and `refusal` says why. `elsewhere`: at another page of one's own. */
export type Stage =
  | "outside"
  | "entering"
  | "lobby"
  | "inside"
  | "left"
  | "removed"
  | "denied"
  | "over"
  | "refused"
  | "elsewhere";

export interface SeatState {
  readonly stage: Stage;
  readonly room: Room;
  readonly call: Call | null;
  /** Why one was not let in, or why the call did not begin. */
  readonly refusal: Problem | null;
}

/** The socket, as `live/connection.ts` has it. */
export interface Wire {
  ask<T>(event: string, body: object): Promise<T>;
  mention(event: string, body: object): void;
  on<Body>(event: string, handler: (body: Body) => void): () => void;
  subscribe(listener: () => void): () => void;
  now(): string;
}

export interface Entry {
  readonly consent: boolean;
  /** What a guest wants to be called. */
  readonly name?: string;
}

type Chatted = Said & { readonly visit: string };
type Captioned = Omit<Caption, "key"> & { readonly visit: string };
type OpenCall = (options: CallOptions) => Call;

const RELAYED = ["rtc.signal", "e2ee.key", "media.state", "rtc.mode"] as const;
const STAGES: Partial<Record<string, Stage>> = {
  lobby: "lobby",
  admitted: "inside",
  left: "left",
  removed: "removed",
  denied: "denied",
};

export class Seat {
  readonly visit: string;
  readonly devices: Devices;
  readonly #wire: Wire;
  readonly #openCall: OpenCall;
  readonly #listeners = new Set<() => void>();
  #stops: readonly (() => void)[] = [];
  #now: SeatState = { stage: "outside", room: EMPTY_ROOM, call: null, refusal: null };
  #entry: Entry | null = null;
  /** What one sent before the visit was put on hold. */
  #before: { readonly audio: boolean; readonly video: boolean } | null = null;
  #isOn: boolean;

  constructor(visit: string, wire: Wire, devices: Devices, openCall: OpenCall) {
    this.visit = visit;
    this.devices = devices;
    this.#wire = wire;
    this.#openCall = openCall;
    this.#isOn = isOn(wire);
  }

  /** Begins to listen; twice is once. */
  open(): void {
    if (this.#stops.length > 0) return;
    const mine = <Body extends { readonly visit: string }>(event: string, handler: (body: Body) => void) =>
      this.#wire.on<Body>(event, (body) => body.visit === this.visit && handler(body));
    this.#stops = [
      mine<Whole>("visit.state", (whole) => this.#told({ kind: "state", whole })),
      mine<Grant>("visit.admitted", (grant) => this.#admitted(grant)),
      mine("visit.elsewhere", () => this.#out("elsewhere")),
      mine<Chatted>("visit.chat", (line) => this.#told({ kind: "said", line })),
      mine<Captioned>("caption.line", (line) => this.#told({ ...line, kind: "caption" })),
      ...RELAYED.map((event) =>
        mine<{ visit: string }>(event, (body) => this.#now.call?.hear({ ...body, event } as unknown as Heard)),
      ),
      this.#wire.subscribe(() => this.#wireChanged()),
      this.devices.subscribe(() => this.#devicesChanged()),
    ];
  }

  readonly now = (): SeatState => this.#now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes into the lobby, or into the call where one may; again after a lost line it changes nothing. */
  async enter(entry: Entry): Promise<void> {
    this.#entry = entry;
    this.#become({ stage: "entering", refusal: null });
    try {
      this.#told({ kind: "state", whole: await this.#ask<Whole>("visit.enter", entry) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Out of reach it is tried again when the line is back; a refusal is for the person to hear.
      if (!error.isOffline) this.#entry = null;
      this.#become({ stage: "refused", refusal: error });
    }
  }

  /** Goes out; the visit goes on, and one may come back. */
  async leave(): Promise<void> {
    this.#out("left");
    await this.#ask("visit.leave").catch(() => undefined);
  }

  async end(): Promise<void> {
    await this.#ask("visit.end");
    this.#out("over");
  }

  readonly admit = (person: string): Promise<unknown> => this.#ask("visit.admit", { person });
  readonly deny = (person: string): Promise<unknown> => this.#ask("visit.deny", { person });
  readonly remove = (person: string): Promise<unknown> => this.#ask("visit.remove", { person });
  readonly lock = (on: boolean): Promise<unknown> => this.#ask("visit.lock", { on });
  readonly hold = (on: boolean): Promise<unknown> => this.#ask("visit.hold", { on });

  /** Asks everybody whether the visit may be recorded; whoever asks has said yes. */
  async record(): Promise<void> {
    this.#now.call?.agree(true);
    await this.#ask("recording.request");
  }

  /** To being recorded. The call is told too: it enters no room that can see before its person has said yes. */
  async answer(yes: boolean): Promise<void> {
    this.#now.call?.agree(yes);
    await this.#ask("recording.answer", { yes });
  }

  async stopRecording(): Promise<void> {
    this.#now.call?.agree(false);
    await this.#ask("recording.stop");
  }

  /** Shows a screen, which the browser lets one choose, or ends showing it. */
  async share(): Promise<void> {
    const shown = this.#now.call?.now().own.shown;
    if (shown) {
      for (const track of shown.getTracks()) track.stop();
      this.#now.call?.show(null);
    } else this.#now.call?.show(await shareScreen());
  }

  /** Writes to everybody; the line is there at once, and says when it could not be sent. */
  async say(text: string, cid: string = crypto.randomUUID()): Promise<void> {
    const from = this.#now.room.whole?.me ?? "";
    this.#told({ kind: "said", line: { cid, from, text, at: new Date().toISOString(), sending: "waits" } });
    try {
      const kept = await this.#ask<{ at?: string } | null>("visit.chat", { cid, text });
      this.#told({ kind: "said", line: { cid, from, text, at: kept?.at ?? new Date().toISOString() } });
    } catch {
      this.#told({ kind: "unsent", cid });
    }
  }

  /** Sends a line again under its own id, so that it is one line however often it is tried. */
  async sayAgain(cid: string): Promise<void> {
    const line = this.#now.room.chat.find((one) => one.cid === cid);
    if (line) await this.say(line.text, cid);
  }

  /** What was written before one came. */
  wrote(lines: readonly Said[]): void {
    this.#told({ kind: "wrote", lines });
  }

  caption(text: string, final: boolean): void {
    this.#told({ kind: "caption", from: this.#now.room.whole?.me ?? "", text, final });
    this.#wire.mention("caption.line", { visit: this.visit, text, final });
  }

  /** Gives up the seat without a word: the page, or who is signed in, is another. */
  close(): void {
    this.#out("outside");
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #ask<T>(event: string, body: object = {}): Promise<T> {
    return this.#wire.ask<T>(event, { visit: this.visit, ...body });
  }

  #told(it: Happening): void {
    const room = told(this.#now.room, it);
    const stage = it.kind === "state" ? this.#stageOf(it.whole) : this.#now.stage;
    this.#become({ room, stage });
    if (it.kind !== "state" || !room.whole) return;
    if (stage !== "inside") this.#hangUp();
    else this.#now.call?.update(room.whole);
    this.#minded(room.whole.state === "hold");
  }

  #stageOf(whole: Whole): Stage {
    if (isOver(whole)) return "over";
    // Who left on purpose stays outside, whatever the server still has to tell.
    if (this.#entry === null && this.#now.stage !== "refused") return this.#now.stage;
    return STAGES[selfOf(whole)?.state ?? ""] ?? this.#now.stage;
  }

  /** Let in, or in again after the socket was lost: then the call that goes on hears by which way. */
  #admitted(grant: Grant): void {
    const { room, call } = this.#now;
    if (!this.#entry) return;
    if (call) {
      call.hear({ ...grant, event: "visit.admitted" });
      return;
    }
    const { audio, video } = this.devices.now();
    const state = { epoch: grant.epoch, people: room.whole?.people ?? [] };
    const agreed = selfOf(room.whole)?.answer === "yes";
    this.#become({ stage: "inside", call: this.#openCall({ grant, state, line: this.#line(), audio, video, agreed }) });
    this.#minded(room.whole?.state === "hold");
  }

  #line(): Line {
    const say = async (event: string, body: object): Promise<void> => void (await this.#ask(event, body));
    return {
      signal: (to, signal) => say("rtc.signal", { to, ...signal }),
      key: (to, epoch, wrapped) => say("e2ee.key", { to, epoch, wrapped }),
      state: (state) => say("media.state", state),
      refresh: () => this.#ask<Fresh>("rtc.ice_refresh"),
      quality: (report) => say("call.quality", report),
    };
  }

  /** On hold nobody sends anything; afterwards everybody sends what they did before. */
  #minded(isHeld: boolean): void {
    const { call } = this.#now;
    if (!call || isHeld === (this.#before !== null)) return;
    const { own } = call.now();
    const next = isHeld ? { audio: false, video: false } : this.#before;
    this.#before = isHeld ? { audio: own.audio, video: own.video } : null;
    call.setAudio(next?.audio ?? true);
    call.setVideo(next?.video ?? true);
  }

  #devicesChanged(): void {
    const { audio, video } = this.devices.now();
    this.#now.call?.setTracks(audio, video);
  }

  /** After a lost line the server is told anew that one is here; what it answers is the whole state. */
  #wireChanged(): void {
    const was = this.#isOn;
    this.#isOn = isOn(this.#wire);
    if (this.#isOn && !was && this.#entry) void this.#again(this.#entry);
  }

  async #again(entry: Entry): Promise<void> {
    try {
      this.#told({ kind: "state", whole: await this.#ask<Whole>("visit.enter", entry) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.isOffline) return;
      this.#out("refused");
      this.#become({ refusal: error });
    }
  }

  #out(stage: Stage): void {
    this.#entry = null;
    this.#hangUp();
    this.devices.close();
    this.#become({ stage });
  }

  #hangUp(): void {
    const { call } = this.#now;
    if (!call) return;
    this.#before = null;
    for (const track of call.now().own.shown?.getTracks() ?? []) track.stop();
    this.#become({ call: null });
    call.close();
  }

  #become(change: Partial<SeatState>): void {
    this.#now = { ...this.#now, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const isOn = (wire: Wire): boolean => wire.now() === "on" || wire.now() === "degraded";
