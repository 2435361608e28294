import type { booking as en } from "../en/booking.ts";
import type { Same } from "../message.ts";

export const booking = {} as unknown as Same<typeof en>;
