import { FolderCheck } from "lucide-react";
import { lazy, type ReactElement, type ReactNode, Suspense, useState } from "react";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Button, Card, Dialog, EmptyState, PageHead, Skeleton, toast } from "../../ui/index.ts";
import { type DocumentLine, useRevise, useUnmatchedDocuments } from "./api.ts";
import { Unsaved } from "./Dialogs.tsx";
import { Unread } from "./DocumentsSection.tsx";
import { sizeText } from "./sizes.ts";
import { UploadArea } from "./UploadArea.tsx";
import "./Documents.css";

const Viewer = lazy(async () => ({ default: (await import("./Viewer.tsx")).Viewer }));

/** Somebody as a picker answers them. */
interface Whose {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

export interface UnmatchedPageProps {
  /** A way to find a patient; another feature's. */
  readonly picker: (value: Whose | null, onChange: (patient: Whose | null) => void) => ReactNode;
}

/** Documents of which nobody knows whose they are: looked at, and filed. */
export function UnmatchedPage({ picker }: UnmatchedPageProps): ReactElement {
  const { data, error, isPending, refetch } = useUnmatchedDocuments();
  const [viewing, setViewing] = useState<DocumentLine | null>(null);
  const [filing, setFiling] = useState<DocumentLine | null>(null);
  return (
    <>
      <PageHead title={t("documents.unmatched")} lead={t("documents.unmatchedLead")} />
      <Card title={t("documents.add")}>
        <UploadArea hint={t("documents.dropHint")} />
      </Card>
      <Card title={t("documents.unmatched")} note={data && t("documents.count", { count: data.length })}>
        {isPending && <Skeleton lines={4} />}
        {error && <Unread error={error} onRetry={() => void refetch()} />}
        {data?.length === 0 && (
          <EmptyState icon={FolderCheck} title={t("documents.unmatchedNone")}>
            {t("documents.unmatchedNoneHint")}
          </EmptyState>
        )}
        <ul className="stack">
          {(data ?? []).map((line) => (
            <li key={line.id} className="row" data-justify="between">
              <span className="document-cell">
                <span className="strong">{line.title}</span>
                <span className="small muted">
                  {[momentText(line.date), sizeText(line.size), line.authorName, line.why].filter(Boolean).join(" · ")}
                </span>
              </span>
              <span className="row">
                {line.state === "clean" && (
                  <Button
                    size="small"
                    onPress={() => setViewing(line)}
                    aria-label={t("documents.open", { title: line.title })}
                  >
                    {t("documents.openShort")}
                  </Button>
                )}
                <Button size="small" onPress={() => setFiling(line)}>
                  {t("documents.matchTo")}
                </Button>
              </span>
            </li>
          ))}
        </ul>
      </Card>
      {viewing && (
        <Suspense fallback={null}>
          <Viewer document={viewing} onClose={() => setViewing(null)} />
        </Suspense>
      )}
      {filing && <FileDialog document={filing} picker={picker} onClose={() => setFiling(null)} />}
    </>
  );
}

interface FileDialogProps extends UnmatchedPageProps {
  readonly document: DocumentLine;
  readonly onClose: () => void;
}

function FileDialog({ document, picker, onClose }: FileDialogProps): ReactElement {
  const [whose, setWhose] = useState<Whose | null>(null);
  const revise = useRevise();
  async function file(to: Whose): Promise<void> {
    await revise.mutateAsync({ document: document.id, body: { patient: to.id, version: document.version } });
    toast({ text: t("documents.matched", { title: document.title, patient: to.name }), tone: "success" });
    onClose();
  }
  return (
    <Dialog
      title={t("documents.matchTitle", { title: document.title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          {whose && (
            <Button kind="primary" onPress={() => void file(whose).catch(() => undefined)} isPending={revise.isPending}>
              {t("documents.match", { patient: whose.name })}
            </Button>
          )}
        </>
      }
    >
      {revise.error && <Unsaved problem={revise.error} />}
      {picker(whose, setWhose)}
    </Dialog>
  );
}
