import { CircleSlash, Ellipsis, FileCheck2, FileText, FileX2, LoaderCircle } from "lucide-react";
import { lazy, type ReactElement, Suspense, useState } from "react";
import { Problem } from "../../api/index.ts";
import { dayText, momentText } from "../../fhir/moments.ts";
import { type Key, t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  IconButton,
  Menu,
  Select,
  Skeleton,
  Table,
} from "../../ui/index.ts";
import { type DocumentLine, useCategories, useDocuments } from "./api.ts";
import { EditDialog, RetractDialog, VersionsDialog } from "./Dialogs.tsx";
import { download } from "./download.ts";
import { sizeText } from "./sizes.ts";
import { UploadArea } from "./UploadArea.tsx";
import "./Documents.css";

const Viewer = lazy(async () => ({ default: (await import("./Viewer.tsx")).Viewer }));

type Doing = { readonly what: "view" | "edit" | "retract" | "versions" | "replace"; readonly line: DocumentLine };

export interface DocumentsSectionProps {
  readonly patientId: string;
  /** The patient's own face. */
  readonly plain?: boolean;
}

/** A patient's documents: what is on its way, what is there, and how each stands. */
export function DocumentsSection({ patientId, plain = false }: DocumentsSectionProps): ReactElement {
  const { may } = useSession();
  const { data, error, isPending, refetch } = useDocuments(patientId);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [category, setCategory] = useState("all");
  const mayWrite = may("DocumentReference.update") && !plain;
  const shown = (data ?? []).filter((line) => category === "all" || line.category === category);
  const done = () => setDoing(null);
  return (
    <>
      <Card title={t(plain ? "documents.mineAdd" : "documents.add")}>
        <UploadArea patientId={patientId} hint={t(plain ? "documents.mineHint" : "documents.dropHint")} />
      </Card>
      <Card
        title={t(plain ? "documents.mine" : "documents.title")}
        note={data && t("documents.count", { count: data.length })}
        actions={data && data.length > 4 && <Filter value={category} onChange={setCategory} />}
        flush
      >
        {isPending && (
          <div className="documents-pad">
            <Skeleton lines={5} />
          </div>
        )}
        {error && <Unread error={error} onRetry={() => void refetch()} />}
        {data && (
          <Table
            caption={t("documents.title")}
            columns={columns(plain, mayWrite, setDoing)}
            rows={shown}
            rowKey={(line) => line.id}
            empty={
              <EmptyState icon={FileText} title={t(plain ? "documents.mineNone" : "documents.none")}>
                {t(plain ? "documents.mineNoneHint" : "documents.noneHint")}
              </EmptyState>
            }
          />
        )}
      </Card>
      {doing?.what === "view" && (
        <Suspense fallback={null}>
          <Viewer document={doing.line} onClose={done} />
        </Suspense>
      )}
      {doing?.what === "edit" && <EditDialog document={doing.line} onClose={done} />}
      {doing?.what === "retract" && <RetractDialog document={doing.line} onClose={done} />}
      {(doing?.what === "versions" || doing?.what === "replace") && (
        <VersionsDialog
          document={doing.line}
          mayAdd={mayWrite}
          onOpen={(line) => setDoing({ what: "view", line })}
          onClose={done}
        />
      )}
    </>
  );
}

