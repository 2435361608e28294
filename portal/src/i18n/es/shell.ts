import type { shell as en } from "../en/shell.ts";
import type { Same } from "../message.ts";

export const shell = {} as unknown as Same<typeof en>;
