import type { messages as en } from "../en/messages.ts";
import type { Same } from "../message.ts";

export const messages = {} as unknown as Same<typeof en>;
