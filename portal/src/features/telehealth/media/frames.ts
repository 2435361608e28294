/**
 * What happens to each frame of a group's call: those that leave are sealed with our present key, those that come are
 * opened with a key of the person whose they must be. What cannot be sealed is not sent, what cannot be opened is not
 * shown. Runs in a worker (frames.worker.ts).
 */
import { type FrameKey, frameKey, type Header, joined, open, readHeader, type Suite, seal } from "./sframe.ts";

const SUITE: Suite = 5;

/** Keys kept of each person: frames under the last one may still be on their way when the next one comes. */
const KEPT = 3;

/** Counters remembered; a frame older than that is refused, as is one seen before. */
const WINDOW = 1024n;

/** A frame as the browser hands it over (RTCEncodedVideoFrame or RTCEncodedAudioFrame). */
export interface Frame {
  readonly type?: string;
  data: ArrayBuffer;
}

/** Asked of the worker by the page. */
export type Told =
  | { readonly kind: "own"; readonly kid: number; readonly base: Uint8Array<ArrayBuffer> }
  | { readonly kind: "key"; readonly person: string; readonly kid: number; readonly base: Uint8Array<ArrayBuffer> }
  | { readonly kind: "forget"; readonly person: string }
  | { readonly kind: "bind"; readonly leg: string; readonly person: string };

/** Said by the worker to the page. */
export interface Said {
  readonly kind: "unopened" | "opened";
  readonly person: string;
}

/** What a transform is for; `leg` names a receiver, whose person `bind` tells and may change. */
export type Purpose =
  | { readonly side: "send"; readonly media: "audio" | "video" }
  | { readonly side: "receive"; readonly media: "audio" | "video"; readonly leg: string };

/**
 * Bytes at a frame's beginning that stay readable, because VP8's packets are made and judged by them: RFC 7741 section
 * 9.1, the frame tag and a key frame's start code and size. They are vouched for.
 */
export const clearBytes = (media: "audio" | "video", type: string | undefined): number =>
  media === "audio" ? 0 : type === "key" ? 10 : 3;

export class Frames {
  #own: FrameKey | undefined;
  #ctr = 0n;
  readonly #keys = new Map<string, Map<bigint, FrameKey>>();
  readonly #people = new Map<string, string>();
  readonly #seen = new Map<FrameKey, Seen>();

  async tell(told: Told): Promise<void> {
    if (told.kind === "bind") this.#people.set(told.leg, told.person);
    else if (told.kind === "forget") this.#keys.delete(told.person);
    else if (told.kind === "own") await this.#use(told.base, told.kid);
    else await this.#keep(told.person, told.base, told.kid);
  }

  whose(leg: string): string | undefined {
    return this.#people.get(leg);
  }

  /** The frame sealed; false when there is no key yet, and it must not leave. */
  async seal(frame: Frame, media: "audio" | "video"): Promise<boolean> {
    const key = this.#own;
    if (!key) return false;
    const ctr = this.#ctr;
    this.#ctr += 1n;
    const bytes = new Uint8Array(frame.data);
    const clear = bytes.slice(0, Math.min(clearBytes(media, frame.type), bytes.length));
    frame.data = joined(clear, await seal(key, ctr, clear, bytes.subarray(clear.length))).buffer;
    return true;
  }

  /** The frame opened; false when it is not of whom it should be, was altered, or was seen before. */
  async open(frame: Frame, media: "audio" | "video", leg: string): Promise<boolean> {
    const bytes = new Uint8Array(frame.data);
    const clear = bytes.slice(0, Math.min(clearBytes(media, frame.type), bytes.length));
    const sealed = bytes.subarray(clear.length);
    try {
      const header = readHeader(sealed);
      const key = this.#keys.get(this.#people.get(leg) ?? "")?.get(header.kid);
      if (!key) return false;
      const plain = await open(key, header, clear, sealed);
      if (!this.#isNew(key, header)) return false;
      frame.data = joined(clear, plain).buffer;
      return true;
    } catch {
      return false;
    }
  }

  async #use(base: Uint8Array<ArrayBuffer>, kid: number): Promise<void> {
    this.#own = await frameKey(base, BigInt(kid), SUITE);
    this.#ctr = 0n;
  }

  async #keep(person: string, base: Uint8Array<ArrayBuffer>, kid: number): Promise<void> {
    const key = await frameKey(base, BigInt(kid), SUITE);
    const all = this.#keys.get(person) ?? new Map<bigint, FrameKey>();
    all.delete(key.kid);
    all.set(key.kid, key);
    for (const [old, gone] of [...all].slice(0, -KEPT)) {
      all.delete(old);
      this.#seen.delete(gone);
    }
    this.#keys.set(person, all);
  }

  #isNew(key: FrameKey, { ctr }: Header): boolean {
    const seen = this.#seen.get(key) ?? new Seen();
    this.#seen.set(key, seen);
    return seen.take(ctr);
  }
}

/** Which counters of a key have come; a gateway that plays a frame again is not believed. */
class Seen {
  #highest = -1n;
  readonly #recent = new Set<bigint>();

  take(ctr: bigint): boolean {
    if (ctr <= this.#highest - WINDOW || this.#recent.has(ctr)) return false;
    this.#recent.add(ctr);
    if (ctr > this.#highest) this.#highest = ctr;
    if (this.#recent.size > Number(2n * WINDOW)) this.#forget();
    return true;
  }

  #forget(): void {
    for (const ctr of this.#recent) if (ctr <= this.#highest - WINDOW) this.#recent.delete(ctr);
  }
}
