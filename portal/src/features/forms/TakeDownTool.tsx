import { useMutation, useQuery } from "@tanstack/react-query";
import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { type ReactElement, useMemo, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import { Banner, Button, ErrorState, ErrorSummary, Skeleton, toast, Workspace } from "../../ui/index.ts";
import { readForm, takeDown } from "./api.ts";
import { linesOf, progressOf, scoreOf, sendable, type Wrong, wrongs } from "./evaluate.ts";
import { Lines } from "./Lines.tsx";
import { wrongText } from "./words.ts";

export interface TakeDownToolProps {
  readonly patientId: string;
  readonly encounterId: string | undefined;
  readonly form: string;
  readonly onClose: () => void;
  /** It was handed in; the response's id. */
  readonly onDone: (response: string) => void;
}

/** A form filled in by staff with the patient: all questions at once. */
export function TakeDownTool({ form, onClose, ...rest }: TakeDownToolProps): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: ["form", form],
    queryFn: ({ signal }) => readForm(form, signal),
  });
  if (data) return <TakeDown form={data.form} id={form} onClose={onClose} {...rest} />;
  return (
    <Workspace title={t("forms.fillHere")} onClose={onClose}>
      {error ? <ErrorState title={t("forms.failed")} onRetry={() => void refetch()} /> : <Skeleton lines={6} />}
    </Workspace>
  );
}

const NO_ANSWERS: QuestionnaireResponseItem[] = [];

type TakeDownProps = Omit<TakeDownToolProps, "form"> & { readonly form: Questionnaire; readonly id: string };

function TakeDown({ form, id, patientId, encounterId, onClose, onDone }: TakeDownProps): ReactElement {
  const draft = useDraft(`taking-down/${id}/Patient/${patientId}`, NO_ANSWERS);
  const [wrong, setWrong] = useState<readonly Wrong[]>([]);
  const lines = useMemo(() => linesOf(form, draft.value), [form, draft.value]);
  const { done, all } = progressOf(lines);
  const score = scoreOf(lines);
  const sending = useMutation({
    mutationFn: () => takeDown({ patientId, form: id, encounterId, items: sendable(form, draft.value) }),
    onSuccess: (response) => {
      draft.discard();
      toast({ text: t("forms.takenDown"), tone: "success" });
      onDone(response);
    },
  });

  function send(): void {
    const found = wrongs(lines);
    setWrong(found);
    if (found.length === 0) sending.mutate();
  }

  return (
    <Workspace
      title={form.title ?? t("forms.section")}
      onClose={onClose}
      foot={
        <>
          <span className="muted small" role="status">
            {t("forms.answered", { done, all })}
            {score !== undefined && ` · ${t("forms.score", { score })}`}
          </span>
          <Button kind="primary" onPress={send} isPending={sending.isPending}>
            {t("forms.handIn")}
          </Button>
        </>
      }
    >
      <div className="form-lines" data-dense="">
        <ErrorSummary mistakes={wrong.map((one) => ({ field: one.key, message: wrongText(one) }))} />
        {sending.isError && (
          <Banner tone="danger" role="alert" title={t("forms.submitFailed")}>
            {sending.error instanceof Problem && sending.error.detail}
          </Banner>
        )}
        <Lines lines={lines} items={draft.value} wrong={wrong} onChange={draft.change} dense />
      </div>
    </Workspace>
  );
}
