import { useSyncExternalStore } from "react";
import type { Devices, DevicesState } from "./media/devices.ts";
import type { Call, CallState } from "./media/port.ts";
import type { Seat, SeatState } from "./seat.ts";

/** A seat as it is now. */
export const useSeatState = (seat: Seat): SeatState => useSyncExternalStore(seat.subscribe, seat.now);

/** A call as it is now; null for none. */
export function useCallState(call: Call | null): CallState | null {
  return useSyncExternalStore(
    (listener) => call?.subscribe(listener) ?? nothing,
    () => call?.now() ?? null,
  );
}

/** One's own devices as they are now. */
export const useDevices = (devices: Devices): DevicesState => useSyncExternalStore(devices.subscribe, devices.now);

const nothing = (): void => undefined;
