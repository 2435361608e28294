import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { NewPassword } from "./NewPassword.tsx";
import { StepTitle } from "./StepTitle.tsx";
import type { Stage } from "./stage.ts";

interface OwnPasswordStepProps {
  readonly onStage: (stage: Stage) => void;
  readonly onRestart: () => void;
}

/** The password was right, and somebody else had chosen it: a new one, before anything else. */
export function OwnPasswordStep({ onStage, onRestart }: OwnPasswordStepProps): ReactElement {
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const set = useMutation({
    mutationFn: () => answer(api.POST("/api/session/password", { body: { password } })),
    onSuccess: onStage,
  });
  const refusal = set.error instanceof Problem ? set.error.places.password : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (password) set.mutate();
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <StepTitle title={t("identity.renewTitle")} lead={t("identity.renewLead")} />
      {set.isError && !refusal && (
        <Banner tone="danger" role="alert">
          {complaint(set.error, "identity.failed")}
        </Banner>
      )}
      <NewPassword
        label={t("identity.newPassword")}
        value={password}
        onChange={setPassword}
        tried={tried}
        refusal={refusal}
      />
      <Button type="submit" kind="primary" size="large" wide isPending={set.isPending}>
        {t("identity.setPassword")}
      </Button>
      <div className="identity-ways">
        <Button kind="quiet" onPress={onRestart}>
          {t("identity.startOver")}
        </Button>
      </div>
    </form>
  );
}
