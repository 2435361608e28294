import { useQuery } from "@tanstack/react-query";
import { GitMerge, Undo2 } from "lucide-react";
import type { ReactElement } from "react";
import { Link } from "react-aria-components";
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
  Skeleton,
  showMoment,
  Table,
} from "../../ui/index.ts";
import { listMerges, type Merged } from "./api.ts";
import { useUndo } from "./useUndo.tsx";
import "./merge.css";

/** What was put together here, each with a way back. */
export function MergesPage(): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["merges"],
    queryFn: ({ signal }) => listMerges(signal),
  });
  const undo = useUndo();
  return (
    <>
      <PageHead title={t("merge.title")} lead={t("merge.lead")} />
      {undo.refusal}
      {isPending && (
        <Card>
          <Skeleton lines={4} />
        </Card>
      )}
      {error && (
        <ErrorState
          title={t("merge.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("merge.failedHint")}
        </ErrorState>
      )}
      {data && (
        <Card flush>
          <Table
            caption={t("merge.title")}
            columns={columns(undo.start)}
            rows={data}
            rowKey={(it) => it.id}
            empty={
              <EmptyState icon={GitMerge} title={t("merge.none")}>
                {t("merge.noneHint")}
              </EmptyState>
            }
          />
        </Card>
      )}
    </>
  );
}

const columns = (undo: (id: string) => void): readonly Column<Merged>[] => [
  { id: "when", label: t("merge.when"), cell: (it) => <span className="nowrap">{showMoment(it.done)}</span> },
  {
    id: "keep",
    label: t("merge.kept"),
    cell: (it) => <Link href={`/patients/${it.keep}`}>{it.keepName || it.keep}</Link>,
  },
  {
    id: "drop",
    label: t("merge.gone"),
    cell: (it) => <Link href={`/patients/${it.drop}`}>{it.dropName || it.drop}</Link>,
  },
  { id: "moved", label: t("merge.moved"), cell: (it) => t("merge.entries", { count: it.moved }) },
  {
    id: "state",
    label: t("merge.state"),
    cell: (it) => (
      <Badge tone={it.undone ? "neutral" : "success"}>
        {it.undone ? t("merge.undone", { when: showMoment(it.undone) }) : t("merge.stands")}
      </Badge>
    ),
  },
  {
    id: "undo",
    label: t("merge.undo"),
    hideLabel: true,
    cell: (it) =>
      !it.undone && (
        <Button
          size="small"
          icon={Undo2}
          aria-label={t("merge.undoOf", { when: showMoment(it.done) })}
          onPress={() => undo(it.id)}
        >
          {t("merge.undo")}
        </Button>
      ),
  },
];
