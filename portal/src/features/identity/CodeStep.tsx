import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { Banner, Button, CodeInput } from "../../ui/index.ts";
import { complaint, sitOut } from "./complaint.ts";
import { canPasskey } from "./passkeys.ts";
import { StepTitle } from "./StepTitle.tsx";
import type { Method, Stage } from "./stage.ts";
import { usePasskey } from "./usePasskey.ts";

interface CodeStepProps {
  readonly methods: readonly Method[];
  readonly onStage: (stage: Stage) => void;
  readonly onRecovery: () => void;
  readonly onRestart: () => void;
}

/** The second step: a code of the app, or what else the account has. */
export function CodeStep({ methods, onStage, onRecovery, onRestart }: CodeStepProps): ReactElement {
  const product = useEdition().data?.title ?? "";
  const hasApp = methods.includes("totp") || methods.length === 0;
  const hasPasskey = methods.includes("passkey") && canPasskey();
  const passkey = usePasskey(onStage);
  const lead = hasApp ? t("identity.totpLead", { product }) : t("identity.passkeyHint");
  return (
    <div className="stack">
      <StepTitle title={t("identity.secondTitle")} lead={lead} />
      {passkey.message && (
        <Banner tone="danger" role="alert">
          {passkey.message}
        </Banner>
      )}
      {hasApp && <CodeForm onStage={onStage} />}
      <div className="identity-ways">
        {hasPasskey && (
          <Button kind={hasApp ? "quiet" : "primary"} onPress={passkey.go} isPending={passkey.isPending}>
            {hasApp ? t("identity.useOtherPasskey") : t("identity.usePasskey")}
          </Button>
        )}
        {methods.includes("recovery-code") && (
          <Button kind="quiet" onPress={onRecovery}>
            {t("identity.useRecovery")}
          </Button>
        )}
        <Button kind="quiet" onPress={onRestart}>
          {t("identity.startOver")}
        </Button>
      </div>
    </div>
  );
}

function CodeForm({ onStage }: { onStage: (stage: Stage) => void }): ReactElement {
  const [code, setCode] = useState("");
  const verify = useMutation({
    ...sitOut,
    mutationFn: (written: string) => answer(api.POST("/api/session/totp", { body: { code: written } })),
    onSuccess: onStage,
    onError: () => setCode(""),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (code.length === 6) verify.mutate(code);
  }

  return (
    <form className="stack" onSubmit={submit}>
      <CodeInput
        label={t("identity.totpCode")}
        value={code}
        onChange={setCode}
        onComplete={(whole) => verify.mutate(whole)}
        autoFocus
        error={verify.isError && code === "" ? complaint(verify.error, "identity.codeRefused") : undefined}
      />
      <Button type="submit" kind="primary" size="large" wide isPending={verify.isPending}>
        {t("identity.verify")}
      </Button>
    </form>
  );
}
