import { CalendarClock, Hourglass, Phone, UserX } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ButtonLink, Confirm } from "../../ui/index.ts";

export interface NoShowProps {
  /** Minutes since the booked time. */
  readonly late: number;
  readonly phone: string;
  readonly rescheduleHref: string;
  readonly isPending: boolean;
  readonly onRemind: () => void;
  readonly onMark: () => void;
}

/** From here on the host is asked what to do about somebody who has not come; minutes. */
const ASK_AFTER = 10;
const ASK_AGAIN_MS = 5 * 60_000;

/** The patient has not come: wait, call, find another time, or say so. Nothing is decided by itself. */
export function NoShow(props: NoShowProps): ReactElement | null {
  const { late, phone, rescheduleHref, isPending, onRemind, onMark } = props;
  const [quietUntil, setQuiet] = useState(0);
  const [isAsking, setAsking] = useState(false);
  if (late < ASK_AFTER || Date.now() < quietUntil) return null;
  return (
    <Banner
      tone="warning"
      role="status"
      title={t("tele.noShowTitle", { count: late })}
      actions={
        <>
          <Button icon={Hourglass} onPress={() => setQuiet(Date.now() + ASK_AGAIN_MS)}>
            {t("tele.noShowWait")}
          </Button>
          {phone && (
            <ButtonLink icon={Phone} href={`tel:${phone.replace(/[^+\d]/g, "")}`}>
              {t("tele.noShowCall", { phone })}
            </ButtonLink>
          )}
          <Button isPending={isPending} onPress={onRemind}>
            {t("tele.noShowRemind")}
          </Button>
          <ButtonLink icon={CalendarClock} href={rescheduleHref}>
            {t("tele.noShowMove")}
          </ButtonLink>
          <Button kind="danger" icon={UserX} onPress={() => setAsking(true)}>
            {t("tele.noShowMark")}
          </Button>
        </>
      }
    >
      {t("tele.noShowHint")}
      <Confirm
        title={t("tele.noShowAsk")}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        action={t("tele.noShowMark")}
        onConfirm={() => {
          setAsking(false);
          onMark();
        }}
      >
        <p>{t("tele.noShowMeans")}</p>
      </Confirm>
    </Banner>
  );
}
