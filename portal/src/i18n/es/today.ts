import type { today as en } from "../en/today.ts";
import type { Same } from "../message.ts";

export const today = {} as unknown as Same<typeof en>;
