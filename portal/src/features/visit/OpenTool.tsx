import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { RadioGroup, TextField } from "../../ui/index.ts";
import { openVisit, type Way } from "./api.ts";
import { RecordTool } from "./RecordTool.tsx";

export interface OpenToolProps {
  readonly patientId: string;
  readonly onClose: () => void;
  readonly onOpened: (encounterId: string) => void;
}

/** A visit of somebody who came, or called, without an appointment. */
export function OpenTool({ patientId, onClose, onOpened }: OpenToolProps): ReactElement {
  const [reason, setReason] = useState("");
  const [way, setWay] = useState<Way>("visit");
  return (
    <RecordTool
      title={t("visit.startNew")}
      done={t("visit.started")}
      mistakes={[]}
      check={() => true}
      save={async () => onOpened(await openVisit({ patient: patientId, reason: reason.trim(), way }))}
      onClose={onClose}
      onSaved={() => undefined}
    >
      <TextField label={t("visit.reason")} optional value={reason} onChange={setReason} />
      <RadioGroup<Way>
        label={t("visit.way")}
        value={way}
        onChange={setWay}
        options={[
          { value: "visit", label: t("visit.way.visit") },
          { value: "video", label: t("visit.way.video") },
          { value: "phone", label: t("visit.way.phone") },
        ]}
      />
    </RecordTool>
  );
}
