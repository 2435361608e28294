/**
 * Files on their way to the clinic. They live in the page, not in a screen: whoever goes on to another chart finds them
 * still running. A file goes up in pieces, one file after the other; a piece counts when the server says so, and after an
 * interruption it is the server that says where to go on.
 */
import { answer, api, Problem, reach, type Schemas, send } from "../../api/index.ts";
import { problemOf } from "../../api/problem.ts";

export type Category = Schemas["NewUpload"]["category"];

type UploadState = "waiting" | "uploading" | "paused" | "offline" | "interrupted" | "failed" | "done";

export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly offset: number;
  readonly state: UploadState;
  /** Why it failed, in words that may be shown. */
  readonly why: string;
  readonly patientId: string | undefined;
  /** The document it became. */
  readonly document: string | undefined;
}

/** Where a file is to go. */
export interface Destination {
  readonly patientId?: string | undefined;
  readonly category: NonNullable<Category>;
  readonly encounter?: string | undefined;
  /** The document of which it is a new version. */
  readonly replaces?: string | undefined;
}

export const MOST_BYTES = 200 * 1024 * 1024;

/** A piece should take about this long: short enough to lose little, long enough not to ask too often. */
const PIECE_MS = 2500;
const RETRY_MS = [1000, 3000, 8000, 20_000] as const;

/** The size of the next piece: twice or half the last one, by how long that took; a multiple of `step`. */
export function nextPiece(last: number, tookMs: number, step: number, most: number): number {
  const wanted = tookMs < PIECE_MS / 2 ? last * 2 : tookMs > PIECE_MS * 2 ? last / 2 : last;
  const steps = Math.max(1, Math.floor(Math.min(wanted, most) / step));
  return Math.min(most, steps * step);
}

/** How long a file that has arrived is still shown among those on their way. */
const STAYS_MS = 12_000;

interface Running extends Upload {
  readonly file: File | undefined;
  readonly to: Destination;
  readonly id: string | undefined;
  readonly chunk: number;
  readonly step: number;
  readonly piece: number;
  readonly stop: AbortController | undefined;
}

/** The page's uploads; the one instance is `uploads`, tests make their own. */
export class Uploads {
  #all: readonly Running[] = [];
  #last = 0;
  #isBusy = false;
  readonly #listeners = new Set<() => void>();
  readonly #finished = new Set<(upload: Upload) => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly now = (): readonly Upload[] => this.#all;

  /** Calls `listener` with every upload that has become a document. */
  onDone(listener: (upload: Upload) => void): () => void {
    this.#finished.add(listener);
    return () => this.#finished.delete(listener);
  }

