/**
 * A page that calls and nothing else, for real browsers (tests/telehealth/calls). It holds the portal's own media
 * modules against a switchboard, and counts what arrives by itself, from every connection that the page has made.
 */
import { openCall } from "../../../../../src/features/telehealth/media/call.ts";
import { Devices, shareScreen } from "../../../../../src/features/telehealth/media/devices.ts";
import { type TestResult, testDevices } from "../../../../../src/features/telehealth/media/devicetest.ts";
import type { Call, CallState, Grant, Heard, Ice } from "../../../../../src/features/telehealth/media/port.ts";
import { type Recorder, record } from "../../../../../src/features/telehealth/media/recorder.ts";
import { Wire } from "./line.ts";

const connections: RTCPeerConnection[] = [];
/** Milliseconds, of the page's clock, when the call began, first connected, and first showed a picture. */
const times: { began?: number; connected?: number; frame?: number } = {};

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
    this.addEventListener("connectionstatechange", () => {
      if (this.connectionState === "connected") times.connected ??= performance.now();
    });
    this.addEventListener("track", ({ track }) => {
      if (track.kind === "video") void shown(track);
    });
  }
};

/** Waits for a picture, as a page that shows it would. */
async function shown(track: MediaStreamTrack): Promise<void> {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, srcObject: new MediaStream([track]) });
  video.requestVideoFrameCallback(() => {
    times.frame ??= performance.now();
    video.srcObject = null;
  });
  await video.play().catch(() => undefined);
}

type Row = Record<string, unknown>;

const rows = async (connection: RTCPeerConnection): Promise<Row[]> => [
  ...((await connection.getStats()) as unknown as ReadonlyMap<string, Row>).values(),
];

/** Statistics of one kind, of all connections that are not closed. */
async function stats(type: string): Promise<Row[]> {
  const open = connections.filter(({ connectionState }) => connectionState !== "closed");
  return (await Promise.all(open.map(rows))).flat().filter((row) => row.type === type);
}

interface Piece {
  readonly number: number;
  readonly isLast: boolean;
  readonly size: number;
}

class Seat {
  readonly devices = new Devices();
  readonly connections = connections;
  readonly pieces: Piece[] = [];
  readonly stats = stats;
  call: Call | null = null;
  /** What let one in. */
  grant: Grant | null = null;
  wire: Wire | null = null;
  recorder: Recorder | null = null;
  recorded: Blob[] = [];
  readonly times = times;

  /** Sits down: devices, the line, and the call as soon as one is let in. */
  async enter(me: string, how: { relayOnly?: boolean; agreed?: boolean; devices?: boolean } = {}): Promise<void> {
    if (how.devices ?? true) await this.devices.open();
    const early: Heard[] = [];
    await new Promise<void>((resolve) => {
      this.wire = new Wire(me, {
        admitted: (grant, state) => {
          if (this.call) return this.call.hear({ ...grant, event: "visit.admitted" });
          const { audio, video } = this.devices.now();
          const { relayOnly, agreed } = how;
          if (!this.wire) return;
          times.began = performance.now();
          this.grant = grant;
          this.call = openCall({ grant, state, line: this.wire, audio, video, relayOnly, agreed });
          for (const heard of early.splice(0)) this.call.hear(heard);
          resolve();
        },
        state: (state) => this.call?.update(state),
        heard: (heard) => (this.call ? this.call.hear(heard) : early.push(heard)),
      });
    });
  }

  /** Pictures of somebody that were decoded, as the browser counts them. */
  async frames(of: string): Promise<number> {
    const other = this.call?.now().others.find(({ id }) => id === of);
    return this.#decoded(other?.stream.getVideoTracks()[0]?.id);
  }

  /** Pictures of the screen that somebody shows. */
  async shownFrames(of: string): Promise<number> {
    const other = this.call?.now().others.find(({ id }) => id === of);
    return this.#decoded(other?.shown?.getVideoTracks()[0]?.id);
  }

  /** Packets of pictures that came, decoded or not, from all connections. */
  async packets(): Promise<number> {
    const all = (await stats("inbound-rtp")).filter(({ kind }) => kind === "video");
    return all.reduce((sum, row) => sum + Number(row.packetsReceived ?? 0), 0);
  }

  /** Kinds of candidate of both ends of each pair in use, and by which transport a relay is reached. */
  async ways(): Promise<string[]> {
    const found = connections
      .filter(({ connectionState }) => connectionState === "connected")
      .map(async (one) => {
        const all = new Map((await rows(one)).map((row) => [row.id, row]));
        const transport = [...all.values()].find(({ type }) => type === "transport");
        const pair = all.get(transport?.selectedCandidatePairId);
        const [local, remote] = [all.get(pair?.localCandidateId), all.get(pair?.remoteCandidateId)];
        return `${local?.candidateType}/${local?.relayProtocol ?? local?.protocol} ${remote?.candidateType}`;
      });
    return Promise.all(found);
  }

  state(): CallState | undefined {
    return this.call?.now();
  }

  async share(): Promise<boolean> {
    const screen = await shareScreen();
    this.call?.show(screen);
    return screen !== null;
  }

  startRecording(): void {
    const { own, others } = this.call?.now() ?? {};
    const streams = [own, ...(others ?? [])].flatMap((one) => one?.stream ?? []);
    const sink = async (piece: Blob, place: { number: number; isLast: boolean }): Promise<void> => {
      this.recorded.push(piece);
      this.pieces.push({ ...place, size: piece.size });
    };
    this.recorder = record(streams, sink, () => undefined);
  }

  /** What was recorded, in base64. */
  whole(): Promise<string> {
    const reader = new FileReader();
    reader.readAsDataURL(new Blob(this.recorded));
    return new Promise((resolve) =>
      reader.addEventListener("load", () => resolve(String(reader.result).replace(/^.*,/, ""))),
    );
  }

  async test(ice: Ice, isReached = true): Promise<readonly TestResult[]> {
    const socket = (): Promise<unknown> => (isReached ? Promise.resolve() : Promise.reject(new Error("away")));
    const nothing = (): void => undefined;
    return testDevices({ devices: this.devices, socket, ice: async () => ice, began: nothing, done: nothing });
  }

  async #decoded(track: string | undefined): Promise<number> {
    const found = (await stats("inbound-rtp")).filter((row) => row.trackIdentifier === track);
    return found.reduce((sum, row) => sum + Number(row.framesDecoded ?? 0), 0);
  }
}

declare global {
  var seat: Seat;
}

globalThis.seat = new Seat();
