/**
 * What a screen has to do with a video visit's media: nothing here knows React, sockets or how the media travel.
 * A call is opened with what `visit.admitted` said (docs/live.md), is told what the server tells afterwards, and shows
 * itself as a value that is replaced whenever something changes.
 */

/** Two people directly; up to four, each with each; or through the gateway. */
export type Mode = "p2p" | "mesh" | "sfu";

export type Part = "host" | "patient" | "family" | "interpreter" | "captioner" | "guest";

/** Servers for finding a way through, with credentials that hold until `expires` (ISO 8601, or seconds since 1970). */
export interface Ice {
  readonly servers: readonly RTCIceServer[];
  readonly expires: string | number;
}

/** A private room of the gateway. */
export interface Room {
  /** Address of its websocket; a path is one on our own host. */
  readonly url: string;
  readonly id: string | number;
  /** Opens this room for one person. */
  readonly token: string;
  /** What this person's pictures are called in it: their id, a dot, and what shows that they were given the name. */
  readonly feed: string;
  /** Whether the gateway records here, and so must be able to see: nothing is sealed, and screens say so all the time. */
  readonly recorded?: boolean | null | undefined;
}

/** What `visit.admitted` says, and `rtc.mode` again for another way to travel. */
export interface Grant {
  readonly visit: string;
  /** Whose browser this is, among `people`. */
  readonly me: string;
  readonly mode: Mode;
  readonly epoch: number;
  readonly ice: Ice;
  readonly room?: Room | null | undefined;
  /** Signed, for the gateway itself. */
  readonly token?: string | null | undefined;
}

/** What is made anew from time to time. */
export type Fresh = Pick<Grant, "ice" | "token">;

/** Somebody in the visit, as `visit.state` has them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly part: Part;
  readonly state: string;
  readonly audio?: boolean | null | undefined;
  readonly video?: boolean | null | undefined;
  readonly screen?: boolean | null | undefined;
}

/** The media's part of `visit.state`. Only people whose state is `admitted` are called. */
export interface VisitState {
  readonly epoch: number;
  readonly people: readonly Person[];
}

/** What one browser says to another through the server, which hands it on unread. */
export interface Signal {
  /** One try at a connection, named by whoever offers; what belongs to an earlier one is dropped. */
  readonly attempt: string;
  readonly description?: RTCSessionDescriptionInit | null | undefined;
  readonly candidate?: RTCIceCandidateInit | null | undefined;
  /** From whoever does not offer: begin anew, or find another way for the same connection. */
  readonly wants?: "rebuild" | "restart" | null | undefined;
}

/** Events from the server that concern media, by their names in docs/live.md. */
export type Heard =
  | ({ readonly event: "rtc.signal"; readonly from: string } & Signal)
  | { readonly event: "e2ee.key"; readonly from: string; readonly epoch: number; readonly wrapped: string }
  | ({ readonly event: "media.state"; readonly from: string } & MediaState)
  /** `visit.admitted` comes again to whoever entered anew after the socket was lost: the way may be another one. */
  | ({ readonly event: "rtc.mode" | "visit.admitted" } & Omit<Grant, "visit" | "me">);

export interface MediaState {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
  readonly quality: Level;
}

/** What a call says to the server; each resolves when the server has taken it and rejects when it refuses. */
export interface Line {
  signal(to: string, signal: Signal): Promise<void>;
  key(to: string, epoch: number, wrapped: string): Promise<void>;
  state(state: MediaState): Promise<void>;
  /** `rtc.ice_refresh`: new credentials for relays and, where there is one, for the gateway. */
  refresh(): Promise<Fresh>;
  /** `call.quality`. */
  quality(report: QualityReport): Promise<void>;
}

/** How well media arrive. */
export type Level = "good" | "fair" | "poor" | "unknown";

/** What we do with our own picture: as it is, small, or off because the line cannot carry it. */
export type Step = "full" | "small" | "off";

