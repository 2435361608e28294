import { useMutation, useQuery } from "@tanstack/react-query";
import { PenLine, Trash2 } from "lucide-react";
import { type ReactElement, useId, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  ErrorState,
  RequestId,
  Select,
  Skeleton,
  showMoment,
  toast,
  Workspace,
} from "../../ui/index.ts";
import { addendumPlace, saveDraft, type Template, templates, writeNote } from "./api.ts";
import { ClashScreen } from "./ClashScreen.tsx";
import { SavedMark } from "./SavedMark.tsx";
import { SignStep } from "./SignStep.tsx";
import { useServerDraft } from "./useServerDraft.ts";
import "./visit.css";

export interface NoteToolProps {
  readonly patientId: string;
  readonly encounterId: string;
  readonly onClose: () => void;
  /** Something came into the chart. */
  readonly onSaved: () => void;
  /** Opens the addendum to that note, which the draft has become. */
  readonly onAddendum: (noteId: string) => void;
}

/** A visit's note, written beside the chart: it saves itself, is signed once and locked then. */
export function NoteTool({ patientId, encounterId, onClose, onSaved, onAddendum }: NoteToolProps): ReactElement {
  const draft = useServerDraft(`note:Encounter/${encounterId}`, patientId);
  const offered = useQuery({ queryKey: ["note-templates"], queryFn: ({ signal }) => templates(signal) });
  const [chosen, setChosen] = useState<string | null>(null);
  const [isSigning, setIsSigning] = useState(false);
  const [isEmpty, setIsEmpty] = useState(false);
  const template = (offered.data ?? []).find((one) => one.id === chosen);
  const signing = useMutation({
    mutationFn: async (how: { readonly cosigner: string | null; readonly isWithheld: boolean }) => {
      await draft.flush();
      await writeNote({ encounterId, text: draft.text, template, ...how });
    },
    onSuccess: () => {
      draft.settle();
      toast({ text: t("visit.signedNow"), tone: "success" });
      onSaved();
      onClose();
    },
  });

  function apply(one: Template): void {
    const before = draft.text;
    setChosen(one.id);
    if (before.trim() === one.text.trim()) return;
    draft.change(one.text);
    if (before.trim() !== "") toast({ text: t("visit.templateUndo"), onUndo: () => draft.change(before) });
  }

  async function discard(): Promise<void> {
    const before = draft.text;
    await draft.discard();
    toast({ text: t("visit.discarded"), onUndo: () => draft.change(before) });
    onClose();
  }

  async function becomeAddendum(noteId: string): Promise<void> {
    await saveDraft(addendumPlace(noteId), { patientId, text: draft.text, base: 0 });
    draft.settle();
    onAddendum(noteId);
  }

  if (draft.isPending || draft.failure)
    return (
      <Workspace title={t("visit.note")} onClose={onClose}>
        {draft.failure ? (
          <ErrorState
            title={t("visit.draftFailed")}
            requestId={draft.failure instanceof Problem ? draft.failure.requestId : undefined}
            onRetry={draft.retry}
          />
        ) : (
          <Skeleton lines={6} />
        )}
      </Workspace>
    );
  if (draft.clash)
    return (
      <Workspace title={t("visit.note")} onClose={onClose}>
        <ClashScreen
          draft={draft}
          encounterId={encounterId}
          patientId={patientId}
          onAddendum={(noteId) => void becomeAddendum(noteId)}
        />
      </Workspace>
    );
  return (
    <Workspace
      title={t("visit.note")}
      onClose={onClose}
      foot={
        <>
          <SavedMark saving={draft.saving} since={draft.resumed} />
          {!isSigning && (
            <div className="row">
              {draft.text.trim() !== "" && (
                <Button kind="quiet" icon={Trash2} onPress={() => void discard()}>
                  {t("visit.discard")}
                </Button>
              )}
              <Button
                kind="primary"
                icon={PenLine}
                onPress={() => {
                  setIsEmpty(draft.text.trim() === "");
                  setIsSigning(draft.text.trim() !== "");
                }}
              >
                {t("visit.sign")}
              </Button>
            </div>
          )}
        </>
      }
    >
      <div className="note">
        {!isSigning && draft.resumed !== null && draft.saving.state === "idle" && (
          <Banner tone="info" title={t("visit.resumed", { when: showMoment(draft.resumed) })}>
            {t("visit.resumedHint")}
          </Banner>
        )}
        {isSigning ? (
          <SignStep
            mustCosign={template?.cosign ?? false}
            isPending={signing.isPending}
            failure={signing.error && <SignFailure error={signing.error} />}
            onBack={() => setIsSigning(false)}
            onSign={(how) => signing.mutate(how)}
          />
        ) : (
          <>
            {offered.data && offered.data.length > 0 && (
              <Select
                label={t("visit.template")}
                value={chosen}
                onChange={(id) => {
                  const one = offered.data.find((it) => it.id === id);
                  if (one) apply(one);
                }}
                options={offered.data.map((one) => ({ value: one.id, label: one.title }))}
              />
            )}
            <NoteField text={draft.text} onChange={draft.change} error={isEmpty ? t("visit.noteEmpty") : undefined} />
          </>
        )}
      </div>
    </Workspace>
  );
}

interface NoteFieldProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly error?: string | undefined;
  readonly label?: string;
}

/** The page one writes on: as tall as there is room. */
export function NoteField({ text, onChange, error, label = t("visit.noteText") }: NoteFieldProps): ReactElement {
  const id = useId();
  return (
    <div className="field note-field" data-invalid={error ? "" : undefined}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <span id={`${id}-hint`} className="field-hint">
        {t("visit.noteHint")}
      </span>
      <textarea
        id={id}
        className="input note-input"
        value={text}
        aria-describedby={error ? `${id}-error` : `${id}-hint`}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function SignFailure({ error }: { error: Error }): ReactElement {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <Banner tone="danger" role="alert" title={t("visit.signFailed")}>
      {problem?.detail}
      {problem?.requestId && <RequestId id={problem.requestId} />}
    </Banner>
  );
}
