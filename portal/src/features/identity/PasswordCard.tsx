import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, Dialog, PasswordField, toast } from "../../ui/index.ts";
import { complaint, sitOut } from "./complaint.ts";
import { NewPassword } from "./NewPassword.tsx";

interface PasswordCardProps {
  readonly security: Schemas["Security"];
  readonly onChange: () => void;
}

/** The password, and changing it. */
export function PasswordCard({ security, onChange }: PasswordCardProps): ReactElement {
  const [changing, setChanging] = useState(false);

  function changed(): void {
    setChanging(false);
    toast({ text: t("security.passwordChanged") });
    onChange();
  }

  return (
    <Card title={t("security.password")}>
      <div className="security-line">
        <p className="grow muted">{t(security.password ? "security.passwordLead" : "security.passwordNone")}</p>
        {security.password && (
          <Button size="small" onPress={() => setChanging(true)}>
            {t("security.changePassword")}
          </Button>
        )}
      </div>
      <Dialog title={t("security.changePassword")} isOpen={changing} onClose={() => setChanging(false)}>
        <PasswordForm minimum={security.minimumLength} onDone={changed} onCancel={() => setChanging(false)} />
      </Dialog>
    </Card>
  );
}

interface PasswordFormProps {
  readonly minimum: number;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function PasswordForm({ minimum, onDone, onCancel }: PasswordFormProps): ReactElement {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const change = useMutation({
    ...sitOut,
    mutationFn: () => answer(api.POST("/api/account/password", { body: { current, new: next } })),
    onSuccess: onDone,
  });
  const problem = change.error instanceof Problem ? change.error : null;
  const refusal = problem?.places.new;
  const isCurrentWrong = problem !== null && refusal === undefined && [400, 401, 403, 422].includes(problem.status);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (current && [...next].length >= minimum) change.mutate();
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {problem && !refusal && !isCurrentWrong && (
        <Banner tone="danger" role="alert">
          {complaint(problem, "identity.failed")}
        </Banner>
      )}
      <PasswordField
        label={t("identity.currentPassword")}
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        autoFocus
        error={tried && !current ? t("identity.needPassword") : isCurrentWrong ? t("security.currentWrong") : undefined}
      />
      <NewPassword
        label={t("identity.newPassword")}
        value={next}
        onChange={setNext}
        minimum={minimum}
        tried={tried}
        refusal={refusal}
      />
      <div className="dialog-foot">
        <Button onPress={onCancel}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={change.isPending}>
          {t("security.changePassword")}
        </Button>
      </div>
    </form>
  );
}
