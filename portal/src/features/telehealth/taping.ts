/**
 * A visit recorded by a host's browser, where no gateway is: part after part, each a whole file of a minute, so that what
 * is lost with a page is at most the last one. A part counts once the server has all of it; what could not be brought is
 * tried again while the page is there.
 */
import { answer, api, Problem, type Schemas, send } from "../../api/index.ts";
import { problemOf } from "../../api/problem.ts";
import { type Recorder, record } from "./media/recorder.ts";

const PART_MS = 60_000;
const AGAIN_MS = [1000, 4000, 15_000] as const;

type Upload = Schemas["Upload"];
type Record = typeof record;
/** Which part of which take: a page that is loaded again begins another, and counts from 1 again. */
type Place = Readonly<{ visit: string; take: string; part: number }>;
type Bring = (place: Place, whole: Blob) => Promise<void>;

export class Taping {
  readonly #visit: string;
  readonly #failed: () => void;
  readonly #record: Record;
  readonly #bring: Bring;
  readonly #take = crypto.randomUUID().slice(0, 8);
  #streams: readonly MediaStream[] = [];
  #recorder: Recorder | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #part = 0;
  #bringing: Promise<void> = Promise.resolve();

  constructor(visit: string, failed: () => void, how: { record: Record; bring: Bring } = { record, bring: bringPart }) {
    this.#visit = visit;
    this.#failed = failed;
    this.#record = how.record;
    this.#bring = how.bring;
  }

  /** Records these; again with others when somebody comes or goes. */
  streams(streams: readonly MediaStream[]): void {
    this.#streams = streams;
    if (this.#recorder) {
      this.#recorder.streams(streams);
      return;
    }
    this.#begin();
    this.#timer = setInterval(() => void this.#turn(), PART_MS);
  }

  /** Ends it at once; resolves when everything is where it belongs. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const recorder = this.#recorder;
    this.#recorder = null;
    await recorder?.stop().catch(() => undefined);
    await this.#bringing;
  }

  /** The next part begins before the last one ends: nothing falls between. */
  async #turn(): Promise<void> {
    const before = this.#recorder;
    if (!before) return;
    this.#begin();
    await before.stop().catch(() => undefined);
  }

  #begin(): void {
    this.#part += 1;
    const part = this.#part;
    const pieces: Blob[] = [];
    try {
      this.#recorder = this.#record(
        this.#streams,
        async (piece, { isLast }) => {
          pieces.push(piece);
          if (isLast) this.#brings(part, new Blob(pieces, { type: "video/webm" }));
        },
        this.#failed,
      );
    } catch {
      this.#failed();
    }
  }

  #brings(part: number, whole: Blob): void {
    if (whole.size === 0) return;
    this.#bringing = this.#bringing
      .then(() => this.#bring({ visit: this.#visit, take: this.#take, part }, whole))
      .catch(() => this.#failed());
  }
}

/** Brings one part, tried again as long as it is the line that is in the way. */
async function bringPart(place: Place, whole: Blob): Promise<void> {
  for (const wait of [...AGAIN_MS, null]) {
    try {
      return await brought(place, whole);
    } catch (problem) {
      const isPassing = problem instanceof Problem && (problem.isOffline || problem.status === 429);
      if (wait === null || !isPassing) throw problem;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function brought({ visit, ...place }: Place, whole: Blob): Promise<void> {
  const body = { ...place, size: whole.size };
  let told = await answer(api.POST("/api/video-visits/{visit}/recordings", { params: { path: { visit } }, body }));
  while (!told.document && told.offset < whole.size)
    told = await piece(told, whole.slice(told.offset, told.offset + told.chunk));
}

async function piece({ id, offset }: Upload, bytes: Blob): Promise<Upload> {
  const response = await send(`/api/documents/uploads/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
    body: bytes,
  });
  const said: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response, said);
  return said as Upload;
}
