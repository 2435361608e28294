import { useQuery } from "@tanstack/react-query";
import { PenLine } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Checkbox, ComboBox } from "../../ui/index.ts";
import { cosigners } from "./api.ts";

export interface SignStepProps {
  readonly mustCosign: boolean;
  readonly isPending: boolean;
  readonly failure: ReactNode;
  readonly onBack: () => void;
  readonly onSign: (how: { readonly cosigner: string | null; readonly isWithheld: boolean }) => void;
}

/** What signing means, and who else is to sign; it cannot be undone, so it is asked. */
export function SignStep({ mustCosign, isPending, failure, onBack, onSign }: SignStepProps): ReactElement {
  const people = useQuery({ queryKey: ["cosigners"], queryFn: ({ signal }) => cosigners(signal) });
  const [cosigner, setCosigner] = useState<string | null>(null);
  const [isWithheld, setIsWithheld] = useState(false);
  const [isMissing, setIsMissing] = useState(false);

  function sign(): void {
    setIsMissing(mustCosign && cosigner === null);
    if (!mustCosign || cosigner !== null) onSign({ cosigner, isWithheld });
  }

  return (
    <div className="note-sign">
      <Banner tone="info" title={t("visit.signAsk")}>
        {t("visit.signHint")}
      </Banner>
      {failure}
      <ComboBox
        label={t("visit.cosigner")}
        optional={!mustCosign}
        error={isMissing ? t("visit.cosignerNeeded") : undefined}
        options={people.data ?? []}
        value={cosigner}
        onChange={setCosigner}
      />
      <Checkbox isSelected={isWithheld} onChange={setIsWithheld} hint={t("visit.withholdHint")}>
        {t("visit.withhold")}
      </Checkbox>
      <div className="row">
        <Button onPress={onBack}>{t("visit.signBack")}</Button>
        <Button kind="primary" icon={PenLine} onPress={sign} isPending={isPending} autoFocus>
          {t("visit.signOff")}
        </Button>
      </div>
    </div>
  );
}
