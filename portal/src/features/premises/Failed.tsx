import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { ErrorState } from "../../ui/index.ts";

/** A card's contents could not be read. */
export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const isKnown = error instanceof Problem || error instanceof FhirFault;
  return (
    <ErrorState title={t("premises.failed")} requestId={isKnown ? error.requestId : undefined} onRetry={onRetry}>
      {t("premises.failedHint")}
    </ErrorState>
  );
}