/** The list could not be read: an error, never an empty list. */
export function Unread({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  return (
    <ErrorState
      title={t("documents.loadFailed")}
      requestId={error instanceof Problem ? error.requestId : undefined}
      onRetry={onRetry}
    >
      {t("documents.loadFailedHint")}
    </ErrorState>
  );
}

function Filter({ value, onChange }: { value: string; onChange: (category: string) => void }): ReactElement {
  const categories = useCategories();
  return (
    <Select
      label={t("documents.show")}
      hideLabel
      options={[
        { value: "all", label: t("documents.all") },
        ...(categories.data ?? []).map(({ code, name }) => ({ value: code as string, label: name })),
      ]}
      value={value}
      onChange={onChange}
    />
  );
}

function columns(plain: boolean, mayWrite: boolean, act: (doing: Doing) => void): readonly Column<DocumentLine>[] {
  const all: (Column<DocumentLine> | false)[] = [
    {
      id: "title",
      label: t("documents.name"),
      sort: (line) => line.title,
      cell: (line) => <Title line={line} onOpen={() => act({ what: "view", line })} />,
    },
    {
      id: "category",
      label: t("documents.category"),
      cell: (line) => line.categoryName,
      sort: (line) => line.categoryName,
    },
    {
      id: "date",
      label: t("documents.date"),
      cell: (line) => <span className="nowrap">{dayText(line.date)}</span>,
      sort: (line) => line.date,
    },
    {
      id: "by",
      label: t("documents.by"),
      cell: (line) =>
        plain
          ? t(line.author?.startsWith("Patient/") ? "documents.byYou" : "documents.byClinic")
          : (line.authorName ?? ""),
    },
    {
      id: "size",
      label: t("documents.size"),
      align: "end",
      cell: (line) => <span className="nowrap">{sizeText(line.size)}</span>,
      sort: (line) => line.size,
    },
    { id: "state", label: t("documents.state"), cell: (line) => <State line={line} plain={plain} /> },
    {
      id: "actions",
      label: t("documents.actions"),
      hideLabel: true,
      align: "end",
      cell: (line) => <Actions line={line} mayWrite={mayWrite} act={act} />,
    },
  ];
  return all.filter((column) => column !== false);
}

function Title({ line, onOpen }: { line: DocumentLine; onOpen: () => void }): ReactElement {
  const edition =
    (line.versions ?? 1) > 1
      ? t("documents.edition", { edition: line.edition ?? 1, versions: line.versions ?? 1 })
      : "";
  return (
    <span className="document-cell">
      {line.state === "clean" ? (
        <button
          type="button"
          className="document-open"
          onClick={onOpen}
          aria-label={t("documents.open", { title: line.title })}
        >
          {line.title}
        </button>
      ) : (
        <span className="strong">{line.title}</span>
      )}
      {edition && <span className="small muted">{edition}</span>}
    </span>
  );
}

const STATES: Readonly<
  Record<DocumentLine["state"], { word: Key; icon: typeof FileText; tone: "info" | "success" | "danger" | "neutral" }>
> = {
  scanning: { word: "documents.stateScanning", icon: LoaderCircle, tone: "info" },
  clean: { word: "documents.stateClean", icon: FileCheck2, tone: "success" },
  refused: { word: "documents.stateRefused", icon: FileX2, tone: "danger" },
  retracted: { word: "documents.stateRetracted", icon: CircleSlash, tone: "neutral" },
};

/** How a document stands: checked by whom, refused why. */
function State({ line, plain }: { line: DocumentLine; plain: boolean }): ReactElement {
  const { word, icon, tone } = STATES[line.state];
  const scanned = line.scannedBy
    ? t("documents.scannedBy", { scanner: line.scannedBy, time: momentText(line.scannedAt ?? undefined) })
    : "";
  const note = line.why || (line.state === "scanning" ? t("documents.notScanned") : plain ? "" : scanned);
  return (
    <span className="document-cell">
      <Badge tone={tone} icon={icon}>
        {t(word)}
      </Badge>
      {note && <span className="small muted">{note}</span>}
      {!plain && !line.forPatient && line.state === "clean" && (
        <span className="small muted">{t("documents.hidden")}</span>
      )}
    </span>
  );
}

interface ActionsProps {
  readonly line: DocumentLine;
  readonly mayWrite: boolean;
  readonly act: (doing: Doing) => void;
}

function Actions({ line, mayWrite, act }: ActionsProps): ReactElement | null {
  const isClean = line.state === "clean";
  const isStanding = mayWrite && line.state !== "retracted";
  const versions = (line.versions ?? 1) > 1 || isStanding;
  const label = t("documents.actionsFor", { title: line.title });
  const entries = [
    isClean && { id: "download", label: t("documents.download"), onAction: () => void download(line) },
    isStanding && { id: "edit", label: t("documents.edit"), onAction: () => act({ what: "edit", line }) },
    versions && {
      id: "versions",
      label: t(isStanding ? "documents.newVersion" : "documents.versions"),
      onAction: () => act({ what: "versions", line }),
    },
    isStanding && {
      id: "retract",
      label: t("documents.retract"),
      isDanger: true,
      onAction: () => act({ what: "retract", line }),
    },
  ].filter((entry) => entry !== false);
  if (entries.length === 0) return null;
  return (
    <Menu
      label={label}
      trigger={<IconButton icon={Ellipsis} size="small" label={label} />}
      groups={[{ id: "document", entries }]}
    />
  );
}
