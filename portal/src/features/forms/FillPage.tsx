import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QuestionnaireResponseItem } from "fhir/r4";
import { CircleCheck } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSaver } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  PageHead,
  RequestId,
  Skeleton,
  toast,
} from "../../ui/index.ts";
import { keepable } from "./answers.ts";
import { type Filling, MINE_KEY, readFilling, saveFilling, sendFilling } from "./api.ts";
import { sendable } from "./evaluate.ts";
import { Filler } from "./Filler.tsx";
import { SavedMark } from "./SavedMark.tsx";
import "./forms.css";

export interface FillPageProps {
  /** The Task that asks for it. */
  readonly task: string;
  readonly onLeave: () => void;
}

/** A form that a patient fills in: it saves itself, and is sent when all of it was looked over. */
export function FillPage({ task, onLeave }: FillPageProps): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["filling", task],
    queryFn: ({ signal }) => readFilling(task, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        isPage
        title={t("forms.fillFailed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={() => void refetch()}
        actions={<ButtonLink href="/my-forms">{t("forms.mine")}</ButtonLink>}
      >
        {t("forms.fillFailedHint")}
      </ErrorState>
    );
  return <Fill key={task} filling={data} task={task} onLeave={onLeave} />;
}

function Fill({ filling, task, onLeave }: FillPageProps & { readonly filling: Filling }): ReactElement {
  const client = useQueryClient();
  const { form } = filling;
  const draft = useDraft<QuestionnaireResponseItem[] | null>(`filling/${task}`, null);
  const [own, setOwn] = useState<QuestionnaireResponseItem[] | null>(null);
  const items = own ?? draft.value ?? filling.items;
  const base = useRef(filling.base);
  const { saver, saving } = useSaver<QuestionnaireResponseItem[]>(async (value) => {
    base.current = await saveFilling(task, keepable(form, value), base.current);
    draft.discard();
    return Date.now();
  });
  const sending = useMutation({
    mutationFn: async () => {
      await saver.flush();
      await sendFilling(task, sendable(form, items), base.current);
    },
    onSuccess: () => {
      draft.discard();
      void client.invalidateQueries({ queryKey: MINE_KEY });
      void client.invalidateQueries({ queryKey: ["filling", task], refetchType: "none" });
    },
  });

  function change(next: QuestionnaireResponseItem[]): void {
    setOwn(next);
    draft.change(next);
    saver.put(next);
  }

  async function later(): Promise<void> {
    await saver.flush();
    void client.invalidateQueries({ queryKey: MINE_KEY });
    client.setQueryData<Filling>(["filling", task], (now) => now && { ...now, items, base: base.current });
    toast({ text: t("forms.laterDone"), tone: "success" });
    onLeave();
  }

  if (sending.isSuccess)
    return (
      <Card>
        <EmptyState
          isPage
          icon={CircleCheck}
          title={t("forms.sent")}
          actions={
            <ButtonLink kind="primary" href="/">
              {t("forms.toHome")}
            </ButtonLink>
          }
        >
          {t("forms.sentHint")}
        </EmptyState>
      </Card>
    );
  const problem = sending.error instanceof Problem ? sending.error : undefined;
  return (
    <>
      <PageHead title={form.title ?? ""} lead={form.description} />
      <Filler
        form={form}
        items={items}
        onChange={change}
        onSend={() => sending.mutate()}
        isSending={sending.isPending}
        failure={
          sending.isError ? (
            <Banner tone="danger" role="alert" title={t("forms.submitFailed")}>
              {problem?.detail || t("forms.submitFailedHint")}
              {problem?.requestId && <RequestId id={problem.requestId} />}
            </Banner>
          ) : undefined
        }
        foot={
          <div className="filler-foot">
            <SavedMark saving={saving} />
            <Button kind="quiet" onPress={() => void later()}>
              {t("forms.later")}
            </Button>
          </div>
        }
      />
    </>
  );
}
