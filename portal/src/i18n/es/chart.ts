import type { chart as en } from "../en/chart.ts";
import type { Same } from "../message.ts";

export const chart = {} as unknown as Same<typeof en>;
