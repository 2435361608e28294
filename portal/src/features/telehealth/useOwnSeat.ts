import { useEffect, useRef, useState } from "react";
import { useConnection } from "../../live/index.ts";
import { useKeeper } from "./keeper.tsx";
import { openCall } from "./media/call.ts";
import { Devices } from "./media/devices.ts";
import { Seat, type Stage } from "./seat.ts";

/** In these one stays in the visit on other pages too. */
const KEPT: readonly Stage[] = ["entering", "lobby", "inside"];

/** One's seat in a visit: the one that is kept, if one is in it already, else a new one. */
export function useOwnSeat(visit: string): Seat {
  const { seat: kept, keep } = useKeeper();
  const connection = useConnection();
  const [seat] = useState(() => (kept?.visit === visit ? kept : new Seat(visit, connection, new Devices(), openCall)));
  const before = useRef(kept);
  useEffect(() => {
    const other = before.current;
    if (other && other !== seat) void other.leave().then(() => other.close());
    seat.open();
    keep(seat);
    return () => {
      if (KEPT.includes(seat.now().stage)) return;
      seat.close();
      keep(null);
    };
  }, [seat, keep]);
  return seat;
}
