import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { Link } from "react-aria-components";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, PasswordField, TextField } from "../../ui/index.ts";
import { complaint, sitOut } from "./complaint.ts";
import { useMayPasskey } from "./passkeys.ts";
import { StepTitle } from "./StepTitle.tsx";
import type { Stage } from "./stage.ts";
import { usePasskey } from "./usePasskey.ts";

interface PasswordStepProps {
  readonly email: string;
  readonly isEmailFixed: boolean;
  readonly onEmail: (email: string) => void;
  readonly onStage: (stage: Stage) => void;
}

/** Who you are: a passkey, or e-mail and password. */
export function PasswordStep({ email, isEmailFixed, onEmail, onStage }: PasswordStepProps): ReactElement {
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const signIn = useMutation({
    ...sitOut,
    mutationFn: () => answer(api.POST("/api/session", { body: { email: email.trim(), password } })),
    onSuccess: onStage,
  });
  const passkey = usePasskey(onStage);
  const mayPasskey = useMayPasskey();
  const failure = signIn.isError ? complaint(signIn.error, "identity.refused") : passkey.message;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (email.trim() && password) signIn.mutate();
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {!isEmailFixed && <StepTitle title={t("identity.signIn")} isFirst />}
      {failure && !signIn.isPending && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      {mayPasskey && (
        <>
          <Button
            kind={isEmailFixed ? "secondary" : "primary"}
            size="large"
            wide
            icon={KeyRound}
            isPending={passkey.isPending}
            onPress={passkey.go}
          >
            {t("identity.usePasskey")}
          </Button>
          <p className="identity-or">
            <span>{t("identity.or")}</span>
          </p>
        </>
      )}
      {!isEmailFixed && (
        <TextField
          label={t("identity.email")}
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={onEmail}
          error={tried && !email.trim() ? t("identity.needEmail") : undefined}
        />
      )}
      <PasswordField
        label={t("identity.password")}
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus={isEmailFixed}
        error={tried && !password ? t("identity.needPassword") : undefined}
      />
      <Button
        type="submit"
        kind={mayPasskey && !isEmailFixed ? "secondary" : "primary"}
        size="large"
        wide
        isPending={signIn.isPending}
      >
        {t("identity.signIn")}
      </Button>
      {!isEmailFixed && (
        <p className="identity-foot">
          <Link href="/forgotten-password">{t("identity.forgot")}</Link>
        </p>
      )}
    </form>
  );
}
