import type { home as en } from "../en/home.ts";
import type { Same } from "../message.ts";

export const home = {} as unknown as Same<typeof en>;
