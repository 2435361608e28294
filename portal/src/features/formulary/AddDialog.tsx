import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, Select, TextField, toast } from "../../ui/index.ts";
import { BLANK, type Fields, FORMS, isPacked, medicineOf, refusalOf, useAdding } from "./formulary.ts";

interface AddDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** A medicine that the starter formulary lacks; it says how far it can be checked. */
export function AddDialog({ isOpen, onClose }: AddDialogProps): ReactElement {
  return (
    <Dialog title={t("formulary.add")} isOpen={isOpen} onClose={onClose}>
      <AddForm onClose={onClose} />
    </Dialog>
  );
}

function AddForm({ onClose }: Pick<AddDialogProps, "onClose">): ReactElement {
  const [fields, setFields] = useState<Fields>(BLANK);
  const [tried, setTried] = useState(false);
  const add = useAdding();
  const { medicine, wrong } = medicineOf(fields);
  const put = (change: Partial<Fields>): void => setFields((now) => ({ ...now, ...change }));
  const errorOf = (name: (typeof wrong)[number]): string | undefined =>
    tried && wrong.includes(name) ? t(`formulary.need.${name}`) : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0) return;
    add.mutate(medicine, {
      onSuccess: ({ name }) => {
        toast({ text: t("formulary.added", { name }) });
        onClose();
      },
    });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {add.isError && (
        <Banner tone="danger" role="alert">
          {refusalOf(add.error)}
        </Banner>
      )}
      <Banner tone="warning" title={t("formulary.uncheckable")}>
        {t("formulary.uncheckableHint")}
      </Banner>
      <TextField
        label={t("formulary.name")}
        hint={t("formulary.nameHint")}
        value={fields.name}
        onChange={(name) => put({ name })}
        maxLength={120}
        autoFocus
        error={errorOf("name")}
      />
      <Select
        label={t("formulary.form")}
        options={FORMS.map((form) => ({ value: form, label: t(`formulary.form.${form}`) }))}
        value={fields.form}
        onChange={(form) => put({ form })}
      />
      <TextField
        label={t("formulary.strength")}
        hint={t("formulary.strengthHint")}
        optional
        value={fields.strength}
        onChange={(strength) => put({ strength })}
        maxLength={60}
      />
      <TextField
        label={t("formulary.substances")}
        hint={t("formulary.substancesHint")}
        value={fields.ingredients}
        onChange={(ingredients) => put({ ingredients })}
        maxLength={400}
        error={errorOf("ingredients")}
      />
      {isPacked(fields.form) && (
        <TextField
          label={t("formulary.pack")}
          inputMode="numeric"
          value={fields.pack}
          onChange={(pack) => put({ pack })}
          maxLength={5}
          error={errorOf("pack")}
        />
      )}
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={add.isPending}>
          {t("formulary.add")}
        </Button>
      </div>
    </form>
  );
}
