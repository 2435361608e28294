import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import { Banner, Button, Dialog, ErrorSummary, showDay, TextField, toast } from "../../ui/index.ts";
import { correctionsKey } from "./corrections.ts";

export interface CorrectionProps {
  readonly patient: string;
  /** What is wrong, as `Condition/17`, and what people call it. */
  readonly item: string;
  readonly what: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Saying that something in one's record is wrong. */
export function CorrectionDialog(props: CorrectionProps): ReactElement {
  return (
    <Dialog title={t("corrections.ask")} isOpen={props.isOpen} onClose={props.onClose}>
      <CorrectionForm {...props} />
    </Dialog>
  );
}

const EMPTY = { wrong: "", right: "" };

function CorrectionForm({ patient, item, what, onClose }: CorrectionProps): ReactElement {
  const client = useQueryClient();
  const draft = useDraft(`correction/${item}`, EMPTY);
  const { wrong, right } = draft.value;
  const [tried, setTried] = useState(false);
  const ask = useMutation({
    mutationFn: () => answer(api.POST("/api/amendments", { body: { patient, item, wrong, right } })),
    onSuccess: ({ due }) => {
      draft.discard();
      toast({ text: t("corrections.sent", { day: showDay(due.slice(0, 10)) }) });
      void client.invalidateQueries({ queryKey: correctionsKey(patient) });
      onClose();
    },
  });
  const mistakes = useMemo(
    () =>
      tried
        ? [
            ...(wrong.trim() ? [] : [{ field: "wrong", message: t("corrections.needWrong") }]),
            ...(right.trim() ? [] : [{ field: "right", message: t("corrections.needRight") }]),
          ]
        : [],
    [tried, wrong, right],
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (wrong.trim() && right.trim()) ask.mutate();
  }

  const field = (name: keyof typeof EMPTY) => ({
    id: name,
    label: t(`corrections.${name}`),
    rows: 4,
    maxLength: 5000,
    value: draft.value[name],
    onChange: (text: string) => draft.change((now) => ({ ...now, [name]: text })),
    error: mistakes.find((one) => one.field === name)?.message,
  });

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="strong">{t("corrections.about", { what })}</p>
      <ErrorSummary mistakes={mistakes} />
      {ask.isError && (
        <Banner tone="danger" role="alert">
          {ask.error instanceof Problem && ask.error.detail ? ask.error.detail : t("own.saveFailed")}
        </Banner>
      )}
      <TextField {...field("wrong")} />
      <TextField {...field("right")} hint={t("corrections.rightHint")} />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={ask.isPending}>
          {t("corrections.send")}
        </Button>
      </div>
    </form>
  );
}
