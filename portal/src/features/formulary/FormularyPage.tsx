import { Pill, Plus, Search } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Button,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  PageHead,
  Select,
  Skeleton,
  Table,
  TextField,
  toast,
} from "../../ui/index.ts";
import { AddDialog } from "./AddDialog.tsx";
import { type Line, matching, refusalOf, type Show, useFormulary, useHiding } from "./formulary.ts";
import "./formulary.css";

const SHOWS = ["all", "added", "hidden"] as const satisfies readonly Show[];

/** What can be chosen when somebody prescribes here. */
export function FormularyPage(): ReactElement {
  const found = useFormulary();
  const [text, setText] = useState("");
  const [show, setShow] = useState<Show>("all");
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button kind="primary" icon={Plus} onPress={() => setAdding(true)}>
      {t("formulary.add")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("formulary.title")} lead={t("formulary.lead")} actions={add} />
      <div className="stack formulary">
        <div className="formulary-find">
          <TextField
            label={t("formulary.find")}
            before={<Search aria-hidden="true" size={16} />}
            value={text}
            onChange={setText}
            type="search"
          />
          <Select
            label={t("formulary.show")}
            value={show}
            onChange={setShow}
            options={SHOWS.map((one) => ({ value: one, label: t(`formulary.show.${one}`) }))}
          />
        </div>
        {found.data ? (
          <Card flush>
            <Table
              caption={t("formulary.title")}
              columns={columns()}
              rows={matching(found.data, text, show)}
              rowKey={(it) => it.id}
              empty={<EmptyState icon={Pill} title={t("formulary.none")} />}
            />
          </Card>
        ) : found.isError ? (
          <ErrorState
            title={t("formulary.loadFailed")}
            requestId={found.error instanceof Problem ? found.error.requestId : undefined}
            onRetry={() => void found.refetch()}
          />
        ) : (
          <Card>
            <Skeleton lines={8} />
          </Card>
        )}
      </div>
      <AddDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}

const columns = (): readonly Column<Line>[] => [
  {
    id: "name",
    label: t("formulary.name"),
    cell: (it) => <span className="strong">{it.tallMan}</span>,
    sort: (it) => it.name,
  },
  { id: "form", label: t("formulary.form"), cell: (it) => t(`formulary.form.${it.form}`) },
  { id: "substances", label: t("formulary.substances"), cell: (it) => it.ingredients.join(", ") },
  { id: "checks", label: t("formulary.checks"), cell: (it) => <Checks line={it} /> },
  {
    id: "actions",
    label: t("formulary.actions"),
    hideLabel: true,
    align: "end",
    cell: (it) => <Hiding line={it} />,
  },
];

/** How far a safety check of it goes, and whether it is offered. */
function Checks({ line }: { line: Line }): ReactElement {
  return (
    <span className="row" data-gap="1">
      {line.added ? (
        <Badge tone="warning">{t("formulary.uncheckable")}</Badge>
      ) : (
        <Badge tone={line.code ? "success" : "neutral"}>{t(line.code ? "formulary.coded" : "formulary.uncoded")}</Badge>
      )}
      {line.hidden && <Badge>{t("formulary.hidden")}</Badge>}
    </span>
  );
}

/** Hides a line or shows it again, which can be taken back. */
function Hiding({ line }: { line: Line }): ReactElement {
  const hide = useHiding();
  const { id, name } = line;

  const turn = (hidden: boolean, isUndo: boolean): void =>
    void hide.mutateAsync({ id, hidden }).then(
      () => {
        const text = t(hidden ? "formulary.nowHidden" : "formulary.nowShown", { name });
        toast(isUndo ? { text } : { text, onUndo: () => turn(!hidden, true) });
      },
      (problem) => toast({ tone: "danger", text: refusalOf(problem) }),
    );

  return (
    <Button
      kind="quiet"
      size="small"
      onPress={() => turn(!line.hidden, false)}
      isPending={hide.isPending}
      aria-label={t(line.hidden ? "formulary.showOne" : "formulary.hideOne", { name })}
    >
      {t(line.hidden ? "formulary.offer" : "formulary.hide")}
    </Button>
  );
}
