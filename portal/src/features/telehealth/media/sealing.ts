/** The page's side of frame encryption: the worker, the transforms on senders and receivers, and the keys for both. */
import type { Purpose, Said, Told } from "./frames.ts";
import { type Exchange, Keys } from "./keys.ts";

/** Somebody whose frames cannot be opened is asked for their key at most this often (milliseconds). */
const ASK_MS = 2000;

/** Whether this browser can seal frames; one that cannot stays out of calls through a gateway. */
export const canSeal = (): boolean => typeof RTCRtpScriptTransform !== "undefined";

export type SealingOptions = Omit<Exchange, "tell">;

/** Of one call, for as long as it goes through a gateway. */
export class Sealing {
  readonly keys: Keys;
  readonly #worker = new Worker(new URL("./frames.worker.ts", import.meta.url), { type: "module" });
  readonly #asked = new Map<string, number>();

  constructor(options: SealingOptions) {
    this.keys = new Keys({
      visit: options.visit,
      me: options.me,
      send: (to, epoch, wrapped) => options.send(to, epoch, wrapped),
      changed: () => options.changed(),
      tell: (told) => this.#tell(told),
    });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Said>) => this.#heard(data));
  }

  /** Before any media: what leaves by this line is sealed from the first frame on. */
  seal({ sender }: RTCRtpTransceiver, media: "audio" | "video"): void {
    sender.transform = this.#transform({ side: "send", media });
  }

  /** Before the answer: what comes by this line is opened, once `bind` has said whose it is. */
  open({ receiver }: RTCRtpTransceiver, media: "audio" | "video", leg: string): void {
    if (!receiver.transform) receiver.transform = this.#transform({ side: "receive", media, leg });
  }

  bind(leg: string, person: string): void {
    this.#tell({ kind: "bind", leg, person });
  }

  close(): void {
    this.#worker.terminate();
  }

  #transform(purpose: Purpose): RTCRtpScriptTransform {
    return new RTCRtpScriptTransform(this.#worker, purpose);
  }

  #tell(told: Told): void {
    this.#worker.postMessage(told);
  }

  #heard({ kind, person }: Said): void {
    const now = performance.now();
    if (kind === "opened" || now - (this.#asked.get(person) ?? -ASK_MS) < ASK_MS) return;
    this.#asked.set(person, now);
    this.keys.ask(person);
  }
}
