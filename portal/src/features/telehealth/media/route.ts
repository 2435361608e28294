/** What a call asks of a way for media to travel; drawn from the two there are, mesh.ts and janus.ts. */
import type { Heard, LinkState, Mode, Person, TurnFailure } from "./port.ts";
import type { LineName, Outgoing } from "./sending.ts";

/** Somebody else, as this way reaches them. */
export interface Leg {
  readonly id: string;
  readonly link: LinkState;
  readonly tracks: Readonly<Record<LineName, MediaStreamTrack | null>>;
  /** The connection that their media come by. */
  readonly connection: RTCPeerConnection | null;
}

export interface Route {
  readonly mode: Mode;
  /** Who else is to be reached. */
  people(others: readonly Person[], epoch: number): void;
  hear(heard: Heard): void;
  send(outgoing: Outgoing): void;
  legs(): readonly Leg[];
  /** The connections that our own media leave by. */
  leaving(): readonly RTCPeerConnection[];
  /** What everybody's safety code is made of; null until it is known. */
  identities(): readonly Uint8Array[] | null;
  /** Whether nobody between us can look or listen in. */
  isSealed(): boolean;
  counts(): { readonly restarts: number; readonly rebuilds: number };
  /** Builds every connection anew. */
  restart(): void;
  close(): void;
}

/** What a way is made with. */
export interface RouteEvents {
  changed(): void;
  failed(failure: TurnFailure): void;
}

export const NO_TRACKS: Leg["tracks"] = { audio: null, camera: null, screen: null };
