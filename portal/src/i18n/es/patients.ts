import type { patients as en } from "../en/patients.ts";
import type { Same } from "../message.ts";

export const patients = {} as unknown as Same<typeof en>;
