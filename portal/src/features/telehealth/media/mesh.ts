/** Two people directly, or up to four each with each: the same connections, more of them. */
import type { IceOptions } from "./ice.ts";
import { Peer } from "./peer.ts";
import type { Fresh, Heard, Mode, Part, Person, Signal } from "./port.ts";
import type { Leg, Route, RouteEvents } from "./route.ts";
import type { Outgoing } from "./sending.ts";

export interface MeshOptions extends IceOptions, RouteEvents {
  /** Oneself, as the visit has one now. */
  me(): { readonly id: string; readonly part: Part };
  readonly outgoing: Outgoing;
  signal(to: string, signal: Signal): Promise<void>;
  refresh(): Promise<Fresh>;
}

/** Of two people the host offers; of two hosts or none, the one whose id comes first. */
export const offersTo = (me: Pick<Person, "id" | "part">, them: Pick<Person, "id" | "part">): boolean =>
  (me.part === "host") === (them.part === "host") ? me.id < them.id : me.part === "host";

export class Mesh implements Route {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #outgoing: Outgoing;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#outgoing = options.outgoing;
  }

  get mode(): Mode {
    return this.#peers.size > 1 ? "mesh" : "p2p";
  }

  people(others: readonly Person[]): void {
    const wanted = new Set(others.map(({ id }) => id));
    for (const [id, peer] of this.#peers) {
      if (wanted.has(id)) continue;
      peer.close();
      this.#peers.delete(id);
    }
    for (const other of others) if (!this.#peers.has(other.id)) this.#peers.set(other.id, this.#peer(other));
    this.#options.changed();
  }

  hear(heard: Heard): void {
    if (heard.event === "rtc.signal") this.#peers.get(heard.from)?.hear(heard);
  }

  send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    for (const peer of this.#peers.values()) peer.send(outgoing);
  }

  legs(): readonly Leg[] {
    return [...this.#peers.values()].map((peer) => peer.leg());
  }

  leaving(): readonly RTCPeerConnection[] {
    return this.legs().flatMap(({ connection }) => (connection ? [connection] : []));
  }

  identities(): readonly Uint8Array[] | null {
    const all = [...this.#peers.values()].map((peer) => peer.identities());
    return all.length > 0 && all.every((one) => one !== null) ? all.flat() : null;
  }

  /** DTLS-SRTP from end to end. */
  isSealed(): boolean {
    return true;
  }

  counts(): { readonly restarts: number; readonly rebuilds: number } {
    const links = [...this.#peers.values()].map(({ link }) => link);
    return {
      restarts: links.reduce((sum, { restarts }) => sum + restarts, 0),
      rebuilds: links.reduce((sum, { rebuilds }) => sum + rebuilds, 0),
    };
  }

  restart(): void {
    for (const peer of this.#peers.values()) peer.rebuild();
  }

  close(): void {
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  #peer(other: Person): Peer {
    const { ice, relayOnly, certificate, me, changed, failed } = this.#options;
    return new Peer({
      ice,
      relayOnly,
      certificate,
      id: other.id,
      offers: offersTo(me(), other),
      outgoing: this.#outgoing,
      signal: (signal) => this.#options.signal(other.id, signal),
      refresh: () => this.#options.refresh(),
      changed,
      failed,
    });
  }
}
