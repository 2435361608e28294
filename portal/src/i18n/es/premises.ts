import type { premises as en } from "../en/premises.ts";
import type { Same } from "../message.ts";

export const premises = {} as unknown as Same<typeof en>;
