import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, TextField } from "../../ui/index.ts";
import { complaint, sitOut } from "./complaint.ts";
import { StepTitle } from "./StepTitle.tsx";
import type { Stage } from "./stage.ts";

const SHORTEST = 6;

/** For who has lost the phone: one of the codes that were saved. */
export function RecoveryStep({
  onStage,
  onBack,
}: {
  onStage: (stage: Stage) => void;
  onBack: () => void;
}): ReactElement {
  const [code, setCode] = useState("");
  const verify = useMutation({
    ...sitOut,
    mutationFn: () => answer(api.POST("/api/session/recovery-code", { body: { code: code.trim() } })),
    onSuccess: onStage,
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (code.trim().length >= SHORTEST) verify.mutate();
  }

  return (
    <form className="stack" onSubmit={submit}>
      <StepTitle title={t("identity.recoveryTitle")} lead={t("identity.recoveryLead")} />
      <TextField
        label={t("identity.recoveryCode")}
        value={code}
        onChange={setCode}
        autoComplete="off"
        spellCheck="false"
        autoFocus
        error={verify.isError ? complaint(verify.error, "identity.recoveryRefused") : undefined}
      />
      <Button type="submit" kind="primary" size="large" wide isPending={verify.isPending}>
        {t("identity.verify")}
      </Button>
      <Button kind="quiet" onPress={onBack}>
        {t("identity.useApp")}
      </Button>
    </form>
  );
}
