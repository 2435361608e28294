import type { own as en } from "../en/own.ts";
import type { Same } from "../message.ts";

export const own = {} as unknown as Same<typeof en>;
