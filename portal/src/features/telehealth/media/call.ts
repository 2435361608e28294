/**
 * A call: one way for media to travel and, while another one takes over, two. What leaves, who is there and how well it
 * goes are known here; how it travels is not (mesh.ts, janus.ts).
 */

import { Gauge } from "./gauge.ts";
import { withFailure } from "./ice.ts";
import { Janus } from "./janus.ts";
import { Mesh } from "./mesh.ts";
import { People } from "./people.ts";
import type {
  Call,
  CallOptions,
  CallState,
  Grant,
  Heard,
  LinkState,
  MediaState,
  Own,
  Person,
  VisitState,
} from "./port.ts";
import { worst } from "./quality.ts";
import type { Leg, Route, RouteEvents } from "./route.ts";
import { safetyCode } from "./safety.ts";
import { canSeal, Sealing } from "./sealing.ts";
import type { Outgoing } from "./sending.ts";

/** The old way is left when the new one has everybody's pictures, or after this long (milliseconds). */
const CHANGE_MS = 10_000;
/** What the others said before we were ready, or on the way that comes next, is kept up to so many. */
const MOST_EARLY = 200;

/** What its person chose of themselves. */
type Chosen = Omit<Own, "id" | "step">;

/** Begins a call; the tracks stay the caller's. */
export const openCall = (options: CallOptions): Call => new Open(options);

class Open implements Call {
  readonly #options: CallOptions;
  readonly #people = new People();
  readonly #gauge: Gauge;
  readonly #listeners = new Set<() => void>();
  readonly #certificate: Promise<RTCCertificate>;
  #grant: Grant;
  #epoch: number;
  #self: Person | undefined;
  #route: Route | null = null;
  #next: Route | null = null;
  #changing: ReturnType<typeof setTimeout> | undefined;
  #early: Heard[] = [];
  #own: Chosen;
  #failures: CallState["failures"] = [];
  #barrier: CallState["barrier"] = null;
  #safety = { of: "", code: null as string | null };
  #wasConnected = false;
  #hasAgreed: boolean;
  #isClosed = false;
  #isStale = false;
  #said = "";
  #state: CallState;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#grant = options.grant;
    this.#epoch = options.grant.epoch;
    this.#hasAgreed = options.agreed ?? false;
    const stream = streamOf(options.audio, options.video);
    this.#own = { stream, audio: true, video: true, shown: null, audioOnly: false };
    this.#gauge = new Gauge({
      routes: () => [this.#route, this.#next].filter((route) => route !== null),
      changed: () => this.#measured(),
      report: (report) => void options.line.quality({ ...report, failures: this.#failures }).catch(ignored),
    });
    this.#certificate = RTCPeerConnection.generateCertificate({ name: "ECDSA", namedCurve: "P-256" } as EcKeyGenParams);
    this.#state = this.#compose();
    this.#take(options.state);
    void this.#begin(this.#grant);
  }

