import type { merge as en } from "../en/merge.ts";
import type { Same } from "../message.ts";

export const merge = {} as unknown as Same<typeof en>;
