import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, RadioGroup, RequestId, TextField, toast } from "../../ui/index.ts";
import { type ResultLine, type SignOff, usePolicy, useSign } from "./api.ts";

type Release = NonNullable<SignOff["release"]>;

/** That one has looked at a result: what is said about it, and when its patient sees it. */
export function SignDialog({ result, onClose }: { result: ResultLine; onClose: () => void }): ReactElement {
  const [comment, setComment] = useState("");
  const [release, setRelease] = useState<Release>("now");
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const sign = useSign();
  const hours = usePolicy().data?.hours ?? 0;
  const isMissing = release === "hold" && reason.trim().length < 3;

  async function act(): Promise<void> {
    setTried(true);
    if (isMissing) return;
    await sign.mutateAsync({
      report: result.report,
      body: {
        comment: comment.trim(),
        release,
        reason: release === "hold" ? reason.trim() : null,
        version: result.version,
      },
    });
    toast({ text: t("results.signedToast", { name: result.name }), tone: "success" });
    onClose();
  }

  return (
    <Dialog
      title={t("results.signTitle", { name: result.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => void act().catch(() => undefined)} isPending={sign.isPending}>
            {t("results.signAction")}
          </Button>
        </>
      }
    >
      {result.patient && <p className="strong">{result.patient.name}</p>}
      {sign.error && <Unsigned problem={sign.error} />}
      <TextField
        label={t("results.signComment")}
        optional
        rows={4}
        value={comment}
        onChange={setComment}
        maxLength={2000}
      />
      <RadioGroup<Release>
        label={t("results.release")}
        options={[
          { value: "now", label: t("results.releaseNow"), hint: t("results.releaseNowHint") },
          {
            value: "delay",
            label: hours > 0 ? t("results.releaseDelayHours", { count: hours }) : t("results.releaseDelay"),
            hint: t("results.releaseDelayHint"),
          },
          { value: "hold", label: t("results.releaseHold"), hint: t("results.releaseHoldHint") },
        ]}
        value={release}
        onChange={setRelease}
      />
      {release === "hold" && (
        <TextField
          label={t("results.holdReason")}
          value={reason}
          onChange={setReason}
          error={isTried && isMissing ? t("results.mistakeHold") : undefined}
          maxLength={500}
        />
      )}
    </Dialog>
  );
}

function Unsigned({ problem }: { problem: Error }): ReactElement {
  const said = problem instanceof Problem ? problem : undefined;
  const isChanged = said?.status === 412 || said?.status === 409;
  return (
    <Banner tone="danger" role="alert" title={t("results.signFailed")}>
      <p>{isChanged ? t("results.signChanged") : said?.detail || problem.message}</p>
      {said?.requestId && <RequestId id={said.requestId} />}
    </Banner>
  );
}
