/**
 * A connection with one other person. One of the two always offers; the other answers, and puts its tracks onto the
 * lines of the offer only once that is set, so that two offers never meet. Each try has a name, and what belongs to an
 * earlier try is dropped.
 */
import { configuration, type IceOptions, watchTurn } from "./ice.ts";
import { Link } from "./link.ts";
import type { Fresh, Ice, Signal, TurnFailure } from "./port.ts";
import { type Leg, NO_TRACKS } from "./route.ts";
import { fingerprints } from "./safety.ts";
import { KINDS, LINES, type Outgoing, offerLines, send } from "./sending.ts";

export interface PeerOptions extends IceOptions {
  readonly id: string;
  /** Whether this end makes the offers. */
  readonly offers: boolean;
  readonly outgoing: Outgoing;
  signal(signal: Signal): Promise<void>;
  refresh(): Promise<Fresh>;
  changed(): void;
  failed(failure: TurnFailure): void;
}

export class Peer {
  readonly link: Link;
  readonly #options: PeerOptions;
  #ice: Ice;
  #outgoing: Outgoing;
  #attempt = "";
  #connection: RTCPeerConnection | null = null;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#ice = options.ice;
    this.#outgoing = options.outgoing;
    this.link = new Link({
      changed: () => options.changed(),
      restart: () => this.#queue(() => this.#restart()),
      rebuild: () => this.#queue(() => this.#rebuild()),
    });
    this.#queue(() => (options.offers ? this.#offer() : this.#await()));
  }

  leg(): Leg {
    return {
      id: this.#options.id,
      link: this.link.state,
      tracks: this.#connection?.remoteDescription ? this.#tracks() : NO_TRACKS,
      connection: this.#connection,
    };
  }

  /** Certificate fingerprints of both ends; null until both are known. */
  identities(): readonly Uint8Array[] | null {
    const { localDescription, remoteDescription } = this.#connection ?? {};
    if (!localDescription || !remoteDescription) return null;
    return [...fingerprints(localDescription.sdp), ...fingerprints(remoteDescription.sdp)];
  }

  hear(signal: Signal): void {
    this.#queue(() => this.#hear(signal));
  }

  send(outgoing: Outgoing): void {
    const isAsked = outgoing.wantsPictures !== this.#outgoing.wantsPictures;
    this.#outgoing = outgoing;
    this.#queue(async () => {
      if (this.#connection?.remoteDescription || this.#options.offers) await this.#send();
      if (isAsked) await this.#restart();
    });
  }

  rebuild(): void {
    this.#queue(() => this.#rebuild());
  }

  close(): void {
    this.#isClosed = true;
    this.link.stop();
    this.#connection?.close();
  }

  /** One step after the other; one that fails is left to the watchdog. */
  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(() => (this.#isClosed ? undefined : step())).catch(() => undefined);
  }

  async #hear({ attempt, description, candidate, wants }: Signal): Promise<void> {
    if (this.#options.offers && wants) await this.#grant(wants, attempt);
    if (description?.type === "offer" && !this.#options.offers) await this.#answer(attempt, description);
    if (attempt !== this.#attempt || !this.#connection) return;
    if (description?.type === "answer" && this.#connection.signalingState === "have-local-offer")
      await this.#connection.setRemoteDescription(description);
    if (candidate) await this.#connection.addIceCandidate(candidate);
    this.#options.changed();
  }

  /** Whoever asks without having seen our offer, while it waits for an answer, only has to be sent it again. */
  async #grant(wants: "rebuild" | "restart", attempt: string): Promise<void> {
    const offered = this.#connection?.localDescription;
    const isWaiting = this.#connection?.signalingState === "have-local-offer";
    if (wants === "rebuild" && attempt === "" && isWaiting && offered) await this.#say({ description: plain(offered) });
    else if (wants === "rebuild" || attempt !== this.#attempt) await this.#rebuild();
    else if (!isWaiting && !this.link.isMending) await this.#restart();
  }

  async #offer(): Promise<void> {
    this.#attempt = crypto.randomUUID();
    const connection = this.#build();
    offerLines(connection, this.#outgoing);
    await this.#send();
    await connection.setLocalDescription();
    await this.#describe();
  }

  async #answer(attempt: string, offer: RTCSessionDescriptionInit): Promise<void> {
    const isAgain = attempt === this.#attempt && this.#connection?.remoteDescription?.sdp === offer.sdp;
    if (isAgain) return;
    const isOther = attempt !== this.#attempt || !this.#connection;
    this.#attempt = attempt;
    const connection = isOther ? this.#build() : this.#connection;
    await connection?.setRemoteDescription(offer);
    await this.#send();
    await connection?.setLocalDescription();
    await this.#describe();
    this.#options.changed();
  }

  async #restart(): Promise<void> {
    await this.#refresh();
    if (!this.#options.offers) return this.#ask("restart");
    const connection = this.#connection;
    if (!connection?.remoteDescription) return this.#offer();
    connection.setConfiguration(this.#configuration());
    connection.restartIce();
    this.#direct();
    if (connection.signalingState === "have-local-offer") await connection.setLocalDescription({ type: "rollback" });
    await connection.setLocalDescription();
    return this.#describe();
  }

  async #rebuild(): Promise<void> {
    await this.#refresh();
    await (this.#options.offers ? this.#offer() : this.#await());
  }

  /** Says that an offer is awaited; should none come, the watchdog says it again. */
  async #await(): Promise<void> {
    this.#attempt = "";
    this.#build();
    await this.#ask("rebuild");
  }

  #build(): RTCPeerConnection {
    this.#connection?.close();
    const connection = new RTCPeerConnection(this.#configuration());
    this.#connection = connection;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate && connection === this.#connection) void this.#say({ candidate: candidate.toJSON() });
    });
    watchTurn(connection, (failure) => this.#options.failed(failure));
    this.link.watch(connection);
    return connection;
  }

  readonly #configuration = (): RTCConfiguration => configuration({ ...this.#options, ice: this.#ice });

  async #refresh(): Promise<void> {
    const { ice } = await this.#options.refresh().catch(() => ({ ice: this.#ice }));
    this.#ice = ice;
    this.#connection?.setConfiguration(this.#configuration());
  }

  async #send(): Promise<void> {
    const transceivers = this.#connection?.getTransceivers() ?? [];
    this.#direct();
    await send(transceivers, this.#outgoing);
  }

  /** Pictures that are not wanted are not sent to us; ours go on. */
  #direct(): void {
    const transceivers = this.#connection?.getTransceivers() ?? [];
    for (const [at, line] of LINES.entries()) {
      const transceiver = transceivers[at];
      const isWanted = KINDS[line] === "audio" || this.#outgoing.wantsPictures;
      if (transceiver) transceiver.direction = isWanted ? "sendrecv" : "sendonly";
    }
  }

  #tracks(): Leg["tracks"] {
    const [audio, camera, screen] = (this.#connection?.getTransceivers() ?? []).map(({ receiver }) => receiver.track);
    return { audio: audio ?? null, camera: camera ?? null, screen: screen ?? null };
  }

  async #describe(): Promise<void> {
    const description = this.#connection?.localDescription;
    if (description) await this.#say({ description: plain(description) });
  }

  async #ask(wants: "rebuild" | "restart"): Promise<void> {
    await this.#say({ wants });
  }

  async #say(part: Omit<Signal, "attempt">): Promise<void> {
    await this.#options.signal({ attempt: this.#attempt, ...part });
  }
}

const plain = ({ type, sdp }: RTCSessionDescription): RTCSessionDescriptionInit => ({ type, sdp });