/** Counts and codes only: no names, no addresses. */
export interface QualityReport {
  readonly mode: Mode;
  readonly level: Level;
  readonly relayed: boolean | null;
  /** Per cent of our packets that got lost on the way to the others. */
  readonly loss: number | null;
  /** Milliseconds there and back. */
  readonly rtt: number | null;
  /** Bits a second that the line would carry from here. */
  readonly available: number | null;
  readonly framesDecoded: number;
  /** Milliseconds from the beginning to connected, and to the first picture of somebody else. */
  readonly connectMs: number | null;
  readonly firstFrameMs: number | null;
  readonly restarts: number;
  readonly rebuilds: number;
  readonly failures: readonly TurnFailure[];
}

/** Why a TURN server gave no relay: 401 wrong or expired credentials, 486 quota, 701 not reached. */
export interface TurnFailure {
  readonly code: number;
  readonly transport: "udp" | "tcp" | "tls";
}

export type LinkState = "connecting" | "connected" | "interrupted" | "failed";

/** Somebody else in the call. */
export interface Other extends Person {
  /** Voice and camera; tracks come and go in it. */
  readonly stream: MediaStream;
  /** What they show of their screen, while they do. */
  readonly shown: MediaStream | null;
  readonly link: LinkState;
  readonly level: Level;
  readonly relayed: boolean | null;
  readonly framesDecoded: number;
}

/** Oneself. */
export interface Own {
  readonly id: string;
  readonly stream: MediaStream;
  readonly audio: boolean;
  readonly video: boolean;
  /** The screen being shown, or none. */
  readonly shown: MediaStream | null;
  /** No pictures either way, by one's own choice; a shown screen stays. */
  readonly audioOnly: boolean;
  /** What the line allows of one's own picture; anything but `full` is to be told. */
  readonly step: Step;
}

/** All that a screen shows of a call; a new value whenever something has changed. */
export interface CallState {
  readonly phase: "connecting" | "connected" | "reconnecting" | "ended";
  readonly mode: Mode;
  readonly own: Own;
  readonly others: readonly Other[];
  readonly level: Level;
  /** Five groups of five digits that both ends show alike when nobody sits between them; null until known. */
  readonly safety: string | null;
  /** Whether nobody but the people in the call can look or listen in; false in a room that records. */
  readonly sealed: boolean;
  readonly failures: readonly TurnFailure[];
  /**
   * Why the call does not go on: `no-sealing`, a group needs sealed frames and this browser has none; `not-agreed`, it
   * would go on in a room that records, to which this person has not agreed here.
   */
  readonly barrier: "no-sealing" | "not-agreed" | null;
}

/** One person's part in a call. `subscribe` and `now` fit `useSyncExternalStore`. */
export interface Call {
  now(): CallState;
  subscribe(listener: () => void): () => void;
  /** Something the server told. */
  hear(heard: Heard): void;
  /** `visit.state` as it is now. */
  update(state: VisitState): void;
  setAudio(on: boolean): void;
  setVideo(on: boolean): void;
  setAudioOnly(on: boolean): void;
  /** Shows a screen that `shareScreen` of devices.ts gave, or stops showing it. */
  show(screen: MediaStream | null): void;
  /** After devices were switched: sends what `Devices` has now. */
  setTracks(audio: MediaStreamTrack | null, video: MediaStreamTrack | null): void;
  /** Whether this person said yes to being recorded. Until then no room is entered that can see, whoever asks for it. */
  agree(yes: boolean): void;
  /** "Restart my video connection": every connection is built anew. */
  restart(): void;
  /** Ends it here; tracks that were handed in are left running. */
  close(): void;
}

export interface CallOptions {
  readonly grant: Grant;
  readonly state: VisitState;
  readonly line: Line;
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
  /** Whether this person had agreed to being recorded before, in this visit. */
  readonly agreed?: boolean | undefined;
  /** Never show one's own address to the others. */
  readonly relayOnly?: boolean | undefined;
}
