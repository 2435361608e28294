/**
 * Records a call in the browser of somebody who agreed to it, where no server can: everybody's pictures side by side and
 * all voices in one track, handed over piece by piece so that little is lost if the page is. Screens say that this
 * records what this person saw and heard.
 */

/** A piece is handed over this often, in milliseconds. */
const PIECE_MS = 4000;
const WIDTH = 1280;
const HEIGHT = 720;
const FRAMES_A_SECOND = 12;
/** Enough for faces at that rate, with voices; bits a second. */
const VIDEO_RATE = 800_000;
const AUDIO_RATE = 64_000;

/** What the server keeps as a recording; a browser that makes another kind does not record. */
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm"] as const;

/** Where pieces go, in order; the next is given when this one resolves. */
export type Sink = (piece: Blob, place: { readonly number: number; readonly isLast: boolean }) => Promise<void>;

export interface Recorder {
  /** Media type of the whole. */
  readonly type: string;
  /** Whom to record from now on: everybody's streams, one's own included; a person without pictures is heard. */
  streams(streams: readonly MediaStream[]): void;
  /** Ends it; resolves when the sink has everything. */
  stop(): Promise<void>;
}

export const canRecord = (): boolean => recordableType() !== null;

const recordableType = (): string | null =>
  typeof MediaRecorder === "undefined" ? null : (TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null);

/**
 * Begins to record.
 * @param failed what the sink rejected with; the recording has stopped then.
 * @throws Error when this browser cannot record.
 */
export function record(streams: readonly MediaStream[], sink: Sink, failed: (problem: unknown) => void): Recorder {
  const type = recordableType();
  if (type === null) throw new Error("this browser cannot record");
  const picture = new Picture();
  const voices = new Voices();
  const recorder = new MediaRecorder(new MediaStream([picture.track, voices.track]), {
    mimeType: type,
    videoBitsPerSecond: VIDEO_RATE,
    audioBitsPerSecond: AUDIO_RATE,
  });
  const handed = pieces(recorder, sink);
  const take = (now: readonly MediaStream[]): void => {
    picture.show(now);
    voices.mix(now);
  };
  const stop = async (): Promise<void> => {
    if (recorder.state !== "inactive") recorder.stop();
    await handed.finally(() => {
      picture.close();
      voices.close();
    });
  };
  handed.catch((problem: unknown) => {
    void stop().catch(() => undefined);
    failed(problem);
  });
  take(streams);
  recorder.start(PIECE_MS);
  return { type, streams: take, stop };
}

/** Hands pieces over one after the other; resolves after the last. */
function pieces(recorder: MediaRecorder, sink: Sink): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let number = 0;
  return new Promise((resolve, reject) => {
    recorder.addEventListener("dataavailable", ({ data }) => {
      const place = { number, isLast: recorder.state === "inactive" };
      number += 1;
      last = last.then(() => sink(data, place));
      last.catch(reject);
    });
    recorder.addEventListener("stop", () => void last.then(resolve, reject));
  });
}

/** Everybody's pictures in a grid. */
class Picture {
  readonly track: MediaStreamTrack;
  readonly #canvas = document.createElement("canvas");
  readonly #videos = new Map<MediaStream, HTMLVideoElement>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    Object.assign(this.#canvas, { width: WIDTH, height: HEIGHT });
    this.#draw();
    const [track] = this.#canvas.captureStream(FRAMES_A_SECOND).getVideoTracks();
    if (!track) throw new Error("a canvas gives no pictures in this browser");
    this.track = track;
    this.#timer = setInterval(() => this.#draw(), 1000 / FRAMES_A_SECOND);
  }

  show(streams: readonly MediaStream[]): void {
    for (const [stream, video] of this.#videos) {
      if (streams.includes(stream)) continue;
      video.srcObject = null;
      this.#videos.delete(stream);
    }
    for (const stream of streams) if (!this.#videos.has(stream)) this.#videos.set(stream, playing(stream));
  }

  close(): void {
    clearInterval(this.#timer);
    this.track.stop();
    this.show([]);
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = "black";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    const videos = [...this.#videos.values()].filter(({ videoWidth }) => videoWidth > 0);
    const columns = Math.ceil(Math.sqrt(videos.length));
    const rows = Math.ceil(videos.length / Math.max(1, columns));
    for (const [at, video] of videos.entries()) {
      const cell = { width: WIDTH / columns, height: HEIGHT / rows };
      const corner = { x: (at % columns) * cell.width, y: Math.floor(at / columns) * cell.height };
      context.drawImage(video, ...fitted(video.videoWidth / video.videoHeight, cell, corner));
    }
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest rectangle of a shape inside a cell, in its middle: x, y, width, height. */
export function fitted(
  shape: number,
  cell: Size,
  corner: { readonly x: number; readonly y: number },
): [number, number, number, number] {
  const width = Math.min(cell.width, cell.height * shape);
  const height = width / shape;
  return [corner.x + (cell.width - width) / 2, corner.y + (cell.height - height) / 2, width, height];
}

function playing(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
  return video;
}

/** All voices in one track. */
class Voices {
  readonly track: MediaStreamTrack;
  readonly #context = new AudioContext();
  readonly #out: MediaStreamAudioDestinationNode;
  readonly #sources = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();

  constructor() {
    this.#out = this.#context.createMediaStreamDestination();
    const [track] = this.#out.stream.getAudioTracks();
    if (!track) throw new Error("sounds cannot be mixed in this browser");
    this.track = track;
  }

  mix(streams: readonly MediaStream[]): void {
    const tracks = streams.flatMap((stream) => stream.getAudioTracks());
    for (const [track, source] of this.#sources) {
      if (tracks.includes(track)) continue;
      source.disconnect();
      this.#sources.delete(track);
    }
    for (const track of tracks) {
      if (this.#sources.has(track)) continue;
      const source = this.#context.createMediaStreamSource(new MediaStream([track]));
      source.connect(this.#out);
      this.#sources.set(track, source);
    }
  }

  close(): void {
    this.track.stop();
    void this.#context.close();
  }
}
