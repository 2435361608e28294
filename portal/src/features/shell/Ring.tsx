import { UserRoundX, Video } from "lucide-react";
import type { KeyboardEvent, ReactElement } from "react";
import { useLocation, useNavigate } from "react-router";
import { t } from "../../i18n/index.ts";
import { Button, ButtonLink, showTime, useKeys } from "../../ui/index.ts";
import { type Cause, type Ringing, useRinging } from "./ringing.ts";
import { useRingTone } from "./tone.ts";

const path = (visit: string): string => `/visits/${visit}`;

/**
 * That somebody waits by video, wherever on the page one is: it stands over what is there and takes neither the focus nor
 * the place of anything. A visit's own page says so itself.
 */
export function Ring(): ReactElement {
  const [all, putAside] = useRinging();
  const { pathname } = useLocation();
  const shown = all.filter(({ visit }) => pathname !== path(visit));
  const calls = shown.some(({ cause }) => cause !== "missing");
  useRingTone(calls && !pathname.startsWith("/visits/"));
  return (
    // What is marked as the top layer is heard and reached while a dialog is open too.
    <div className="rings" aria-live="assertive" data-react-aria-top-layer="true">
      {shown.map((one) => (
        <Call key={one.visit} one={one} onLater={() => putAside(one.visit)} />
      ))}
    </div>
  );
}

function Call({ one: { visit, cause, name, since }, onLater }: { one: Ringing; onLater: () => void }): ReactElement {
  const navigate = useNavigate();
  const isMissing = cause === "missing";
  const Sign = isMissing ? UserRoundX : Video;
  useKeys([{ keys: "g j", label: t("live.keyJoin"), onPress: () => void navigate(path(visit)) }]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a second way to its own button
    <div
      className="ring"
      data-cause={cause}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Escape") onLater();
      }}
    >
      <span className="ring-sign" aria-hidden="true">
        <Sign size={20} />
      </span>
      <p className="grow">
        <span className="strong">{words(cause, name)}</span>
        <span className="small muted">{hint(cause, since)}</span>
      </p>
      <span className="row" data-gap="2">
        <ButtonLink kind="primary" icon={Video} href={path(visit)}>
          {t(isMissing ? "live.openVisit" : "live.join")}
        </ButtonLink>
        <Button onPress={onLater}>{t("live.notNow")}</Button>
      </span>
    </div>
  );
}

function words(cause: Cause, name: string): string {
  if (cause === "ready") return t("live.ready");
  if (cause === "missing") return name ? t("live.missing", { name }) : t("live.somebodyMissing");
  return name ? t("live.waits", { name }) : t("live.somebodyWaits");
}

function hint(cause: Cause, since: number): string {
  if (cause === "ready") return t("live.readyHint");
  return since > 0 && cause === "waits" ? t("live.since", { time: showTime(since) }) : "";
}
