import type { forms as en } from "../en/forms.ts";
import type { Same } from "../message.ts";

export const forms = {} as unknown as Same<typeof en>;
