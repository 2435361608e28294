import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Workspace } from "../../ui/index.ts";
import { EmergencyForm } from "./Form.tsx";

/** Emergency access to the rest of a chart of which some is in sight. */
export function EmergencyTool({ patient, onClose }: { patient: string; onClose: () => void }): ReactElement {
  return (
    <Workspace title={t("emergency.title")} onClose={onClose}>
      <EmergencyForm patient={patient} onOpened={onClose} />
    </Workspace>
  );
}
