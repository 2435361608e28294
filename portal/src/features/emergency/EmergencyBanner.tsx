import { type ReactElement, useEffect, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useAnew, useSession } from "../../session/index.ts";
import { Banner, Button, ButtonLink, toast } from "../../ui/index.ts";
import { useEnd } from "./api.ts";
import "./emergency.css";

/** Says on every page that a record is open in an emergency, how long it will be, and takes it back. */
export function EmergencyBanner(): ReactElement | null {
  const { emergency } = useSession();
  return emergency ? <Standing key={emergency.ends} patient={emergency.patient} ends={emergency.ends} /> : null;
}

function Standing({ patient, ends }: { patient: string; ends: number }): ReactElement {
  const end = useEnd();
  const left = useSecondsLeft(ends);
  return (
    <div className="emergency-banner">
      <Banner
        tone="danger"
        title={t("emergency.standing")}
        actions={
          <>
            <ButtonLink size="small" href={`/patients/${patient}`}>
              {t("emergency.openChart")}
            </ButtonLink>
            <Button
              size="small"
              kind="primary"
              isPending={end.isPending}
              onPress={() =>
                end.mutate(undefined, { onError: () => toast({ tone: "danger", text: t("emergency.endFailed") }) })
              }
            >
              {t("emergency.end")}
            </Button>
          </>
        }
      >
        {/* Told once a minute, not each second. */}
        <span className="visually-hidden" role="timer" aria-live="polite">
          {t("emergency.minutesLeft", { count: Math.ceil(left / 60) })}
        </span>
        <span aria-hidden="true">{t("emergency.left", { time: clock(left) })}</span>
      </Banner>
    </div>
  );
}

/** `59:07` */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Seconds until `ends`; when there are none left, the session is asked anew and the page forgets what it read. */
function useSecondsLeft(ends: number): number {
  const anew = useAnew();
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil((ends - now) / 1000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const isOver = left === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the time is over
  useEffect(() => {
    if (isOver) void anew();
  }, [isOver]);
  return left;
}
