import { FlaskConical, PenLine } from "lucide-react";
import { type ReactElement, useState } from "react";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Button, Card, type Column, EmptyState, Skeleton, Table, toast } from "../../ui/index.ts";
import { type OrderLine, type ResultLine, useOrders, useRelease, useResultsOf } from "./api.ts";
import { Unread } from "./InboxPage.tsx";
import { ResultPanel } from "./ResultPanel.tsx";
import { nameOf } from "./reading.ts";
import { SignDialog } from "./SignDialog.tsx";
import "./Results.css";

const FIRST = 6;

/** A patient's results, newest first, each to be signed where it is read; above them what is still ordered. */
export function ResultsSection({ patientId }: { patientId: string }): ReactElement {
  const { may } = useSession();
  const { data, error, isPending, refetch } = useResultsOf(patientId);
  const [signing, setSigning] = useState<ResultLine | null>(null);
  const [shown, setShown] = useState(FIRST);
  const maySign = may("DiagnosticReport.update");
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Orders patientId={patientId} />
      {data.length === 0 && (
        <Card>
          <EmptyState icon={FlaskConical} title={t("results.noResults")}>
            {t("results.noResultsHint")}
          </EmptyState>
        </Card>
      )}
      {data.slice(0, shown).map((result) => (
        <ResultPanel
          key={result.report}
          result={result}
          history={data}
          actions={maySign && <Actions result={result} onSign={() => setSigning(result)} />}
        />
      ))}
      {data.length > shown && (
        <div className="row">
          <Button onPress={() => setShown(shown + FIRST * 2)}>
            {t("results.older", { count: data.length - shown })}
          </Button>
        </div>
      )}
      {signing && <SignDialog result={signing} onClose={() => setSigning(null)} />}
    </>
  );
}

function Actions({ result, onSign }: { result: ResultLine; onSign: () => void }): ReactElement | null {
  const release = useRelease();
  async function now(): Promise<void> {
    await release.mutateAsync(result.report);
    toast({ text: t("results.releasedToast", { name: result.name }), tone: "success" });
  }
  // What is signed or was seen by its patient long ago needs no signature now.
  if (result.task || !(result.signedBy || result.released))
    return (
      <Button size="small" icon={PenLine} onPress={onSign}>
        {t("results.sign")}
      </Button>
    );
  if (result.released) return null;
  return (
    <Button size="small" onPress={() => void now().catch(() => undefined)} isPending={release.isPending}>
      {t("results.releaseAction")}
    </Button>
  );
}

const orderColumns = (): readonly Column<OrderLine>[] => [
  { id: "test", label: t("results.test"), cell: (order) => <span className="strong">{order.name}</span> },
  {
    id: "state",
    label: t("results.orderState"),
    cell: (order) => (
      <span className="row" data-gap="1">
        {t("results.orderStateText", { state: order.status })}
        {order.priority !== "routine" && order.status === "active" && (
          <Badge tone="warning">
            {t(PRIORITIES[order.priority as keyof typeof PRIORITIES] ?? "results.priorityUrgent")}
          </Badge>
        )}
      </span>
    ),
  },
  {
    id: "ordered",
    label: t("results.ordered"),
    cell: (order) => <span className="nowrap">{dayText(order.ordered)}</span>,
    sort: (order) => order.ordered,
  },
  { id: "by", label: t("results.orderedBy"), cell: (order) => nameOf(order.requester) },
  {
    id: "number",
    label: t("results.requisition"),
    cell: (order) => <span className="nowrap">{order.requisition}</span>,
  },
];

export const PRIORITIES = {
  routine: "results.priorityRoutine",
  urgent: "results.priorityUrgent",
  asap: "results.priorityAsap",
  stat: "results.priorityStat",
} as const;

/** Orders whose results are not in yet, and the latest that are. */
function Orders({ patientId }: { patientId: string }): ReactElement | null {
  const { data } = useOrders(patientId);
  const open = (data ?? []).filter((order) => order.status !== "completed");
  const done = (data ?? []).filter((order) => order.status === "completed").slice(0, 3);
  if (!data || data.length === 0) return null;
  return (
    <Card title={t("results.orders")} note={t("results.ordersOpen", { count: open.length })} flush>
      <Table
        caption={t("results.orders")}
        columns={orderColumns()}
        rows={[...open, ...done]}
        rowKey={(order) => order.id}
      />
    </Card>
  );
}
