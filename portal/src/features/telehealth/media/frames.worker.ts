/** Seals and opens frames beside the page, so that a busy screen does not hold up a voice. */
import { type Frame, Frames, type Purpose, type Said, type Told } from "./frames.ts";

/** A transformer's key frames are asked for at most this often, in milliseconds. */
const ASK_MS = 500;
/** Consecutive frames that cannot be opened before the page is told: one or two are usual when keys change. */
const TOLERATED = 25;

interface Transformer {
  readonly readable: ReadableStream<Frame>;
  readonly writable: WritableStream<Frame>;
  readonly options: Purpose;
  sendKeyFrameRequest?: () => Promise<void>;
}

const frames = new Frames();
let last = Promise.resolve();

/** One after the other: a key that was told first is kept first. */
addEventListener("message", ({ data }: MessageEvent<Told>) => {
  last = last.then(() => frames.tell(data));
});

addEventListener("rtctransform", (event) => {
  const { transformer } = event as unknown as { readonly transformer: Transformer };
  const { options } = transformer;
  const through = options.side === "send" ? sealing(options) : opening(options, transformer);
  void transformer.readable.pipeThrough(through).pipeTo(transformer.writable).catch(ended);
});

const sealing = ({ media }: Purpose): TransformStream<Frame, Frame> =>
  new TransformStream({
    async transform(frame, controller) {
      if (await frames.seal(frame, media)) controller.enqueue(frame);
    },
  });

function opening(
  { media, leg }: Extract<Purpose, { side: "receive" }>,
  transformer: Transformer,
): TransformStream<Frame, Frame> {
  let missed = 0;
  let asked = 0;
  return new TransformStream({
    async transform(frame, controller) {
      if (!(await frames.open(frame, media, leg))) {
        missed += 1;
        if (missed % TOLERATED === 0) say("unopened", leg);
        return;
      }
      controller.enqueue(frame);
      if (missed >= TOLERATED) say("opened", leg);
      const isGap = missed > 0 && media === "video" && frame.type !== "key";
      if (isGap && performance.now() - asked > ASK_MS) {
        asked = performance.now();
        void transformer.sendKeyFrameRequest?.().catch(ended);
      }
      missed = 0;
    },
  });
}

function say(kind: Said["kind"], leg: string): void {
  const person = frames.whose(leg);
  if (person !== undefined) postMessage({ kind, person } satisfies Said);
}

/** A connection that was closed ends its streams; there is nobody to tell. */
const ended = (): undefined => undefined;
