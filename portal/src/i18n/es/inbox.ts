import type { inbox as en } from "../en/inbox.ts";
import type { Same } from "../message.ts";

export const inbox = {} as unknown as Same<typeof en>;
