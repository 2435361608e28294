import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { Copy, FolderPlus, Plus, RotateCcw, Send, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  Card,
  EmptyState,
  ErrorState,
  ErrorSummary,
  IconButton,
  type Mistake,
  PageHead,
  RequestId,
  Skeleton,
  showTime,
  TextField,
  toast,
} from "../../ui/index.ts";
import { type Kept, readForm, saveForm } from "./api.ts";
import { changed, duplicated, found, fresh, type Item, inserted, problemsOf, removed, stepped } from "./edit.ts";
import { Filler } from "./Filler.tsx";
import { ItemEditor } from "./ItemEditor.tsx";
import { ItemList } from "./ItemList.tsx";
import { MoveButtons } from "./MoveButtons.tsx";
import "./builder.css";

const NEW: Kept = { form: { resourceType: "Questionnaire", status: "draft", title: "", item: [] }, base: null };

export interface BuilderPageProps {
  /** The form's id; empty for a new one. */
  readonly id: string;
  /** A new form has got its id. */
  readonly onMade: (id: string) => void;
}

/** A form being made or changed, with what patients will see beside it. */
export function BuilderPage({ id, onMade }: BuilderPageProps): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["form", id],
    queryFn: ({ signal }) => (id === "" ? NEW : readForm(id, signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        isPage
        title={t("forms.failed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={() => void refetch()}
      >
        {t("forms.failedHint")}
      </ErrorState>
    );
  return <Builder key={id} start={data} id={id} onMade={onMade} />;
}

function Builder({ start, id, onMade }: BuilderPageProps & { readonly start: Kept }): ReactElement {
  const client = useQueryClient();
  const draft = useDraft(`form/${id || "new"}`, start.form);
  const [chosen, choose] = useState<string | undefined>(start.form.item?.[0]?.linkId);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const form = draft.value;
  const items = form.item ?? [];
  const item = chosen === undefined ? undefined : found(items, chosen);
  const put = (next: readonly Item[]) => draft.change((now) => ({ ...now, item: [...next] }));

  const saving = useMutation({
    mutationFn: (publish: boolean) => saveForm({ form, base: start.base }, publish),
    onSuccess: async (saved, publish) => {
      client.setQueryData<Kept>(["form", saved.id], await readForm(saved.id));
      draft.discard();
      void client.invalidateQueries({ queryKey: ["forms"] });
      toast({ text: t(publish ? "forms.published" : "forms.draftSaved"), tone: "success" });
      if (saved.id !== id) onMade(saved.id);
    },
  });

  function publish(): void {
    const wrong = problemsOf(form);
    setMistakes(wrong);
    const [first] = wrong;
    if (first?.field.startsWith("row-")) choose(first.field.slice("row-".length));
    if (!first) saving.mutate(true);
  }

  function add(kind: "choice" | "group"): void {
    const one = fresh(items, kind);
    put(inserted(items, one, chosen));
    choose(one.linkId);
  }

  function remove(): void {
    if (chosen === undefined) return;
    const before = items;
    put(removed(items, chosen));
    choose(undefined);
    toast({ text: t("forms.deleted"), onUndo: () => put(before) });
  }

  const problem = saving.error instanceof Problem ? saving.error : undefined;
  return (
    <>
      <PageHead
        title={form.title || t("forms.untitled")}
        lead={
          draft.savedAt === null
            ? t(`forms.status${form.status === "active" ? "Active" : "Draft"}`)
            : t("forms.unsaved", { time: showTime(draft.savedAt) })
        }
        actions={
          <>
            <Button onPress={() => saving.mutate(false)} isPending={saving.isPending}>
              {t("forms.saveDraft")}
            </Button>
            <Button kind="primary" icon={Send} onPress={publish} isPending={saving.isPending}>
              {t("forms.publish")}
            </Button>
          </>
        }
      />
      <ErrorSummary mistakes={mistakes} />
      {saving.isError && (
        <Banner tone="danger" role="alert" title={t("forms.publishFailed")}>
          {problem?.detail} {Object.values(problem?.places ?? {}).join(". ")}
          {problem?.requestId && <RequestId id={problem.requestId} />}
        </Banner>
      )}
      <div className="builder">
        <div className="builder-column">
          <Card>
            <div className="form-editor">
              <TextField
                id="form-title"
                label={t("forms.formTitle")}
                hint={t("forms.formTitleHint")}
                value={form.title ?? ""}
                onChange={(title) => draft.change((now) => ({ ...now, title }))}
              />
              <TextField
                label={t("forms.formNote")}
                hint={t("forms.formNoteHint")}
                optional
                value={form.description ?? ""}
                onChange={(description) => draft.change((now) => ({ ...now, description }))}
              />
            </div>
          </Card>
          <Card
            title={t("forms.items")}
            flush
            actions={
              <>
                <Button id="form-add" size="small" icon={Plus} onPress={() => add("choice")}>
                  {t("forms.addQuestion")}
                </Button>
                <Button size="small" icon={FolderPlus} onPress={() => add("group")}>
                  {t("forms.addGroup")}
                </Button>
              </>
            }
          >
            {items.length === 0 ? (
              <EmptyState icon={Plus} title={t("forms.noItems")}>
                {t("forms.noItemsHint")}
              </EmptyState>
            ) : (
              <>
                <ItemList items={items} chosen={chosen} onChoose={choose} onChange={put} />
                <p className="muted small builder-hint">{t("forms.itemsHint")}</p>
              </>
            )}
          </Card>
        </div>
        <div className="builder-column">
          <Card
            title={t("forms.question")}
            actions={
              item && (
                <>
                  <MoveButtons onMove={(way) => put(stepped(items, item.linkId, way))} />
                  <IconButton
                    icon={Copy}
                    size="small"
                    label={t("forms.duplicate")}
                    onPress={() => put(duplicated(items, item.linkId))}
                  />
                  <IconButton icon={Trash2} size="small" label={t("forms.delete")} onPress={remove} />
                </>
              )
            }
          >
            {item ? (
              <ItemEditor
                key={item.linkId}
                item={item}
                items={items}
                onChange={(next) => put(changed(items, item.linkId, () => next))}
              />
            ) : (
              <p className="muted">{t("forms.select")}</p>
            )}
          </Card>
        </div>
        <Preview form={form} />
      </div>
    </>
  );
}

/** The form as patients will see it; what is answered here goes nowhere. */
function Preview({ form }: { form: Questionnaire }): ReactElement {
  const [answers, setAnswers] = useState<QuestionnaireResponseItem[]>([]);
  const [round, setRound] = useState(0);
  return (
    <section className="builder-preview" aria-label={t("forms.preview")}>
      <header className="row">
        <h2>{t("forms.preview")}</h2>
        <Button
          kind="quiet"
          size="small"
          icon={RotateCcw}
          onPress={() => {
            setAnswers([]);
            setRound(round + 1);
          }}
        >
          {t("forms.previewStart")}
        </Button>
      </header>
      <p className="muted small">{t("forms.previewHint")}</p>
      {(form.item?.length ?? 0) > 0 && (
        <Filler key={round} form={form} items={answers} onChange={setAnswers} onSend={() => undefined} isPreview />
      )}
    </section>
  );
}
