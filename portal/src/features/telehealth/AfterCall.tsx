import { CalendarDays, CircleCheck, MessagesSquare, RotateCcw } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ButtonLink } from "../../ui/index.ts";
import { useFocused } from "./useFocused.ts";

export interface AfterCallProps {
  /** Left, one may come back; ended, it is over for everybody. */
  readonly how: "left" | "ended";
  readonly onBack: () => void;
}

/** When the call is over: what comes now, and where to find it. */
export function AfterCall({ how, onBack }: AfterCallProps): ReactElement {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <div className="tele-plain stack">
      <h1 ref={heading} className="after-mark" tabIndex={-1}>
        <CircleCheck aria-hidden="true" size={28} />
        {t(how === "left" ? "tele.afterLeft" : "tele.afterEnded")}
      </h1>
      {how === "left" && (
        <Banner
          actions={
            <Button kind="primary" icon={RotateCcw} onPress={onBack}>
              {t("tele.rejoin")}
            </Button>
          }
        >
          {t("tele.afterLeftHint")}
        </Banner>
      )}
      <h2>{t("tele.next")}</h2>
      <ul className="consent-points">
        <li>{t("tele.nextSummary")}</li>
        <li>{t("tele.nextMedicines")}</li>
        <li>{t("tele.nextWorse")}</li>
      </ul>
      <div className="row">
        <ButtonLink kind={how === "left" ? "secondary" : "primary"} icon={CalendarDays} href="/appointments">
          {t("tele.toVisits")}
        </ButtonLink>
        <ButtonLink icon={MessagesSquare} href="/messages/new">
          {t("tele.toMessage")}
        </ButtonLink>
      </div>
    </div>
  );
}
