/** All that comes from a gateway's room: one connection, whose lines the gateway gives to whoever sends. */
import type { Jsep, Told } from "./gateway.ts";
import { Link } from "./link.ts";
import type { Room } from "./port.ts";
import { type RoomConnectionOptions, remedies, sealed, trickling } from "./publishing.ts";
import { type Leg, NO_TRACKS } from "./route.ts";
import { LINES, type LineName } from "./sending.ts";

/** What somebody sends into the room, by the name that the server gave it; whether it is theirs, its frames show. */
export type Feed = string;

/** Whose it is. */
export const personOf = (feed: Feed): string => feed.slice(0, Math.max(0, feed.lastIndexOf(".")));

/** One line, and whose it is at present. */
interface Stream {
  readonly mid: string;
  readonly feed: Feed | null;
  readonly line: LineName | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a list that the gateway sent, as far as they are what they should be. */
export const listed = <T>(list: unknown, read: (row: Row) => T | null): readonly T[] =>
  (Array.isArray(list) ? list : []).flatMap((row) => (isRow(row) ? (read(row) ?? []) : []));

const isRow = (row: unknown): row is Row => typeof row === "object" && row !== null;

/** Of a publisher. */
export const feedOf = ({ id }: Row): Feed | null => (typeof id === "string" ? id : null);

function streamOf({ mid, feed_id, feed_mid }: Row): Stream | null {
  if (typeof mid !== "string") return null;
  return { mid, feed: typeof feed_id === "string" ? feed_id : null, line: LINES[Number(feed_mid ?? -1)] };
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
  #had = new Set<Feed>();
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

  /** Somebody sends no more; the gateway has taken their lines away by itself. */
  gone(feed: Feed): void {
    this.#had.delete(feed);
  }

  wantPictures(wants: boolean): void {
    if (wants === this.#wantsPictures) return;
    this.#wantsPictures = wants;
    this.#queue(() => this.#choosePictures());
  }

  /** The gateway told something by itself: lines have changed hands. */
  hear(told: Told): void {
    const { candidate, jsep } = told;
    if (candidate) this.#queue(() => this.connection.addIceCandidate(candidate));
    if (jsep) this.#queue(() => this.#negotiate(told));
  }

  /** What comes from one person. */
  tracks(person: string): Leg["tracks"] {
    const found = { ...NO_TRACKS };
    for (const { mid, feed, line } of this.#streams)
      if (feed && line && personOf(feed) === person) found[line] = this.#track(mid);
    return found;
  }

  close(): void {
    this.link.stop();
    this.connection.close();
  }

  async #update(): Promise<void> {
    const now = new Set(this.#wanted);
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
    if (Array.isArray(data.streams)) this.#streams = listed(data.streams, streamOf);
    for (const { mid, feed } of this.#streams) if (feed) this.#options.sealing?.bind(this.#leg(mid), personOf(feed));
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
    const mids = this.#streams.filter(({ line }) => line !== undefined && line !== "audio");
    if (mids.length === 0) return;
    const streams = mids.map(({ mid }) => ({ mid, send: this.#wantsPictures }));
    await this.#options.handle.ask({ request: "configure", streams });
  }

  async #restart(): Promise<void> {
    await this.#options.refresh();
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
