import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Checkbox, Dialog, Select, Skeleton, TextField, toast } from "../../ui/index.ts";
import { type DocumentLine, useCategories, useRetract, useRevise, useVersions } from "./api.ts";
import { sizeText } from "./sizes.ts";
import { UploadArea } from "./UploadArea.tsx";
import type { Category } from "./uploads.ts";

interface DocumentDialogProps {
  readonly document: DocumentLine;
  readonly onClose: () => void;
}

/** Another title or category, and whether the patient may see it. */
export function EditDialog({ document, onClose }: DocumentDialogProps): ReactElement {
  const [title, setTitle] = useState(document.title);
  const [category, setCategory] = useState(document.category);
  const [forPatient, setForPatient] = useState(document.forPatient);
  const [isTried, setTried] = useState(false);
  const categories = useCategories();
  const revise = useRevise();
  const isMissing = title.trim() === "";

  async function save(): Promise<void> {
    setTried(true);
    if (isMissing) return;
    const body = {
      title: title.trim(),
      category: category as NonNullable<Category>,
      forPatient,
      version: document.version,
    };
    await revise.mutateAsync({ document: document.id, body });
    toast({ text: t("documents.saved"), tone: "success" });
    onClose();
  }

  return (
    <Dialog
      title={t("documents.editTitle", { title: document.title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => void save().catch(() => undefined)} isPending={revise.isPending}>
            {t("documents.save")}
          </Button>
        </>
      }
    >
      {revise.error && <Unsaved problem={revise.error} />}
      <TextField
        label={t("documents.titleField")}
        value={title}
        onChange={setTitle}
        error={isTried && isMissing ? t("documents.mistakeTitle") : undefined}
        maxLength={200}
      />
      <Select
        label={t("documents.category")}
        options={(categories.data ?? []).map(({ code, name }) => ({ value: code as string, label: name }))}
        value={category}
        onChange={setCategory}
      />
      <Checkbox isSelected={forPatient} onChange={setForPatient}>
        {t("documents.forPatient")}
      </Checkbox>
    </Dialog>
  );
}

const LEAST_REASON = 3;

/** Takes a document back, for a reason that stays; it cannot be undone, so it asks by the document's name. */
export function RetractDialog({ document, onClose }: DocumentDialogProps): ReactElement {
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const retract = useRetract();
  const isMissing = reason.trim().length < LEAST_REASON;

  async function act(): Promise<void> {
    setTried(true);
    if (isMissing) return;
    await retract.mutateAsync({ document: document.id, reason: reason.trim() });
    toast({ text: t("documents.retracted", { title: document.title }) });
    onClose();
  }

  return (
    <Dialog
      title={t("documents.retractTitle", { title: document.title })}
      isOpen
      onClose={onClose}
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="danger" onPress={() => void act().catch(() => undefined)} isPending={retract.isPending}>
            {t("documents.retractAction", { title: document.title })}
          </Button>
        </>
      }
    >
      {retract.error && <Unsaved problem={retract.error} />}
      <p>{t("documents.retractHint")}</p>
      <TextField
        label={t("documents.retractReason")}
        value={reason}
        onChange={setReason}
        error={isTried && isMissing ? t("documents.mistakeReason") : undefined}
        maxLength={500}
      />
    </Dialog>
  );
}

interface VersionsDialogProps extends DocumentDialogProps {
  readonly mayAdd: boolean;
  readonly onOpen: (line: DocumentLine) => void;
}

/** A document's versions, newest first, and a place to drop the next. */
export function VersionsDialog({ document, mayAdd, onOpen, onClose }: VersionsDialogProps): ReactElement {
  const { data, isPending, error } = useVersions(document.id);
  return (
    <Dialog title={t("documents.versionsOf", { title: document.title })} isOpen onClose={onClose} size="large">
      {isPending && <Skeleton lines={3} />}
      {error && <Unsaved problem={error} title={t("documents.loadFailed")} />}
      <ul className="stack" data-gap="2">
        {(data ?? []).map((line) => (
          <li key={line.id} className="row" data-justify="between">
            <span>
              <span className="strong">
                {t("documents.edition", { edition: line.edition ?? 1, versions: line.versions ?? 1 })}
              </span>{" "}
              <span className="muted">
                {dayText(line.date)} · {sizeText(line.size)}
              </span>
            </span>
            {line.state === "clean" && (
              <Button size="small" onPress={() => onOpen(line)}>
                {t("documents.openShort")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayAdd && (
        <UploadArea
          patientId={document.patient ?? undefined}
          category={document.category as NonNullable<Category>}
          replaces={document.id}
          hint={t("documents.dropHint")}
        />
      )}
    </Dialog>
  );
}

/** That something was not saved, and why. */
export function Unsaved({
  problem,
  title = t("documents.notSaved"),
}: {
  problem: Error;
  title?: string;
}): ReactElement {
  return (
    <Banner tone="danger" role="alert" title={title}>
      {problem instanceof Problem ? problem.detail || problem.message : problem.message}
    </Banner>
  );
}
