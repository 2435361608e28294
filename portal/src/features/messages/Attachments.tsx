import { FileText, FolderInput } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Banner, Button, Dialog, Select, TextField, toast } from "../../ui/index.ts";
import { type DocumentLine, type Message, useCategories, useFile } from "./api.ts";
import type { Helpers } from "./helpers.ts";

interface AttachmentsProps extends Pick<Helpers, "viewer"> {
  readonly attachments: Message["attachments"];
  /** The patient's documents, as far as one may see them. */
  readonly documents: readonly DocumentLine[];
}

/** What a message brings: to look at, and for staff to file under what it is. Nothing is loaded until it is asked for. */
export function Attachments({ attachments, documents, viewer }: AttachmentsProps): ReactElement {
  const { may, isPatientFace } = useSession();
  const [shown, setShown] = useState<DocumentLine | null>(null);
  const [filing, setFiling] = useState<DocumentLine | null>(null);
  const mayFile = !isPatientFace && may("DocumentReference.update");
  return (
    <>
      <ul className="attachments">
        {attachments.map(({ id, title }) => {
          const line = documents.find((one) => one.id === id);
          const name = line?.title || title;
          return (
            <li key={id}>
              {line?.state === "clean" ? (
                <Button size="small" icon={FileText} onPress={() => setShown(line)}>
                  <span className="visually-hidden">{t("messages.open", { title: name })}</span>
                  <span aria-hidden="true">{name}</span>
                </Button>
              ) : (
                <span className="row" data-gap="1">
                  <FileText aria-hidden="true" size={14} />
                  {name || t("messages.gone")}
                </span>
              )}
              {line?.state === "scanning" && <Badge>{t("messages.scanning")}</Badge>}
              {line?.state === "refused" && <Badge tone="danger">{t("messages.refused")}</Badge>}
              {line && line.category !== "other" && (
                <Badge tone="success">{t("messages.filed", { category: line.categoryName })}</Badge>
              )}
              {line?.state === "clean" && line.category === "other" && mayFile && (
                <Button size="small" kind="quiet" icon={FolderInput} onPress={() => setFiling(line)}>
                  {t("messages.file")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {shown && viewer(shown, () => setShown(null))}
      {filing && <FileDialog document={filing} onClose={() => setFiling(null)} />}
    </>
  );
}

function FileDialog({ document, onClose }: { document: DocumentLine; onClose: () => void }): ReactElement {
  const categories = useCategories();
  const file = useFile();
  const [title, setTitle] = useState(document.title);
  const [category, setCategory] = useState<NonNullable<Parameters<typeof file.mutate>[0]["body"]["category"]> | null>(
    null,
  );
  async function act(): Promise<void> {
    if (!category) return;
    const body = { title: title.trim() || document.title, category, version: document.version };
    await file.mutateAsync({ document: document.id, body });
    toast({ text: t("messages.filedNow"), tone: "success" });
    onClose();
  }
  return (
    <Dialog
      title={t("messages.fileTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button
            kind="primary"
            isDisabled={!category}
            isPending={file.isPending}
            onPress={() => void act().catch(() => undefined)}
          >
            {t("messages.file")}
          </Button>
        </>
      }
    >
      {file.error && (
        <Banner tone="danger" role="alert" title={t("messages.notSaved")}>
          {file.error instanceof Problem ? file.error.detail || file.error.message : file.error.message}
        </Banner>
      )}
      <p className="muted">{t("messages.fileLead")}</p>
      <Select
        label={t("messages.fileCategory")}
        options={(categories.data ?? [])
          .filter(({ code }) => code !== "other")
          .map(({ code, name }) => ({ value: code, label: name }))}
        value={category}
        onChange={setCategory}
      />
      <TextField label={t("messages.fileName")} value={title} onChange={setTitle} maxLength={200} />
    </Dialog>
  );
}
