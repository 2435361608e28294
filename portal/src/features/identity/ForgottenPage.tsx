import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ButtonLink, TextField } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { Frame } from "./Frame.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { StepTitle } from "./StepTitle.tsx";

export function ForgottenPage(): ReactElement {
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const ask = useMutation({ mutationFn: () => answer(api.POST("/api/recovery", { body: { email: email.trim() } })) });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (email.includes("@")) ask.mutate();
  }

  return (
    <Frame page={t("identity.forgotTitle")} languages={!ask.isSuccess && <LanguageChoice />}>
      {ask.isSuccess ? (
        <div className="stack">
          <StepTitle title={t("identity.linkSent")} lead={t("identity.linkSentLead", { email: email.trim() })} />
          <ButtonLink href="/sign-in" size="large" wide>
            {t("identity.backToSignIn")}
          </ButtonLink>
        </div>
      ) : (
        <form className="stack" onSubmit={submit} noValidate>
          <StepTitle title={t("identity.forgotTitle")} lead={t("identity.forgotLead")} isFirst />
          {ask.isError && (
            <Banner tone="danger" role="alert">
              {complaint(ask.error, "identity.needEmail")}
            </Banner>
          )}
          <TextField
            label={t("identity.email")}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            error={tried && !email.includes("@") ? t("identity.needEmail") : undefined}
          />
          <Button type="submit" kind="primary" size="large" wide isPending={ask.isPending}>
            {t("identity.sendLink")}
          </Button>
          <ButtonLink href="/sign-in" kind="quiet">
            {t("identity.backToSignIn")}
          </ButtonLink>
        </form>
      )}
    </Frame>
  );
}
