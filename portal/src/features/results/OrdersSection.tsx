import { FlaskConical } from "lucide-react";
import type { ReactElement } from "react";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Button, Card, type Column, EmptyState, Skeleton, Table } from "../../ui/index.ts";
import { type OrderLine, useOrders } from "./api.ts";
import { Unread } from "./InboxPage.tsx";
import { nameOf } from "./reading.ts";

export const PRIORITIES = {
  routine: "results.priorityRoutine",
  urgent: "results.priorityUrgent",
  asap: "results.priorityAsap",
  stat: "results.priorityStat",
} as const;

const columns = (): readonly Column<OrderLine>[] => [
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

const isOpen = ({ status }: OrderLine): boolean => status !== "completed";

/** Everything that was ordered for a patient, what is still open first. */
export function OrdersSection({ patientId, onOrder }: { patientId: string; onOrder: () => void }): ReactElement {
  const { may } = useSession();
  const { data, error, isPending, refetch } = useOrders(patientId);
  if (isPending)
    return (
      <Card title={t("results.orders")}>
        <Skeleton lines={5} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  if (data.length > 0) return <Listed orders={[...data.filter(isOpen), ...data.filter((one) => !isOpen(one))]} />;
  return (
    <Card title={t("results.orders")}>
      <EmptyState
        icon={FlaskConical}
        title={t("results.ordersNone")}
        actions={may("ServiceRequest.create") && <Button onPress={onOrder}>{t("results.order")}</Button>}
      />
    </Card>
  );
}

/** Above the results: orders that are not answered yet. */
export function OpenOrders({ patientId }: { patientId: string }): ReactElement | null {
  const open = (useOrders(patientId).data ?? []).filter(isOpen);
  return open.length > 0 ? <Listed orders={open} /> : null;
}

function Listed({ orders }: { orders: readonly OrderLine[] }): ReactElement {
  return (
    <Card title={t("results.orders")} note={t("results.ordersOpen", { count: orders.filter(isOpen).length })} flush>
      <Table caption={t("results.orders")} columns={columns()} rows={orders} rowKey={(order) => order.id} />
    </Card>
  );
}
