import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, ErrorSummary, RadioGroup, TextField, toast } from "../../ui/index.ts";
import { PEOPLE_KEY, roleOptions, type StaffRole } from "./people.ts";

/** Inviting somebody by mail. */
export function InviteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactElement {
  return (
    <Dialog title={t("people.inviteTitle")} isOpen={isOpen} onClose={onClose}>
      <InviteForm onClose={onClose} />
    </Dialog>
  );
}

function InviteForm({ onClose }: { onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<StaffRole | null>(null);
  const invite = useMutation({
    mutationFn: (as: StaffRole) =>
      answer(api.POST("/api/people", { body: { name: name.trim(), email: email.trim(), role: as, patients: [] } })),
    onSuccess: () => {
      toast({ text: t("people.invited", { name: name.trim() }) });
      client.invalidateQueries({ queryKey: PEOPLE_KEY });
      onClose();
    },
  });
  const refused = invite.error instanceof Problem ? invite.error : null;
  const [seen, setSeen] = useState<Wrong>({});
  const mistakes = useMemo(() => Object.entries(seen).map(([field, message]) => ({ field, message })), [seen]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const wrong = wrongOf(name, email, role);
    setSeen(wrong);
    if (role && Object.keys(wrong).length === 0) invite.mutate(role);
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="muted">{t("people.inviteLead")}</p>
      <ErrorSummary mistakes={mistakes} />
      {refused && (
        <Banner tone="danger" role="alert">
          {refused.detail || t("people.changeFailed")}
        </Banner>
      )}
      <TextField id="name" label={t("people.name")} value={name} onChange={setName} maxLength={120} error={seen.name} />
      <TextField
        id="email"
        type="email"
        label={t("people.email")}
        value={email}
        onChange={setEmail}
        maxLength={254}
        error={seen.email}
      />
      <RadioGroup
        id="role"
        label={t("people.role")}
        options={roleOptions()}
        value={role}
        onChange={setRole}
        error={seen.role}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={invite.isPending}>
          {t("people.sendInvitation")}
        </Button>
      </div>
    </form>
  );
}

type Wrong = Partial<Record<"name" | "email" | "role", string>>;

function wrongOf(name: string, email: string, role: StaffRole | null): Wrong {
  return {
    ...(!name.trim() && { name: t("people.needName") }),
    ...(!/^\S+@\S+$/.test(email.trim()) && { email: t("people.needEmail") }),
    ...(!role && { role: t("people.needRole") }),
  };
}
