import type { identity as en } from "../en/identity.ts";
import type { Same } from "../message.ts";

export const identity = {} as unknown as Same<typeof en>;
