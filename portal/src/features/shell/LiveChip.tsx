import { CloudOff } from "lucide-react";
import { type ReactElement, useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components";
import { reach } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useStanding } from "../../live/index.ts";
import { showTime, toast } from "../../ui/index.ts";

/** Shorter than this nobody needs to hear of. */
const WORTH_SAYING_MS = 6000;
const LOOK_AGAIN_MS = 15_000;

/** Says that others' changes come later than usual, and how old what is on the page is; nothing while all is well. */
export function LiveChip(): ReactElement {
  const standing = useStanding();
  const isReachable = useSyncExternalStore(reach.subscribe, reach.now);
  const isLate = useLasting(standing === "away" || standing === "degraded", WORTH_SAYING_MS);
  const isShown = isLate && isReachable && navigator.onLine;
  return (
    <span role="status">
      {isShown && (
        <Button className="live-chip" onPress={() => toast({ text: t("live.withoutHint") })}>
          <CloudOff aria-hidden="true" size={14} />
          <Since />
          <span className="visually-hidden">{t("live.withoutHint")}</span>
        </Button>
      )}
    </span>
  );
}

/** The time is not read out again each time it moves on. */
function Since(): ReactElement {
  const [read, setRead] = useState(reach.lastHeard);
  useEffect(() => {
    const timer = setInterval(() => setRead(reach.lastHeard()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="live-chip-text" aria-live="off">
      {t("live.without", { time: showTime(read) })}
    </span>
  );
}

/** Whether it has been so for a while. */
function useLasting(isSo: boolean, ms: number): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!isSo) {
      setHasLasted(false);
      return;
    }
    const timer = setTimeout(() => setHasLasted(true), ms);
    return () => clearTimeout(timer);
  }, [isSo, ms]);
  return isSo && hasLasted;
}
