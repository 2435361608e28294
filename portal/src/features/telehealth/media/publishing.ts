/** What leaves for a gateway's room: one connection, sealed before its first frame. */
import type { Handle, Jsep, Told } from "./gateway.ts";
import { watchTurn } from "./ice.ts";
import { Link, type Remedies } from "./link.ts";
import type { TurnFailure } from "./port.ts";
import type { Sealing } from "./sealing.ts";
import { KINDS, LINES, type Outgoing, offerLines, send } from "./sending.ts";

export interface RoomConnectionOptions {
  readonly handle: Handle;
  /** Null in a room that records, where nothing is sealed. */
  readonly sealing: Sealing | null;
  configuration(): RTCConfiguration;
  refresh(): Promise<void>;
  failed(failure: TurnFailure): void;
  changed(): void;
  rebuild(): void;
}

export class Publishing {
  readonly connection: RTCPeerConnection;
  readonly link: Link;
  readonly #options: RoomConnectionOptions;
  #outgoing: Outgoing;
  #last: Promise<void> = Promise.resolve();

  constructor(options: RoomConnectionOptions, outgoing: Outgoing) {
    this.#options = options;
    this.#outgoing = outgoing;
    this.link = new Link(remedies(options, () => this.#queue(() => this.#restart())));
    this.connection = trickling(options);
    this.link.watch(this.connection);
    this.#queue(() => this.#begin());
  }

  send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    this.#queue(() => send(this.connection.getTransceivers(), this.#outgoing));
  }

  /** The gateway told something by itself. */
  hear({ candidate }: Told): void {
    if (candidate) this.#queue(() => this.connection.addIceCandidate(candidate));
  }

  close(): void {
    this.link.stop();
    this.connection.close();
  }

  async #begin(): Promise<void> {
    const transceivers = offerLines(this.connection, this.#outgoing);
    for (const [at, line] of LINES.entries()) {
      const transceiver = transceivers[at];
      if (!transceiver) continue;
      transceiver.direction = "sendonly";
      this.#options.sealing?.seal(transceiver, KINDS[line]);
      if (KINDS[line] === "video") transceiver.setCodecPreferences(sealable());
    }
    await send(transceivers, this.#outgoing);
    await this.#offer({ request: "publish" });
  }

  async #restart(): Promise<void> {
    await this.#options.refresh();
    this.connection.setConfiguration(this.#options.configuration());
    this.connection.restartIce();
    await this.#offer({ request: "configure" });
  }

  async #offer(body: object): Promise<void> {
    await this.connection.setLocalDescription();
    const { sdp = "" } = this.connection.localDescription ?? {};
    const { jsep } = await this.#options.handle.ask(body, { type: "offer", sdp, ...sealed(this.#options) });
    if (jsep) await this.connection.setRemoteDescription({ type: "answer", sdp: jsep.sdp ?? "" });
  }

  /** One step after the other; one that fails is left to the watchdog. */
  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(step).catch(() => undefined);
  }
}

/** What the gateway is told of sealed frames: it does not try to look for key frames in them. */
export const sealed = ({ sealing }: Pick<RoomConnectionOptions, "sealing">): Pick<Jsep, "e2ee"> =>
  sealing ? { e2ee: true } : {};

/** VP8 alone: of the others' frames more would have to stay readable (frames.ts). */
const sealable = (): RTCRtpCodec[] =>
  (RTCRtpSender.getCapabilities("video")?.codecs ?? []).filter(({ mimeType }) =>
    ["video/vp8", "video/rtx"].includes(mimeType.toLowerCase()),
  );

/** A connection whose candidates go to the gateway. */
export function trickling(options: RoomConnectionOptions): RTCPeerConnection {
  const connection = new RTCPeerConnection(options.configuration());
  connection.addEventListener("icecandidate", ({ candidate }) => options.handle.trickle(candidate));
  watchTurn(connection, options.failed);
  return connection;
}

export const remedies = ({ changed, rebuild }: RoomConnectionOptions, restart: () => void): Remedies => ({
  changed,
  restart,
  rebuild,
});
