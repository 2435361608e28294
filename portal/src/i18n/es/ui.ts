import type { ui as en } from "../en/ui.ts";
import type { Same } from "../message.ts";

export const ui = {} as unknown as Same<typeof en>;
