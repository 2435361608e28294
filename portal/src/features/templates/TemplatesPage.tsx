import { NotebookPen, Plus } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  Checkbox,
  type Column,
  Dialog,
  EmptyState,
  ErrorState,
  PageHead,
  Select,
  Skeleton,
  Table,
  TextField,
  toast,
} from "../../ui/index.ts";
import {
  fieldsOf,
  headingsOf,
  isSound,
  KINDS,
  refusalOf,
  type Template,
  type TemplateFields,
  useKeepTemplate,
  useTemplates,
} from "./templates.ts";
import "./templates.css";

/** What new notes of the organisation begin with. */
export function TemplatesPage(): ReactElement {
  const found = useTemplates();
  const [editing, setEditing] = useState<Template | "new" | null>(null);
  const one = editing === "new" ? null : editing;
  const add = (
    <Button kind="primary" icon={Plus} onPress={() => setEditing("new")}>
      {t("templates.add")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("templates.title")} lead={t("templates.lead")} actions={add} />
      {found.data ? (
        <Card flush>
          <div className="templates">
            <Table
              caption={t("templates.title")}
              columns={columnsFor(setEditing)}
              rows={found.data}
              rowKey={(it) => it.form || it.name}
              empty={<EmptyState icon={NotebookPen} title={t("templates.none")} />}
            />
          </div>
        </Card>
      ) : found.isError ? (
        <ErrorState
          title={t("templates.loadFailed")}
          requestId={found.error instanceof Problem ? found.error.requestId : undefined}
          onRetry={() => void found.refetch()}
        />
      ) : (
        <Card>
          <Skeleton lines={6} />
        </Card>
      )}
      <Dialog
        title={one ? t("templates.changeOne", { title: one.title }) : t("templates.add")}
        isOpen={editing !== null}
        onClose={() => setEditing(null)}
        size="large"
      >
        <TemplateForm template={one} onDone={() => setEditing(null)} />
      </Dialog>
    </>
  );
}

const columnsFor = (onEdit: (template: Template) => void): readonly Column<Template>[] => [
  {
    id: "title",
    label: t("templates.name"),
    cell: (it) => <span className="strong">{it.title}</span>,
    sort: (it) => it.title,
  },
  { id: "kind", label: t("templates.kind"), cell: (it) => t(`templates.kind.${fieldsOf(it).kind}`) },
  {
    id: "headings",
    label: t("templates.headings"),
    cell: (it) => <span className="muted small">{headingsOf(it.text).join(" · ")}</span>,
  },
  { id: "status", label: t("templates.status"), cell: (it) => <Status template={it} /> },
  {
    id: "actions",
    label: t("templates.actions"),
    hideLabel: true,
    align: "end",
    cell: (it) => <Actions template={it} onEdit={() => onEdit(it)} />,
  },
];

function Status({ template }: { template: Template }): ReactElement {
  const word = !template.active ? "retired" : template.form ? "own" : "ours";
  return <Badge tone={template.active ? "success" : "neutral"}>{t(`templates.status.${word}`)}</Badge>;
}

/** Changing a template, or putting it out of use, which can be taken back. */
function Actions({ template, onEdit }: { template: Template; onEdit: () => void }): ReactElement {
  const keep = useKeepTemplate();
  const { title } = template;

  const turn = (from: Template, isUndo: boolean): void =>
    void keep.mutateAsync({ template: from, fields: fieldsOf(from), active: !from.active }).then(
      (kept) => {
        const text = t(kept.active ? "templates.inUse" : "templates.outOfUse", { title });
        toast(isUndo ? { text } : { text, onUndo: () => turn(kept, true) });
      },
      (problem) => toast({ tone: "danger", text: refusalOf(problem) }),
    );

  return (
    <span className="row" data-justify="end" data-gap="1">
      <Button kind="quiet" size="small" onPress={onEdit} aria-label={t("templates.changeOne", { title })}>
        {t("templates.change")}
      </Button>
      <Button
        kind="quiet"
        size="small"
        onPress={() => turn(template, false)}
        isPending={keep.isPending}
        aria-label={t(template.active ? "templates.retireOne" : "templates.restoreOne", { title })}
      >
        {t(template.active ? "templates.retire" : "templates.restore")}
      </Button>
    </span>
  );
}

function TemplateForm({ template, onDone }: { template: Template | null; onDone: () => void }): ReactElement {
  const [fields, setFields] = useState<TemplateFields>(fieldsOf(template));
  const [tried, setTried] = useState(false);
  const keep = useKeepTemplate();
  const isNameless = !fields.title.trim();
  const isShapeless = !isSound(fields.text);
  const put = (change: Partial<TemplateFields>): void => setFields((now) => ({ ...now, ...change }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isNameless || isShapeless) return;
    keep.mutate(
      { template, fields, active: template?.active ?? true },
      {
        onSuccess: ({ title }) => {
          toast({ text: t("templates.saved", { title }) });
          onDone();
        },
      },
    );
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {keep.isError && (
        <Banner tone="danger" role="alert">
          {refusalOf(keep.error)}
        </Banner>
      )}
      {template && !template.form && <Banner tone="info">{t("templates.oursHint")}</Banner>}
      <TextField
        label={t("templates.name")}
        value={fields.title}
        onChange={(title) => put({ title })}
        maxLength={120}
        autoFocus={template === null}
        error={tried && isNameless ? t("templates.needName") : undefined}
      />
      <Select
        label={t("templates.kind")}
        options={KINDS.map((kind) => ({ value: kind, label: t(`templates.kind.${kind}`) }))}
        value={fields.kind}
        onChange={(kind) => put({ kind })}
      />
      <TextField
        label={t("templates.text")}
        hint={t("templates.textHint")}
        rows={12}
        value={fields.text}
        onChange={(text) => put({ text })}
        maxLength={20_000}
        error={tried && isShapeless ? t("templates.needHeading") : undefined}
      />
      <Checkbox isSelected={fields.cosign} onChange={(cosign) => put({ cosign })}>
        {t("templates.cosign")}
      </Checkbox>
      <div className="dialog-foot">
        <Button onPress={onDone}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {t(template ? "templates.save" : "templates.add")}
        </Button>
      </div>
    </form>
  );
}
