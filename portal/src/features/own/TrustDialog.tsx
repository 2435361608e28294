import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  DateField,
  Dialog,
  ErrorSummary,
  RadioGroup,
  Select,
  TextField,
  toast,
} from "../../ui/index.ts";
import { familyKey, type Invitation, missing, NOBODY, RELATIONSHIPS, type TrustRole } from "./trust.ts";

interface TrustProps {
  readonly patient: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Inviting somebody to a record. */
export function TrustDialog({ patient, isOpen, onClose }: TrustProps): ReactElement {
  return (
    <Dialog title={t("family.addTitle")} isOpen={isOpen} onClose={onClose}>
      <TrustForm patient={patient} onClose={onClose} />
    </Dialog>
  );
}

const roles: readonly TrustRole[] = ["proxy", "helper"];

function TrustForm({ patient, onClose }: Omit<TrustProps, "isOpen">): ReactElement {
  const client = useQueryClient();
  const draft = useDraft<Invitation>(`trust/Patient/${patient}`, NOBODY);
  const { value } = draft;
  const [tried, setTried] = useState(false);
  const invite = useMutation({
    mutationFn: (body: Schemas["TrustRequest"]) => answer(api.POST("/api/family", { body })),
    onSuccess: (_, { name }) => {
      draft.discard();
      toast({ text: t("family.sent", { name }) });
      void client.invalidateQueries({ queryKey: familyKey(patient) });
      onClose();
    },
  });
  const wrong = tried ? missing(value) : {};
  const mistakes = useMemo(
    () => Object.entries(tried ? missing(value) : {}).map(([field, message]) => ({ field, message })),
    [tried, value],
  );
  const put = <K extends keyof Invitation>(name: K, said: Invitation[K]): void =>
    draft.change((now) => ({ ...now, [name]: said }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    const { relationship, role } = value;
    if (!relationship || !role || Object.keys(missing(value)).length > 0) return;
    const [name, email] = [value.name.trim(), value.email.trim()];
    invite.mutate({ patient, name, email, relationship, role, until: value.until ?? "" });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <ErrorSummary mistakes={mistakes} />
      {invite.isError && (
        <Banner tone="danger" role="alert">
          {invite.error instanceof Problem && invite.error.detail ? invite.error.detail : t("own.saveFailed")}
        </Banner>
      )}
      <TextField
        id="name"
        label={t("family.name")}
        value={value.name}
        onChange={(name) => put("name", name)}
        maxLength={120}
        error={wrong.name}
      />
      <TextField
        id="email"
        type="email"
        label={t("family.email")}
        value={value.email}
        onChange={(email) => put("email", email)}
        maxLength={254}
        error={wrong.email}
      />
      <Select
        id="relationship"
        label={t("family.relationship")}
        options={RELATIONSHIPS.map((one) => ({ value: one, label: t(`family.relationship.${one}`) }))}
        value={value.relationship}
        onChange={(relationship) => put("relationship", relationship)}
        error={wrong.relationship}
        {...(value.relationship === "PRN" && { hint: t("family.minor") })}
      />
      <RadioGroup
        id="role"
        label={t("family.role")}
        options={roles.map((one) => ({
          value: one,
          label: t(`family.role.${one}`),
          hint: t(`family.role.${one}Hint`),
        }))}
        value={value.role}
        onChange={(role) => put("role", role)}
        error={wrong.role}
      />
      <DateField
        id="until"
        label={t("family.until")}
        hint={t("family.untilHint")}
        optional
        value={value.until}
        onChange={(until) => put("until", until)}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={invite.isPending}>
          {t("family.send")}
        </Button>
      </div>
    </form>
  );
}
