import { send } from "../../api/index.ts";

const PATIENCE_MS = 60_000;

/** Asks for a file and hands it to the browser's downloads. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, {}, PATIENCE_MS);
  if (!response.ok) throw new Error(String(response.status));
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
