import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, RadioGroup, TextField } from "../../ui/index.ts";
import { kindOf } from "./kinds.ts";
import { type Alarm, useSettle, type Verdict } from "./log.ts";

const VERDICTS = ["explained", "false-alarm", "incident"] as const satisfies readonly Verdict[];

/** Says what is concluded of an alarm, and why: without a note nothing is concluded. */
export function SettleDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }): ReactElement {
  const [verdict, setVerdict] = useState<Verdict | null>((alarm.settled?.verdict as Verdict | undefined) ?? null);
  const [note, setNote] = useState(alarm.settled?.note ?? "");
  const [isTried, setTried] = useState(false);
  const settle = useSettle(alarm.entry.seq, onClose);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (verdict && note.trim()) settle.mutate({ verdict, note: note.trim() });
  }

  return (
    <Dialog title={kindOf(alarm.entry.action)} isOpen onClose={onClose}>
      <p>{t("oversight.settleLead")}</p>
      <form className="stack" onSubmit={submit}>
        {settle.isError && (
          <Banner tone="danger" role="alert">
            {t("oversight.settleFailed")}
          </Banner>
        )}
        <RadioGroup
          label={t("oversight.verdict")}
          value={verdict}
          onChange={setVerdict}
          options={VERDICTS.map((one) => ({
            value: one,
            label: t(`oversight.verdict.${one}`),
            hint: t(`oversight.verdictHint.${one}`),
          }))}
          {...(isTried && !verdict && { error: t("oversight.verdictMissing") })}
        />
        <TextField
          label={t("oversight.note")}
          rows={4}
          maxLength={2000}
          value={note}
          onChange={setNote}
          {...(isTried && !note.trim() && { error: t("oversight.noteMissing") })}
        />
        <div className="row">
          <Button type="submit" kind="primary" isPending={settle.isPending}>
            {t("oversight.settle")}
          </Button>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
