import { type ReactElement, useState } from "react";
import type { Scope } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { Button, Dialog, RadioGroup } from "../../ui/index.ts";

/** Which of a series is meant. */
export function ScopeChoice({ value, onChange }: { value: Scope; onChange: (scope: Scope) => void }): ReactElement {
  return (
    <RadioGroup
      label={t("calendar.scope")}
      value={value}
      onChange={onChange}
      options={[
        { value: "this", label: t("calendar.scopeThis") },
        { value: "following", label: t("calendar.scopeFollowing") },
      ]}
    />
  );
}

/** Asked after an appointment of a series was dropped elsewhere. */
export function SeriesDialog({
  isOpen,
  onChoose,
  onClose,
}: {
  isOpen: boolean;
  onChoose: (scope: Scope) => void;
  onClose: () => void;
}): ReactElement {
  const [scope, setScope] = useState<Scope>("this");
  return (
    <Dialog
      title={t("calendar.seriesTitle")}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => onChoose(scope)}>
            {t("calendar.move")}
          </Button>
        </>
      }
    >
      <ScopeChoice value={scope} onChange={setScope} />
    </Dialog>
  );
}
