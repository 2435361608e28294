import type { documents as en } from "../en/documents.ts";
import type { Same } from "../message.ts";

export const documents = {} as unknown as Same<typeof en>;
