/**
 * A group through the gateway's video room. Every frame is sealed in this browser and opened in the others'; the gateway
 * hands on what it cannot read, except in a room that records. A connection that cannot be mended is given up with the whole stay in the room, and the
 * room is entered anew.
 */
import { Gateway, type Handle, type Told } from "./gateway.ts";
import { configuration, type IceOptions } from "./ice.ts";
import type { Fresh, Heard, Ice, LinkState, Person, Room } from "./port.ts";
import { Publishing, type RoomConnectionOptions } from "./publishing.ts";
import { type Leg, NO_TRACKS, type Route, type RouteEvents } from "./route.ts";
import type { Sealing } from "./sealing.ts";
import type { Outgoing } from "./sending.ts";
import { type Feed, feedOf, listed, personOf, Subscribing } from "./subscribing.ts";

/** The gateway could not be reached or refused: tried again after this long (milliseconds). */
const AGAIN_MS = 3000;

export interface JanusOptions extends IceOptions, RouteEvents {
  readonly me: string;
  readonly room: Room;
  readonly token: string | null;
  readonly outgoing: Outgoing;
  /** Null in a room that records, where nothing is sealed. */
  readonly sealing: Sealing | null;
  refresh(): Promise<Fresh>;
}

export class Janus implements Route {
  readonly mode = "sfu";
  readonly #options: JanusOptions;
  #ice: Ice;
  #token: string | null;
  #outgoing: Outgoing;
  #others: readonly Person[] = [];
  #stay: Stay | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #before = { restarts: 0, rebuilds: 0 };
  #isClosed = false;

  constructor(options: JanusOptions) {
    this.#options = options;
    this.#ice = options.ice;
    this.#token = options.token;
    this.#outgoing = options.outgoing;
    void this.#enter();
  }

  people(others: readonly Person[], epoch: number): void {
    this.#others = others;
    const ids = others.map(({ id }) => id);
    this.#options.sealing?.keys.people(ids, epoch);
    this.#stay?.people(ids);
    this.#options.changed();
  }

  hear(heard: Heard): void {
    if (heard.event === "e2ee.key") this.#options.sealing?.keys.hear(heard.from, heard.wrapped);
  }

