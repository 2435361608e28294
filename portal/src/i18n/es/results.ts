import type { results as en } from "../en/results.ts";
import type { Same } from "../message.ts";

export const results = {} as unknown as Same<typeof en>;
