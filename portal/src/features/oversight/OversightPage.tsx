import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { PageHead } from "../../ui/index.ts";

/** The audit log of the organisation, as its security officers look through it. */
export function OversightPage(): ReactElement {
  return (
    <div className="page">
      <PageHead title={t("oversight.title")} lead={t("oversight.lead")} />
    </div>
  );
}
