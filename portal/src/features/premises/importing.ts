/** Bringing a file of records in: looked through, then in earnest; the server tells how far it is, a line at a time. */
import { Problem, type Schemas, send } from "../../api/index.ts";

type Report = Schemas["ImportProgress"];
export type Trouble = Schemas["ImportTrouble"];

export const LARGEST = 16 * 1024 * 1024;
const PATIENCE_MS = 120_000;

/** Sums of everything so far. */
export interface Outcome extends Omit<Report, "troubles"> {
  readonly troubles: readonly Trouble[];
}

/**
 * Sends the file and reads the reports; `onReport` hears each as it comes.
 *
 * Throws a `Problem` when it is refused, or ends without saying that it is done.
 */
export async function bring(file: File, isRehearsal: boolean, onReport: (so: Outcome) => void): Promise<Outcome> {
  const query = new URLSearchParams({ name: file.name, dryRun: String(isRehearsal) });
  const response = await send(`/api/imports?${query}`, { method: "POST", body: file }, PATIENCE_MS);
  if (!response.ok || !response.body) {
    const said = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Problem(response.status, said.detail ?? "");
  }
  let outcome: Outcome = { created: 0, updated: 0, unchanged: 0, refused: 0, troubles: [], done: false };
  for await (const line of lines(response.body)) {
    const report = JSON.parse(line) as Report;
    outcome = { ...report, troubles: [...outcome.troubles, ...report.troubles] };
    onReport(outcome);
  }
  if (!outcome.done) throw new Problem(0, "");
  return outcome;
}

/** The lines of a stream of UTF-8 text. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces(body)) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}

async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
