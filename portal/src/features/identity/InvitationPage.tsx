import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { SESSION_KEY } from "../../session/index.ts";
import { Banner, Button, ErrorState, PasswordField, Skeleton, TextField } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { Frame } from "./Frame.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { NewPassword } from "./NewPassword.tsx";
import { SignInFlow } from "./SignInFlow.tsx";
import { StepTitle } from "./StepTitle.tsx";
import { useSecret } from "./secret.ts";
import type { Stage } from "./stage.ts";

/** Where the link of an invitation leads: a name and a password, then the second step. */
export function InvitationPage(): ReactElement {
  const token = useSecret();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [accepted, setAccepted] = useState<Stage | null>(null);
  const invitation = useQuery({
    queryKey: ["invitation"],
    queryFn: () => answer(api.GET("/api/invitations/{token}", { params: { path: { token } } })),
    enabled: token !== "",
    retry: false,
    gcTime: 0,
  });

  async function enter(): Promise<void> {
    await client.invalidateQueries({ queryKey: SESSION_KEY });
    await navigate("/");
  }

  return (
    <Frame page={t("identity.accept")} languages={!accepted && <LanguageChoice secret={token} />}>
      {accepted ? (
        <SignInFlow start={accepted} onDone={enter} />
      ) : invitation.data ? (
        <Acceptance
          token={token}
          invitation={invitation.data}
          onStage={(stage) => (stage.step === "done" ? enter() : setAccepted(stage))}
        />
      ) : token === "" || invitation.isError ? (
        <BadLink problem={invitation.error} onRetry={() => invitation.refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
    </Frame>
  );
}

function BadLink({ problem, onRetry }: { problem: Error | null; onRetry: () => void }): ReactElement {
  if (problem instanceof Problem && problem.isOffline)
    return <ErrorState title={t("identity.unreachable")} onRetry={onRetry} requestId={problem.requestId} />;
  return <StepTitle title={t("identity.linkBad")} lead={t("identity.invitationBadLead")} />;
}

interface AcceptanceProps {
  readonly token: string;
  readonly invitation: Schemas["Invitation"];
  readonly onStage: (stage: Stage) => void;
}

function Acceptance({ token, invitation, onStage }: AcceptanceProps): ReactElement {
  const { known, minimumLength, organisation, role, email } = invitation;
  const [name, setName] = useState(invitation.name);
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const accept = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/invitations/{token}", { params: { path: { token } }, body: { name: name.trim(), password } }),
      ),
    onSuccess: onStage,
  });
  const refusal = accept.error instanceof Problem ? accept.error.places.password : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (name.trim() && (known ? password : [...password].length >= minimumLength)) accept.mutate();
  }

  const lead = known ? "identity.invitationKnownLead" : "identity.invitationLead";
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <StepTitle
        title={t("identity.invitationTitle", { organisation: organisation.name })}
        lead={t(lead, { role: t(`role.${role}`), email })}
        isFirst
      />
      {accept.isError && !refusal && (
        <Banner tone="danger" role="alert">
          {complaint(accept.error, known ? "security.currentWrong" : "identity.failed")}
        </Banner>
      )}
      {!known && (
        <TextField
          label={t("identity.name")}
          autoComplete="name"
          value={name}
          onChange={setName}
          error={tried && !name.trim() ? t("identity.needName") : undefined}
        />
      )}
      {known ? (
        <PasswordField
          label={t("identity.currentPassword")}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={tried && !password ? t("identity.needPassword") : undefined}
        />
      ) : (
        <NewPassword
          label={t("identity.password")}
          value={password}
          onChange={setPassword}
          minimum={minimumLength}
          tried={tried}
          refusal={refusal}
        />
      )}
      <Button type="submit" kind="primary" size="large" wide isPending={accept.isPending}>
        {t("identity.accept")}
      </Button>
    </form>
  );
}
