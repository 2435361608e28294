import { send } from "./send.ts";

/** A file may take the server a while to make. */
const PATIENCE_MS = 120_000;
/** The browser has long begun to read it by then. */
const READ_MS = 10_000;

/** Asks for a file and hands it to the browser's downloads; throws an `Error` whose message is the status of a refusal. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, {}, PATIENCE_MS);
  if (!response.ok) throw new Error(String(response.status));
  handOver(await response.blob(), name);
}

/** Hands a file that the page has to the browser's downloads. */
export function handOver(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), READ_MS);
}
