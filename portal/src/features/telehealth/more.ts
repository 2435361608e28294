import { AudioLines, CircleDot, Hourglass, LogOut, RotateCcw, Settings2, ShieldCheck, UserPlus } from "lucide-react";
import { t } from "../../i18n/index.ts";
import type { MenuGroup } from "../../ui/index.ts";
import { type Asked, did } from "./acts.ts";
import type { CallState } from "./media/port.ts";
import { canRecord } from "./media/recorder.ts";
import type { Whole } from "./room.ts";
import type { Seat } from "./seat.ts";

interface More {
  readonly seat: Seat;
  readonly call: CallState;
  readonly whole: Whole;
  readonly isHost: boolean;
  readonly extra: MenuGroup["entries"];
  readonly onAsk: (what: Asked) => void;
}

/** What is rarely needed in a call: for everybody, and for a host. */
export function moreOf({ seat, call, whole, isHost, extra, onAsk }: More): readonly MenuGroup[] {
  const { audioOnly } = call.own;
  const everybody: MenuGroup = {
    id: "everybody",
    entries: [
      { id: "devices", label: t("tele.settings"), icon: Settings2, onAction: () => onAsk("devices") },
      {
        id: "audio-only",
        label: t(audioOnly ? "tele.audioOnlyOff" : "tele.audioOnly"),
        hint: audioOnly ? undefined : t("tele.audioOnlyHint"),
        icon: AudioLines,
        onAction: () => seat.now().call?.setAudioOnly(!audioOnly),
      },
      {
        id: "restart",
        label: t("tele.restart"),
        hint: t("tele.restartHint"),
        icon: RotateCcw,
        onAction: () => seat.now().call?.restart(),
      },
      { id: "safety", label: t("tele.safety"), icon: ShieldCheck, onAction: () => onAsk("safety") },
      ...extra,
    ],
  };
  if (!isHost) return [everybody];
  const isHeld = whole.state === "hold";
  return [
    everybody,
    {
      id: "host",
      entries: [
        { id: "invite", label: t("tele.invite"), icon: UserPlus, onAction: () => onAsk("invite") },
        {
          id: "hold",
          label: t(isHeld ? "tele.holdOff" : "tele.hold"),
          icon: Hourglass,
          onAction: () => did(seat.hold(!isHeld)),
        },
        ...(whole.recordable && whole.recording === "off" && (whole.mode === "sfu" || canRecord())
          ? [{ id: "record", label: t("tele.record"), icon: CircleDot, onAction: () => did(seat.record()) }]
          : []),
        { id: "end", label: t("tele.end"), icon: LogOut, isDanger: true, onAction: () => onAsk("end") },
      ],
    },
  ];
}
