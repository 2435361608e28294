import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import { Banner, Button, Card, ErrorSummary, TextField, toast } from "../../ui/index.ts";
import { type ContactFields, changeOf, complaints, fieldsOf, type Profile } from "./profile.ts";
import { useProfileChange } from "./useProfileChange.ts";

/** Telephone, mail and address. */
export function ContactCard({ patient, profile }: { patient: string; profile: Profile }): ReactElement {
  const start = useMemo(() => fieldsOf(profile), [profile]);
  const draft = useDraft<ContactFields>(`contact/Patient/${patient}`, start);
  const save = useProfileChange(patient);
  const [tried, setTried] = useState(false);
  const wrong = tried ? complaints(draft.value) : {};
  const mistakes = useMemo(
    () => Object.entries(tried ? complaints(draft.value) : {}).map(([field, message]) => ({ field, message })),
    [tried, draft.value],
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(complaints(draft.value)).length > 0) return;
    save.mutate(changeOf(profile, draft.value), {
      onSuccess: () => {
        draft.discard();
        setTried(false);
        toast({ text: t("own.saved") });
      },
    });
  }

  const field = (name: keyof ContactFields) => ({
    id: name,
    label: t(`own.${name}`),
    value: draft.value[name],
    onChange: (value: string) => draft.change((now) => ({ ...now, [name]: value })),
    error: wrong[name],
  });

  return (
    <Card title={t("own.contact")}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted">{t("own.contactLead")}</p>
        <ErrorSummary mistakes={mistakes} />
        {save.isError && (
          <Banner tone="danger" role="alert" title={t("own.saveFailed")}>
            {save.error instanceof Problem && save.error.detail}
          </Banner>
        )}
        <TextField {...field("phone")} type="tel" autoComplete="tel" hint={t("own.phoneHint")} maxLength={40} />
        <TextField {...field("email")} type="email" autoComplete="email" maxLength={254} />
        <TextField {...field("line")} autoComplete="address-line1" maxLength={200} />
        <TextField {...field("line2")} autoComplete="address-line2" maxLength={200} optional />
        <TextField {...field("city")} autoComplete="address-level2" maxLength={120} />
        <div className="row">
          <TextField {...field("state")} autoComplete="address-level1" maxLength={60} />
          <TextField {...field("postalCode")} autoComplete="postal-code" maxLength={20} />
        </div>
        <div className="row">
          <Button type="submit" kind="primary" isPending={save.isPending}>
            {t("own.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
