import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Card, Checkbox, Skeleton, toast } from "../../ui/index.ts";
import { complain } from "./complain.ts";
import { Failed } from "./Failed.tsx";
import { useKeepVideoPolicy, useVideoPolicy } from "./rules.ts";

/** Whether video visits may be recorded at all: a switch, which holds at once. */
export function RecordingCard(): ReactElement {
  const found = useVideoPolicy();
  return (
    <Card title={t("premises.recording")} note={t("premises.recordingLead")}>
      {found.data ? (
        <RecordingSwitch isOn={found.data.recording} />
      ) : found.isError ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
    </Card>
  );
}

function RecordingSwitch({ isOn }: { isOn: boolean }): ReactElement {
  const keep = useKeepVideoPolicy();

  function turn(on: boolean): void {
    keep.mutateAsync(on).then(
      () => toast({ text: t(on ? "premises.recordingOn" : "premises.recordingOff") }),
      (error) => toast({ tone: "danger", text: complain(error) }),
    );
  }

  return (
    <div className="stack premises-form">
      <Checkbox isSelected={isOn} onChange={turn} isDisabled={keep.isPending} hint={t("premises.recordingAllowHint")}>
        {t("premises.recordingAllow")}
      </Checkbox>
      <p className="muted">{t("premises.recordingOffHint")}</p>
    </div>
  );
}
