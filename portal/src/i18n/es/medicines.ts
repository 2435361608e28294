import type { medicines as en } from "../en/medicines.ts";
import type { Same } from "../message.ts";

export const medicines = {} as unknown as Same<typeof en>;