  readonly now = (): CallState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  hear(heard: Heard): void {
    if (this.#isClosed) return;
    if (heard.event === "media.state") this.#people.hear(heard.from, heard);
    else if (heard.event === "rtc.mode" || heard.event === "visit.admitted") void this.#move(heard);
    else this.#hand(heard);
    this.#changed();
  }

  update(state: VisitState): void {
    if (this.#isClosed) return;
    this.#take(state);
    this.#tellPeople();
    this.#changed();
  }

  setAudio(on: boolean): void {
    this.#set({ audio: on });
  }

  setVideo(on: boolean): void {
    this.#set({ video: on });
  }

  setAudioOnly(on: boolean): void {
    this.#set({ audioOnly: on });
  }

  show(screen: MediaStream | null): void {
    const [track] = screen?.getVideoTracks() ?? [];
    if (track) track.contentHint = "detail";
    track?.addEventListener("ended", () => {
      if (this.#own.shown === screen) this.#set({ shown: null });
    });
    this.#set({ shown: track ? screen : null });
  }

  setTracks(audio: MediaStreamTrack | null, video: MediaStreamTrack | null): void {
    this.#set({ stream: streamOf(audio, video) });
  }

  agree(yes: boolean): void {
    this.#hasAgreed = yes;
    if (this.#barrier === "not-agreed" && yes) void this.#move(this.#grant);
  }

  restart(): void {
    this.#route?.restart();
    this.#next?.restart();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#gauge.close();
    this.#isClosed = true;
    clearTimeout(this.#changing);
    this.#route?.close();
    this.#next?.close();
    this.#route = this.#next = null;
    this.#changed();
  }

  #set(part: Partial<Chosen>): void {
    this.#own = { ...this.#own, ...part };
    this.#send();
    this.#changed();
  }

  /** What leaves now. A muted microphone goes on sending silence, which keeps the line open. */
  #outgoing(): Outgoing {
    const { stream, audio, video, shown, audioOnly } = this.#own;
    const [microphone = null] = stream.getAudioTracks();
    const [camera = null] = stream.getVideoTracks();
    if (microphone) microphone.enabled = audio;
    return {
      audio: microphone,
      camera: video && !audioOnly ? camera : null,
      screen: shown?.getVideoTracks()[0] ?? null,
      step: this.#gauge.step(),
      wantsPictures: !audioOnly,
    };
  }

  #send(): void {
    const outgoing = this.#outgoing();
    this.#route?.send(outgoing);
    this.#next?.send(outgoing);
  }

  /** Whoever comes new is told what of us is on. */
  #take({ people, epoch }: VisitState): void {
    this.#epoch = Math.max(this.#epoch, epoch);
    this.#self = people.find(({ id }) => id === this.#grant.me) ?? this.#self;
    const known = new Set(this.#people.all().map(({ id }) => id));
    if (people.some(({ id, state }) => state === "admitted" && id !== this.#grant.me && !known.has(id)))
      this.#said = "";
    this.#people.update(people.filter(({ id, state }) => id !== this.#grant.me && state === "admitted"));
  }

  #tellPeople(): void {
    this.#route?.people(this.#reached(this.#route), this.#epoch);
    this.#next?.people(this.#reached(this.#next), this.#epoch);
  }

  /** Two people who are connected directly stay with each other until the third one's way is there. */
  #reached(route: Route): readonly Person[] {
    const others = this.#people.all();
    if (!(route instanceof Mesh) || this.#grant.mode === "mesh") return others;
    const known = others.filter(({ id }) => route.legs().some((leg) => leg.id === id));
    return known.length > 0 ? known : others.slice(0, 1);
  }

  #hand(heard: Heard): void {
    if (!this.#route) this.#early = [...this.#early, heard].slice(-MOST_EARLY);
    this.#route?.hear(heard);
    this.#next?.hear(heard);
  }

  async #begin(grant: Grant): Promise<void> {
    this.#route = await this.#open(grant);
    if (this.#isClosed) return this.#route?.close();
    this.#tellPeople();
    for (const heard of this.#early.splice(0)) this.#route?.hear(heard);
    this.#send();
    this.#changed();
  }

  /** Another way: it is opened beside the present one, which goes when nothing is missing any more. */
  async #move(moved: Omit<Grant, "visit" | "me">): Promise<void> {
    const isSame = wayOf(moved) === wayOf(this.#grant) && this.#route !== null && this.#barrier === null;
    this.#grant = { ...this.#grant, ...moved };
    this.#epoch = Math.max(this.#epoch, moved.epoch);
    if (isSame) return this.#tellPeople();
    const next = await this.#open(this.#grant);
    this.#next?.close();
    this.#next = next;
    if (this.#isClosed) return next?.close();
    this.#tellPeople();
    this.#send();
    clearTimeout(this.#changing);
    this.#changing = setTimeout(() => this.#change(), CHANGE_MS);
    this.#changed();
  }

  #change(): void {
    if (!this.#next) return;
    clearTimeout(this.#changing);
    this.#route?.close();
    this.#route = this.#next;
    this.#next = null;
    this.#tellPeople();
    this.#changed();
  }

  /** Whether the new way has all that the old one had. */
  #isReady(next: Route): boolean {
    const legs = next.legs();
    const isSealed = next.isSealed() || Boolean(this.#grant.room?.recorded);
    return legs.length > 0 && isSealed && legs.every((leg) => this.#arrives(leg));
  }

  #arrives(leg: Leg): boolean {
    const isSeen = this.#gauge.framesDecoded(leg) > 0 || !this.#people.sendsPictures(leg.id) || this.#own.audioOnly;
    return leg.link === "connected" && isSeen;
  }

  async #open(grant: Grant): Promise<Route | null> {
    const certificate = await this.#certificate;
    const { line, relayOnly = false } = this.#options;
    const events: RouteEvents = {
      changed: () => this.#changed(),
      failed: (failure) => {
        this.#failures = withFailure(this.#failures, failure);
        this.#changed();
      },
    };
    const common = { ...events, ice: grant.ice, relayOnly, certificate, outgoing: this.#outgoing() };
    const refresh = (): ReturnType<typeof line.refresh> => line.refresh();
    if (grant.mode !== "sfu") {
      this.#barrier = null;
      return new Mesh({ ...common, me: () => this.#me(), refresh, signal: (to, signal) => line.signal(to, signal) });
    }
    this.#barrier = this.#barrierOf(grant);
    if (this.#barrier || !grant.room) return null;
    const sealing = grant.room.recorded ? null : this.#sealing(grant);
    const { room, token = null, me } = grant;
    return new Janus({ ...common, me, room, token, sealing, refresh });
  }

  #barrierOf({ room }: Grant): CallState["barrier"] {
    if (room?.recorded) return this.#hasAgreed ? null : "not-agreed";
    return canSeal() ? null : "no-sealing";
  }

  #sealing({ visit, me }: Grant): Sealing {
    return new Sealing({
      visit,
      me,
      send: (to, epoch, wrapped) => this.#options.line.key(to, epoch, wrapped),
      changed: () => this.#changed(),
    });
  }

  readonly #me = (): Pick<Person, "id" | "part"> => this.#self ?? { id: this.#grant.me, part: "guest" };

  #measured(): void {
    this.#send();
    if (this.#next && this.#isReady(this.#next)) this.#change();
    this.#changed();
  }

  /** Everything that happens in one turn is told once. */
  #changed(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => {
      this.#isStale = false;
      this.#state = this.#compose();
      void this.#codify();
      this.#announce();
      for (const listener of this.#listeners) listener();
    });
  }

  #compose(): CallState {
    const legs = new Map([this.#next, this.#route].flatMap((route) => route?.legs() ?? []).map((leg) => [leg.id, leg]));
    const others = this.#people.shown(
      (id) => legs.get(id),
      (leg) => this.#gauge.reading(leg.connection),
      !this.#own.audioOnly,
    );
    return {
      phase: this.#phase(others.map(({ link }) => link)),
      mode: this.#grant.mode,
      own: { id: this.#grant.me, ...this.#own, step: this.#gauge.step() },
      others,
      level: worst([...others.map((one) => one.level), this.#gauge.level()]),
      safety: this.#safety.code,
      sealed: this.#route?.isSealed() ?? false,
      failures: this.#failures,
      barrier: this.#barrier,
    };
  }

  #phase(links: readonly LinkState[]): CallState["phase"] {
    if (this.#isClosed) return "ended";
    const isConnected = links.includes("connected");
    this.#wasConnected = links.length > 0 && (this.#wasConnected || isConnected);
    if (isConnected) return "connected";
    return this.#wasConnected ? "reconnecting" : "connecting";
  }

  async #codify(): Promise<void> {
    const parts = this.#route?.identities() ?? null;
    const of = parts
      ? parts
          .map((part) => part.join())
          .sort()
          .join(" ")
      : "";
    if (of === this.#safety.of) return;
    this.#safety = { of, code: null };
    const code = parts && (await safetyCode(parts));
    if (this.#safety.of !== of) return;
    this.#safety = { of, code };
    this.#changed();
  }

  /** `media.state`, when it is another one than was said last. */
  #announce(): void {
    const { own, level } = this.#state;
    const [camera] = own.stream.getVideoTracks();
    const video = own.video && !own.audioOnly && own.step !== "off" && camera !== undefined;
    const state: MediaState = { audio: own.audio, video, screen: own.shown !== null, quality: level };
    const said = JSON.stringify(state);
    if (said === this.#said || this.#isClosed) return;
    this.#said = said;
    void this.#options.line.state(state).catch(ignored);
  }
}

/** Two directly and a mesh are one way, each room of the gateway is one. */
const wayOf = ({ mode, room }: Pick<Grant, "mode" | "room">): string =>
  mode === "sfu" ? `room ${room?.id}` : "direct";

const streamOf = (...tracks: readonly (MediaStreamTrack | null)[]): MediaStream =>
  new MediaStream(tracks.filter((track) => track !== null));

/** What was not taken is told again with the next change. */
const ignored = (): undefined => undefined;
