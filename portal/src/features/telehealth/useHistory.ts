import { useEffect } from "react";
import { transcript } from "./api.ts";
import type { Seat } from "./seat.ts";
import { useSeatState } from "./useSeat.ts";

/** Whoever comes in reads what was written before; without an answer the chat begins with what comes. */
export function useHistory(seat: Seat): void {
  const isIn = useSeatState(seat).stage === "inside";
  useEffect(() => {
    if (!isIn) return;
    transcript(seat.visit).then(
      (lines) => seat.wrote(lines.map(({ cid, person, at, text }) => ({ cid, from: person, at, text }))),
      () => undefined,
    );
  }, [seat, isIn]);
}
