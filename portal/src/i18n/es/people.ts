import type { people as en } from "../en/people.ts";
import type { Same } from "../message.ts";

export const people = {} as unknown as Same<typeof en>;
