import type { calendar as en } from "../en/calendar.ts";
import type { Same } from "../message.ts";

export const calendar = {} as unknown as Same<typeof en>;
