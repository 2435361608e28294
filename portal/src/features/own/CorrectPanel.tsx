import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import { Banner, Button, ErrorSummary, Select, showDay, TextField, toast, Workspace } from "../../ui/index.ts";
import { correctionsKey } from "./corrections.ts";

export interface CorrectProps {
  readonly patient: string;
  /** What of the record can be spoken of, by reference, newest first. */
  readonly items: readonly { readonly key: string; readonly title: string; readonly when: string }[];
  readonly onClose: () => void;
}

interface Written {
  readonly item: string;
  readonly wrong: string;
  readonly right: string;
}

const EMPTY: Written = { item: "", wrong: "", right: "" };

/** Saying that something in one's record is wrong (45 CFR 164.526). */
export function CorrectPanel({ patient, items, onClose }: CorrectProps): ReactElement {
  const client = useQueryClient();
  const draft = useDraft<Written>(`correction/Patient/${patient}`, EMPTY);
  const { item, wrong, right } = draft.value;
  const [tried, setTried] = useState(false);
  const mistakes = useMemo(() => (tried ? missing({ item, wrong, right }) : []), [tried, item, wrong, right]);
  const ask = useMutation({
    mutationFn: () => answer(api.POST("/api/amendments", { body: { patient, item, wrong, right } })),
    onSuccess: ({ due }) => {
      draft.discard();
      toast({ text: t("corrections.sent", { day: showDay(due.slice(0, 10)) }) });
      void client.invalidateQueries({ queryKey: correctionsKey(patient) });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (missing(draft.value).length === 0) ask.mutate();
  }

  const field = (name: keyof Written) => ({
    id: name,
    label: t(`corrections.${name}`),
    value: draft.value[name],
    onChange: (text: string) => draft.change((now) => ({ ...now, [name]: text })),
    error: mistakes.find((one) => one.field === name)?.message,
  });

  return (
    <Workspace title={t("corrections.ask")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <ErrorSummary mistakes={mistakes} />
        {ask.isError && (
          <Banner tone="danger" role="alert">
            {ask.error instanceof Problem && ask.error.detail ? ask.error.detail : t("own.saveFailed")}
          </Banner>
        )}
        <Select
          {...field("item")}
          value={item || null}
          options={items.map(({ key, title, when }) => ({
            value: key,
            label: [title, when && showDay(when.slice(0, 10))].filter(Boolean).join(", "),
          }))}
        />
        <TextField {...field("wrong")} rows={4} maxLength={5000} />
        <TextField {...field("right")} rows={4} maxLength={5000} hint={t("corrections.rightHint")} />
        <div className="row">
          <Button type="submit" kind="primary" isPending={ask.isPending}>
            {t("corrections.send")}
          </Button>
        </div>
      </form>
    </Workspace>
  );
}

function missing({ item, wrong, right }: Written): { field: keyof Written; message: string }[] {
  return [
    ...(item ? [] : [{ field: "item" as const, message: t("corrections.needItem") }]),
    ...(wrong.trim() ? [] : [{ field: "wrong" as const, message: t("corrections.needWrong") }]),
    ...(right.trim() ? [] : [{ field: "right" as const, message: t("corrections.needRight") }]),
  ];
}
