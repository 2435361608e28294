import type { visit as en } from "../en/visit.ts";
import type { Same } from "../message.ts";

export const visit = {} as unknown as Same<typeof en>;
