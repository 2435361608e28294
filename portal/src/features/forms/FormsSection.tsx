import { useQuery } from "@tanstack/react-query";
import type { Task } from "fhir/r4";
import { ClipboardList, Clock, FileCheck, FileSearch } from "lucide-react";
import type { ReactElement } from "react";
import { FhirFault } from "../../fhir/fault.ts";
import { momentText } from "../../fhir/moments.ts";
import { numberText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, type Column, EmptyState, ErrorState, Skeleton, Table } from "../../ui/index.ts";
import { type ResponseLine, responsesOf, waitingFor } from "./api.ts";
import "./forms.css";

export interface FormsSectionProps {
  readonly patientId: string;
  /** Opens a response beside the chart. */
  readonly onReview: (response: string) => void;
}

/** What a patient was asked and has answered; what waits for a look comes first. */
export function FormsSection({ patientId, onReview }: FormsSectionProps): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["forms", "of", patientId],
    queryFn: async ({ signal }) => {
      const [responses, waiting] = await Promise.all([responsesOf(patientId, signal), waitingFor(patientId, signal)]);
      return { responses: responses.filter((one) => one.status !== "in-progress"), waiting };
    },
    staleTime: 10_000,
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={4} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        title={t("forms.failed")}
        requestId={error instanceof FhirFault ? error.requestId : undefined}
        onRetry={() => void refetch()}
      >
        {t("forms.failedHint")}
      </ErrorState>
    );
  const { responses, waiting } = data;
  return (
    <>
      {waiting.length > 0 && (
        <Card title={t("forms.waiting")}>
          <ul className="my-forms">
            {waiting.map((one) => (
              <Waiting key={one.id} task={one} />
            ))}
          </ul>
        </Card>
      )}
      <Card title={t("forms.section")} note={t("chart.count", { count: responses.length })} flush>
        <Table
          caption={t("forms.section")}
          columns={columns(onReview)}
          rows={[...responses.filter((one) => !one.isReviewed), ...responses.filter((one) => one.isReviewed)]}
          rowKey={(it) => it.id}
          empty={
            <EmptyState icon={ClipboardList} title={t("forms.sectionNone")}>
              {t("forms.sectionNoneHint")}
            </EmptyState>
          }
        />
      </Card>
    </>
  );
}

function Waiting({ task }: { task: Task }): ReactElement {
  const due = task.restriction?.period?.end;
  return (
    <li className="my-form">
      <Clock aria-hidden="true" size={16} />
      <span className="strong">{task.description || t("forms.section")}</span>
      {due && <span className="muted">{t("forms.dueOn", { date: momentText(due) })}</span>}
    </li>
  );
}

const columns = (onReview: (response: string) => void): readonly Column<ResponseLine>[] => [
  { id: "name", label: t("forms.name"), cell: (it) => <span className="strong">{it.title}</span> },
  { id: "when", label: t("forms.when"), cell: (it) => <span className="nowrap">{momentText(it.authored)}</span> },
  {
    id: "score",
    label: t("forms.points"),
    align: "end",
    cell: (it) => (it.score === undefined ? "" : numberText(it.score)),
  },
  {
    id: "state",
    label: t("forms.state"),
    cell: (it) =>
      it.isReviewed ? (
        <Badge tone="success" icon={FileCheck}>
          {t("forms.filed")}
        </Badge>
      ) : (
        <Badge tone="warning" icon={FileSearch}>
          {t("forms.toReview")}
        </Badge>
      ),
  },
  {
    id: "open",
    label: t("forms.actions"),
    hideLabel: true,
    cell: (it) => (
      <Button
        size="small"
        kind="quiet"
        aria-label={`${t(it.isReviewed ? "forms.readShort" : "forms.reviewDo")}: ${it.title}`}
        onPress={() => onReview(it.id)}
      >
        {t(it.isReviewed ? "forms.readShort" : "forms.reviewDo")}
      </Button>
    ),
  },
];