  /** Takes in files; each waits its turn. */
  add(files: Iterable<File>, to: Destination, words: { readonly empty: string; readonly tooLarge: string }): void {
    for (const file of files) {
      this.#last += 1;
      const wrong = file.size === 0 ? words.empty : file.size > MOST_BYTES ? words.tooLarge : "";
      this.#put({
        key: `upload-${this.#last}`,
        name: file.name,
        size: file.size,
        offset: 0,
        state: wrong ? "failed" : "waiting",
        why: wrong,
        patientId: to.patientId,
        document: undefined,
        file,
        to,
        id: undefined,
        chunk: 0,
        step: 1,
        piece: 0,
        stop: undefined,
      });
    }
    void this.#work();
  }

  /** Lists uploads that the server still waits for, from before the page was loaded anew; their files must be chosen again. */
  restore(
    found: readonly { readonly id: string; readonly name: string; readonly size: number; readonly offset: number }[],
    to: Destination,
  ): void {
    for (const one of found) {
      if (this.#all.some((known) => known.id === one.id)) continue;
      this.#last += 1;
      this.#put({
        key: `upload-${this.#last}`,
        name: one.name,
        size: one.size,
        offset: one.offset,
        state: "interrupted",
        why: "",
        patientId: to.patientId,
        document: undefined,
        file: undefined,
        to,
        id: one.id,
        chunk: 0,
        step: 1,
        piece: 0,
        stop: undefined,
      });
    }
  }

  /** Goes on with a file that was chosen again; false when it is another file. */
  takeUp(key: string, file: File): boolean {
    const upload = this.#find(key);
    if (!upload || file.size !== upload.size) return false;
    this.#change(key, { file, state: "waiting" });
    void this.#work();
    return true;
  }

  pause(key: string): void {
    this.#find(key)?.stop?.abort();
    this.#change(key, { state: "paused", stop: undefined });
    void this.#work();
  }

  resume(key: string): void {
    if (!this.#find(key)?.file) return;
    this.#change(key, { state: "waiting", why: "" });
    void this.#work();
  }

  /** Gives it up here and on the server. */
  cancel(key: string): void {
    const upload = this.#find(key);
    upload?.stop?.abort();
    this.#all = this.#all.filter((one) => one.key !== key);
    this.#tell();
    if (upload?.id && upload.state !== "done") void abandon(upload.id);
    void this.#work();
  }

  /** Whether leaving the page would interrupt something. */
  isRunning(): boolean {
    return this.#all.some(({ state }) => state === "uploading" || state === "waiting" || state === "offline");
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#waiting(); next; next = this.#waiting()) await this.#carry(next.key);
    } finally {
      this.#isBusy = false;
    }
  }

  readonly #waiting = (): Running | undefined => this.#all.find(({ state }) => state === "waiting");

  /** One file, piece by piece, until it is there, is stopped, or cannot go on. */
  async #carry(key: string): Promise<void> {
    const stop = new AbortController();
    this.#change(key, { state: "uploading", stop });
    let failures = 0;
    while (this.#find(key)?.state === "uploading" || this.#find(key)?.state === "offline") {
      try {
        await this.#step(key, stop.signal);
        failures = 0;
        if (this.#find(key)?.state === "offline") this.#change(key, { state: "uploading" });
      } catch (problem) {
        if (stop.signal.aborted) return;
        if (!isPassing(problem)) {
          this.#change(key, {
            state: "failed",
            why: problem instanceof Problem ? problem.detail || problem.message : "",
          });
          return;
        }
        this.#change(key, { state: "offline", piece: 0 });
        await pause(waitOf(problem, failures), stop.signal);
        failures += 1;
      }
    }
  }

  /** Begins, finds out where to go on, or sends a piece: whichever is next. */
  async #step(key: string, signal: AbortSignal): Promise<void> {
    const upload = this.#find(key);
    if (!upload?.file) return;
    if (!upload.id) {
      const begun = await answer(api.POST("/api/documents/uploads", { body: newUpload(upload), signal }));
      this.#take(key, begun);
      return;
    }
    if (upload.piece === 0) {
      this.#take(
        key,
        await answer(api.GET("/api/documents/uploads/{upload}", { params: { path: { upload: upload.id } }, signal })),
      );
      return;
    }
    const began = performance.now();
    const end = Math.min(upload.offset + upload.piece, upload.size);
    const told = await sendPiece(upload.id, upload.offset, upload.file.slice(upload.offset, end), signal);
    const piece = nextPiece(upload.piece, performance.now() - began, told.step, told.chunk);
    this.#take(key, told, piece);
  }

  #take(key: string, told: Schemas["Upload"], piece = Math.min(told.chunk, Math.max(told.step, 1024 * 1024))): void {
    const document = told.document ?? undefined;
    this.#change(key, {
      id: told.id,
      offset: told.offset,
      chunk: told.chunk,
      step: told.step,
      piece: Math.max(told.step, piece - (piece % told.step)),
      ...(document && { document, state: "done" as const, stop: undefined, file: undefined }),
    });
    const done = document && this.#find(key);
    if (!done) return;
    for (const listener of this.#finished) listener(done);
    setTimeout(() => this.cancel(key), STAYS_MS);
  }

  #find(key: string): Running | undefined {
    return this.#all.find((one) => one.key === key);
  }

  #put(upload: Running): void {
    this.#all = [...this.#all, upload];
    this.#tell();
  }

  #change(key: string, part: Partial<Running>): void {
    this.#all = this.#all.map((one) => (one.key === key ? { ...one, ...part } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const uploads = new Uploads();

const newUpload = ({ name, size, file, to }: Running): Schemas["NewUpload"] => ({
  name,
  title: name.replace(/\.[^.]{1,8}$/, "") || name,
  size,
  type: file?.type ?? "",
  category: to.category,
  patient: to.patientId ?? null,
  encounter: to.encounter ?? null,
  replaces: to.replaces ?? null,
  forPatient: true,
});

async function sendPiece(id: string, offset: number, bytes: Blob, signal: AbortSignal): Promise<Schemas["Upload"]> {
  const response = await send(`/api/documents/uploads/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
    body: bytes,
    signal,
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response, body);
  return body as Schemas["Upload"];
}

async function abandon(id: string): Promise<void> {
  await api.DELETE("/api/documents/uploads/{upload}", { params: { path: { upload: id } } }).catch(() => undefined);
}

/** What may be over in a moment: no network, a busy server, a place in the file that somebody else has moved. */
const isPassing = (problem: unknown): boolean =>
  problem instanceof Problem && (problem.isOffline || problem.status === 409 || problem.status === 429);

function waitOf(problem: unknown, failures: number): number {
  const said = problem instanceof Problem ? problem : undefined;
  if (said?.status === 409) return 0;
  return said?.retryAfter ? said.retryAfter * 1000 : (RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 1000);
}

/** Waits, but not longer than until the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      globalThis.removeEventListener("online", end);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unsubscribe = reach.subscribe(() => reach.now() && end());
    signal.addEventListener("abort", end);
    globalThis.addEventListener("online", end);
  });
}
