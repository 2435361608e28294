import { Lock } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { EmptyState, ErrorState } from "../../ui/index.ts";

/** What stands in place of a part that cannot be shown: refused by role, or failed. Never an empty list. */
function PartRefused({ fault, onRetry }: { fault: FhirFault; onRetry?: () => void }): ReactElement {
  if (fault.status === 403)
    return (
      <EmptyState icon={Lock} title={t("chart.notYourRole")}>
        {t("chart.notYourRoleHint")}
      </EmptyState>
    );
  return (
    <ErrorState title={t("chart.partFailed")} requestId={fault.requestId} {...(onRetry && { onRetry })}>
      {t("chart.partFailedHint")}
    </ErrorState>
  );
}

/** A part's content, or why there is none. */
export function Part({ fault, children }: { fault: FhirFault | undefined; children: ReactNode }): ReactNode {
  return fault ? <PartRefused fault={fault} /> : children;
}
