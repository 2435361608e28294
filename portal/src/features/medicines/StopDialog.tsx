import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, toast } from "../../ui/index.ts";
import { type MedicineLine, useReasons, useStop } from "./api.ts";
import { isGiven, NO_REASON } from "./draft.ts";
import { ReasonFields } from "./ReasonFields.tsx";
import { idOf } from "./words.ts";

/** Stops a medicine, for a reason that stays with it. */
export function StopDialog({ line, onClose }: { line: MedicineLine; onClose: () => void }): ReactElement {
  const [reason, setReason] = useState(NO_REASON);
  const [isTried, setTried] = useState(false);
  const reasons = useReasons();
  const stop = useStop();
  const medicine = line.tallMan || line.name;

  async function act(): Promise<void> {
    setTried(true);
    if (!isGiven(reason)) return;
    await stop.mutateAsync({ id: idOf(line), body: reason });
    toast({ text: t("medicines.stopped", { medicine }) });
    onClose();
  }

  return (
    <Dialog
      title={t("medicines.stopTitle", { medicine })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="danger" onPress={() => void act().catch(() => undefined)} isPending={stop.isPending}>
            {t("medicines.stopAction", { medicine })}
          </Button>
        </>
      }
    >
      <p>{line.doseLine}</p>
      {stop.error && <Unsaved title={t("medicines.stopFailed")} problem={stop.error} />}
      <ReasonFields
        id="stop-reason"
        label={t("medicines.stopReason")}
        reasons={reasons.data?.stop ?? []}
        value={reason}
        onChange={setReason}
        {...(isTried && { error: t("medicines.mistakeReason") })}
      />
    </Dialog>
  );
}

/** That something was not saved, and why. */
export function Unsaved({ title, problem }: { title: string; problem: Error }): ReactElement {
  return (
    <Banner tone="danger" role="alert" title={title}>
      {problem instanceof Problem ? problem.detail || problem.message : problem.message}
    </Banner>
  );
}
