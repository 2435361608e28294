/** All that comes from a gateway's room: one connection, whose lines the gateway gives to whoever sends. */
import type { Jsep, Told } from "./gateway.ts";
import { Link } from "./link.ts";
import type { Room } from "./port.ts";
import { type RoomConnectionOptions, remedies, sealed, trickling } from "./publishing.ts";
import { type Leg, NO_TRACKS } from "./route.ts";
import { LINES } from "./sending.ts";

/** Somebody who sends into the room, by the number that the room gave to what they send. */
export interface Feed {
  readonly id: number | string;
  /** The person, as they call themselves; whether they are, their frames show. */
  readonly display: string;
}

/** One line, and whose it is at present. */
interface Stream {
  readonly mid: string;
  readonly feed_id?: number | string;
  readonly feed_mid?: string;
  readonly feed_display?: string;
}

export interface SubscribingOptions extends RoomConnectionOptions {
  readonly room: Room;
  /** Ties this to what the same browser publishes. */
  readonly privateId: unknown;
}

export class Subscribing {
  readonly link: Link;
  readonly connection: RTCPeerConnection;
  readonly #options: SubscribingOptions;
  /** Names the lines of this connection for the worker, which may know those of an earlier one. */
  readonly #name = crypto.randomUUID();
  #wanted: readonly Feed[] = [];
  #had = new Set<Feed["id"]>();
  #streams: readonly Stream[] = [];
  #wantsPictures = true;
  #isJoined = false;
  #last: Promise<void> = Promise.resolve();

  constructor(options: SubscribingOptions) {
    this.#options = options;
    this.connection = trickling(options);
    this.link = new Link(remedies(options, () => this.#queue(() => this.#restart())));
  }

  /** Whom to receive from now on. */
  want(feeds: readonly Feed[]): void {
    this.#wanted = feeds;
    this.#queue(() => this.#update());
  }

  wantPictures(wants: boolean): void {
    if (wants === this.#wantsPictures) return;
    this.#wantsPictures = wants;
    this.#queue(() => this.#choosePictures());
  }

  /** The gateway told something by itself: lines have changed hands. */
  hear(told: Told): void {
    if (told.jsep) this.#queue(() => this.#negotiate(told));
  }

  /** What comes from one person, of the newest that they send. */
  tracks(person: string): Leg["tracks"] {
    const feed = this.#wanted.findLast(({ display }) => display === person);
    const found = { ...NO_TRACKS };
    for (const { mid, feed_id, feed_mid } of this.#streams) {
      const line = LINES[Number(feed_mid)];
      if (feed && feed_id === feed.id && line) found[line] = this.#track(mid);
    }
    return found;
  }

  close(): void {
    this.link.stop();
    this.connection.close();
  }

  async #update(): Promise<void> {
    const now = new Set(this.#wanted.map(({ id }) => id));
    const subscribe = [...now].filter((id) => !this.#had.has(id)).map((feed) => ({ feed }));
    const unsubscribe = [...this.#had].filter((id) => !now.has(id)).map((feed) => ({ feed }));
    if (subscribe.length + unsubscribe.length === 0 || (!this.#isJoined && subscribe.length === 0)) return;
    const told = await (this.#isJoined
      ? this.#options.handle.ask({
          request: "update",
          ...(subscribe.length > 0 && { subscribe }),
          ...(unsubscribe.length > 0 && { unsubscribe }),
        })
      : this.#join(subscribe));
    this.#had = now;
    await this.#negotiate(told);
  }

  async #join(streams: readonly object[]): Promise<Told> {
    const { room, privateId } = this.#options;
    this.link.watch(this.connection);
    this.#isJoined = true;
    return this.#options.handle.ask({
      request: "join",
      ptype: "subscriber",
      room: room.id,
      token: room.token,
      private_id: privateId,
      streams,
    });
  }

  /** Answers the gateway's offer; transforms stand before any media come. */
  async #negotiate({ data, jsep }: Told): Promise<void> {
    if (Array.isArray(data.streams)) this.#streams = data.streams as readonly Stream[];
    for (const { mid, feed_display } of this.#streams)
      if (feed_display !== undefined) this.#options.sealing?.bind(this.#leg(mid), feed_display);
    if (jsep) await this.#answer(jsep);
    await this.#choosePictures();
    this.#options.changed();
  }

  async #answer({ sdp = "" }: Jsep): Promise<void> {
    await this.connection.setRemoteDescription({ type: "offer", sdp });
    for (const transceiver of this.connection.getTransceivers()) {
      const media = transceiver.receiver.track.kind === "audio" ? "audio" : "video";
      if (transceiver.mid !== null) this.#options.sealing?.open(transceiver, media, this.#leg(transceiver.mid));
    }
    await this.connection.setLocalDescription();
    const answer = this.connection.localDescription?.sdp ?? "";
    await this.#options.handle.ask({ request: "start" }, { type: "answer", sdp: answer, ...sealed(this.#options) });
  }

  async #choosePictures(): Promise<void> {
    const mids = this.#streams.filter(({ feed_mid }) => feed_mid !== undefined && feed_mid !== "0");
    if (mids.length === 0) return;
    const streams = mids.map(({ mid }) => ({ mid, send: this.#wantsPictures }));
    await this.#options.handle.ask({ request: "configure", streams });
  }

  async #restart(): Promise<void> {
    await this.#options.refreshIce();
    this.connection.setConfiguration(this.#options.configuration());
    const told = await this.#options.handle.ask({ request: "configure", restart: true });
    if (told.jsep) await this.#negotiate(told);
  }

  readonly #leg = (mid: string): string => `${this.#name}:${mid}`;

  readonly #track = (mid: string): MediaStreamTrack | null =>
    this.connection.getTransceivers().find((one) => one.mid === mid)?.receiver.track ?? null;

  /** One step after the other; one that fails is left to the watchdog. */
  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(step).catch(() => undefined);
  }
}
