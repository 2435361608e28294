import { ArrowRight } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Checkbox } from "../../ui/index.ts";

export interface ConsentProps {
  readonly isPending: boolean;
  readonly failure: string | undefined;
  readonly onAgree: () => void;
}

const POINTS = ["what", "limits", "private", "free", "recording"] as const;

/** What a visit by video is and is not, before the first one; agreed to by the person, never beforehand. */
export function Consent({ isPending, failure, onAgree }: ConsentProps): ReactElement {
  const [agreed, setAgreed] = useState(false);
  const [isMissing, setMissing] = useState(false);

  function go(): void {
    setMissing(!agreed);
    if (agreed) onAgree();
  }

  return (
    <div className="stack">
      <ul className="consent-points">
        {POINTS.map((point) => (
          <li key={point}>{t(`tele.consent.${point}`)}</li>
        ))}
      </ul>
      <Checkbox isSelected={agreed} onChange={setAgreed} isInvalid={isMissing && !agreed} hint={t("tele.consentHint")}>
        {t("tele.consentYes")}
      </Checkbox>
      {isMissing && !agreed && (
        <Banner tone="danger" role="alert">
          {t("tele.consentNeeded")}
        </Banner>
      )}
      {failure && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      <Button kind="primary" size="large" wide icon={ArrowRight} isPending={isPending} onPress={go}>
        {t("tele.consentGo")}
      </Button>
    </div>
  );
}