  send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    this.#stay?.send(outgoing);
  }

  legs(): readonly Leg[] {
    return this.#others.map(({ id }) => this.#stay?.leg(id) ?? NOWHERE(id));
  }

  leaving(): readonly RTCPeerConnection[] {
    const connection = this.#stay?.publishing?.connection;
    return connection ? [connection] : [];
  }

  identities(): readonly Uint8Array[] | null {
    return this.#options.sealing?.keys.publicKeys() ?? null;
  }

  isSealed(): boolean {
    return this.#options.sealing?.keys.isComplete() ?? false;
  }

  counts(): { readonly restarts: number; readonly rebuilds: number } {
    const now = this.#stay?.restarts() ?? 0;
    return { restarts: this.#before.restarts + now, rebuilds: this.#before.rebuilds };
  }

  restart(): void {
    void this.#rebuild();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    this.#stay?.close();
    this.#options.sealing?.close();
  }

  async #enter(): Promise<void> {
    const { room, sealing, changed, failed, relayOnly, certificate } = this.#options;
    const stay = new Stay({
      room,
      token: () => this.#token,
      sealing,
      changed,
      failed,
      configuration: () => configuration({ ice: this.#ice, relayOnly, certificate }),
      refresh: () => this.#refresh(),
      rebuild: () => {
        if (stay === this.#stay) void this.#rebuild();
      },
    });
    this.#stay = stay;
    stay.people(this.#others.map(({ id }) => id));
    await stay.enter(this.#outgoing).catch(() => this.#later(stay));
    stay.send(this.#outgoing);
    changed();
  }

  #later(stay: Stay): void {
    if (stay !== this.#stay || this.#isClosed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#rebuild(), AGAIN_MS);
  }

  async #rebuild(): Promise<void> {
    clearTimeout(this.#again);
    this.#before = { restarts: this.counts().restarts, rebuilds: this.#before.rebuilds + 1 };
    this.#stay?.close();
    this.#stay = null;
    await this.#refresh();
    if (!this.#isClosed && !this.#stay) await this.#enter();
  }

  async #refresh(): Promise<void> {
    const { ice, token } = await this.#options.refresh().catch(() => ({ ice: this.#ice, token: this.#token }));
    this.#ice = ice;
    this.#token = token ?? this.#token;
  }
}

const NOWHERE = (id: string): Leg => ({ id, link: "interrupted", tracks: NO_TRACKS, connection: null });

interface StayOptions extends Omit<RoomConnectionOptions, "handle"> {
  readonly room: Room;
  token(): string | null;
}

/** One stay in the room, from entering to leaving. */
class Stay {
  publishing: Publishing | null = null;
  #subscribing: Subscribing | null = null;
  readonly #options: StayOptions;
  readonly #gateway: Gateway;
  readonly #feeds = new Set<Feed>();
  #ids: readonly string[] = [];
  #isClosed = false;

  constructor(options: StayOptions) {
    this.#options = options;
    const { room, token, refresh, rebuild } = options;
    this.#gateway = new Gateway({ url: absolute(room.url), token, refresh, lost: rebuild });
  }

  /**
   * Enters the room, begins to send, and to receive whoever is there.
   * @throws GatewayRefused or GatewayLost.
   */
  async enter(outgoing: Outgoing): Promise<void> {
    await this.#gateway.open();
    const handle = await this.#gateway.attach((told) => this.#hear(told));
    const { room } = this.#options;
    const joined = await handle.ask({
      request: "join",
      ptype: "publisher",
      room: room.id,
      id: room.feed,
      token: room.token,
    });
    await this.#receive(joined.data.private_id);
    if (this.#isClosed) return;
    this.publishing = new Publishing({ ...this.#options, handle }, outgoing);
    this.#hear(joined);
  }

  people(ids: readonly string[]): void {
    this.#ids = ids;
    this.#want();
  }

  send(outgoing: Outgoing): void {
    this.publishing?.send(outgoing);
    this.#subscribing?.wantPictures(outgoing.wantsPictures);
  }

  leg(id: string): Leg {
    const isHere = [...this.#feeds].some((feed) => personOf(feed) === id);
    const link = isHere ? worse(this.publishing?.link.state, this.#subscribing?.link.state) : "connecting";
    const connection = this.#subscribing?.connection ?? null;
    return { id, link, tracks: this.#subscribing?.tracks(id) ?? NO_TRACKS, connection };
  }

  restarts(): number {
    return (this.publishing?.link.restarts ?? 0) + (this.#subscribing?.link.restarts ?? 0);
  }

  close(): void {
    this.#isClosed = true;
    this.publishing?.close();
    this.#subscribing?.close();
    this.#gateway.close();
  }

  async #receive(privateId: unknown): Promise<void> {
    let subscribing: Subscribing | null = null;
    const handle: Handle = await this.#gateway.attach((told) => subscribing?.hear(told));
    if (this.#isClosed) return;
    subscribing = new Subscribing({ ...this.#options, handle, privateId });
    this.#subscribing = subscribing;
  }

  /** Who came into the room and who went. */
  #hear(told: Told): void {
    this.publishing?.hear(told);
    const { publishers, unpublished, leaving } = told.data;
    for (const feed of listed(publishers, feedOf)) this.#feeds.add(feed);
    for (const gone of [unpublished, leaving]) this.#lose(String(gone));
    this.#want();
    this.#options.changed();
  }

  #lose(feed: Feed): void {
    this.#feeds.delete(feed);
    this.#subscribing?.gone(feed);
  }

  /** Nobody is received but who is in the visit. */
  #want(): void {
    this.#subscribing?.want([...this.#feeds].filter((feed) => this.#ids.includes(personOf(feed))));
  }
}

const STATES: readonly LinkState[] = ["connected", "connecting", "interrupted", "failed"];

const worse = (a: LinkState = "connecting", b: LinkState = "connecting"): LinkState =>
  STATES.indexOf(a) > STATES.indexOf(b) ? a : b;

/** A path is one on our own host. */
function absolute(url: string): string {
  const whole = new URL(url, location.href);
  whole.protocol = whole.protocol.replace(/^http/, "ws");
  return whole.href;
}
