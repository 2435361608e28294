import { useEffect, useRef } from "react";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import { did } from "./acts.ts";
import type { CallState } from "./media/port.ts";
import { tapes, type Whole } from "./room.ts";
import type { Seat } from "./seat.ts";
import { Taping } from "./taping.ts";

/** Records while the visit is recorded and it is this browser that does so; a withdrawal stops it at once. */
export function useTaping(seat: Seat, whole: Whole, call: CallState): void {
  const isOn = tapes(whole);
  const taping = useRef<Taping | null>(null);
  const streams = [
    call.own.stream,
    ...call.others.flatMap(({ stream, shown }) => (shown ? [stream, shown] : [stream])),
  ];
  const latest = useRef(streams);
  latest.current = streams;
  const ids = streams.map(({ id }) => id).join(" ");
  useEffect(() => {
    if (!isOn) return;
    const made = new Taping(whole.visit, () => {
      toast({ tone: "danger", text: t("tele.recordingFailed") });
      did(seat.stopRecording());
    });
    taping.current = made;
    return () => {
      taping.current = null;
      void made.stop();
    };
  }, [isOn, whole.visit, seat]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the streams are told by their ids
  useEffect(() => {
    if (isOn) taping.current?.streams(latest.current);
  }, [isOn, ids]);
}
