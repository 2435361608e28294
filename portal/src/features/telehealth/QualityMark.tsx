import { type LucideIcon, Signal, SignalHigh, SignalLow, SignalZero } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import type { CallState, Level } from "./media/port.ts";

const ICONS: Record<Level, LucideIcon> = { good: Signal, fair: SignalHigh, poor: SignalLow, unknown: SignalZero };

/** How good the line is, in a word beside the bars. */
export function QualityMark({ level, phase }: Pick<CallState, "level" | "phase">): ReactElement {
  const Icon = ICONS[phase === "connected" ? level : "unknown"];
  return (
    <span className="quality" data-level={phase === "connected" ? level : "unknown"}>
      <Icon aria-hidden="true" size={16} />
      {t(phase === "connected" ? `tele.quality.${level}` : `tele.phase.${phase}`)}
    </span>
  );
}
