import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Card, PageHead } from "../../ui/index.ts";
import { EmergencyForm } from "./Form.tsx";

/** Emergency access to a record of which nothing is in sight. */
export function EmergencyPage(): ReactElement {
  return (
    <div className="page emergency-page">
      <PageHead title={t("emergency.title")} lead={t("emergency.lead")} />
      <Card>
        <EmergencyForm />
      </Card>
    </div>
  );
}
