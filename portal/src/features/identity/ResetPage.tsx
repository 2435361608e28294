import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ButtonLink } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { Frame } from "./Frame.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { NewPassword } from "./NewPassword.tsx";
import { StepTitle } from "./StepTitle.tsx";
import { useSecret } from "./secret.ts";

/** Where the link of a forgotten-password mail leads. */
export function ResetPage(): ReactElement {
  const token = useSecret();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const set = useMutation({
    mutationFn: () => answer(api.POST("/api/recovery/confirm", { body: { token, password } })),
  });
  const refusal = set.error instanceof Problem ? set.error.places.password : undefined;
  const isDead =
    !token || (set.error instanceof Problem && !refusal && [400, 401, 403, 404, 410, 422].includes(set.error.status));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (password) set.mutate();
  }

  if (set.isSuccess)
    return (
      <Ending
        title={t("identity.resetDone")}
        lead={t("identity.resetDoneLead")}
        href="/sign-in"
        action={t("identity.signIn")}
      />
    );
  if (isDead)
    return (
      <Ending
        title={t("identity.linkBad")}
        lead={t("identity.resetLinkBadLead")}
        href="/forgotten-password"
        action={t("identity.askAgain")}
      />
    );
  return (
    <Frame page={t("identity.resetTitle")} languages={<LanguageChoice secret={token} />}>
      <form className="stack" onSubmit={submit}>
        <StepTitle title={t("identity.resetTitle")} isFirst />
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
      </form>
    </Frame>
  );
}

interface EndingProps {
  readonly title: string;
  readonly lead: string;
  readonly href: string;
  readonly action: string;
}

function Ending({ title, lead, href, action }: EndingProps): ReactElement {
  return (
    <Frame page={title}>
      <div className="stack">
        <StepTitle title={title} lead={lead} />
        <ButtonLink kind="primary" size="large" wide href={href}>
          {action}
        </ButtonLink>
      </div>
    </Frame>
  );
}
