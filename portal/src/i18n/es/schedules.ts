import type { schedules as en } from "../en/schedules.ts";
import type { Same } from "../message.ts";

export const schedules = {} as unknown as Same<typeof en>;
