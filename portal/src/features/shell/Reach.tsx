import { type ReactElement, useEffect, useRef, useSyncExternalStore } from "react";
import { reach } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, showTime, toast } from "../../ui/index.ts";

/** Says that the server is out of reach, since when, and when it is back. */
export function Reach(): ReactElement | null {
  const reachable = useSyncExternalStore(reach.subscribe, reach.now);
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const isAway = !(reachable && online);
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isAway) toast({ text: t("shell.online") });
    wasAway.current = isAway;
  }, [isAway]);
  if (!isAway) return null;
  return (
    <div className="shell-notice">
      <Banner tone="warning" role="status">
        {t("shell.offline", { time: showTime(reach.lastHeard()) })}
      </Banner>
    </div>
  );
}

function subscribeOnline(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}
