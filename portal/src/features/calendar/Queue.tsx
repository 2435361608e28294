import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Dialog, EmptyState, ErrorState, Skeleton, showDay, TextField, toast } from "../../ui/index.ts";
import { momentIn } from "./ConflictDialog.tsx";
import { CALENDAR_KEY } from "./calendar.ts";
import { WAITING_KEY } from "./waiting.ts";

const REQUESTS_KEY = ["appointment-requests"] as const;

export type Request = Schemas["AppointmentRequest"];
type Waiting = Schemas["Waiting"];

export const useRequests = (isOn: boolean) =>
  useQuery({
    queryKey: REQUESTS_KEY,
    enabled: isOn,
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/requests", { signal })),
  });

export const useWaiting = (isOn: boolean) =>
  useQuery({
    queryKey: WAITING_KEY,
    enabled: isOn,
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/wait-list", { signal })),
  });

/** What patients asked for and somebody must decide. */
export function Requests({ zone, onOpen }: { zone: string; onOpen: (request: Request) => void }): ReactElement {
  const requests = useRequests(true);
  const [refusing, setRefusing] = useState<Request | null>(null);
  const decide = useDecision();
  if (requests.isPending) return <Skeleton lines={4} />;
  if (requests.isError)
    return (
      <ErrorState
        title={t("calendar.queueFailed")}
        requestId={requests.error instanceof Problem ? requests.error.requestId : undefined}
        onRetry={() => void requests.refetch()}
      />
    );
  if (requests.data.requests.length === 0)
    return <EmptyState title={t("calendar.noRequests")}>{t("calendar.noRequestsHint")}</EmptyState>;
  return (
    <>
      <ul className="queue-list">
        {requests.data.requests.map((one) => (
          <li key={one.appointment} className="queue-item">
            <button type="button" className="queue-open" onClick={() => onOpen(one)}>
              {one.patient.name}
            </button>
            <span>{momentIn(one.start, zone)}</span>
            <span className="muted small">
              {[one.serviceName, whoOf(one.actors, requests.data.names), one.reason].filter(Boolean).join(" · ")}
            </span>
            <span className="row">
              <Button
                size="small"
                kind="primary"
                isPending={decide.isPending && decide.variables?.id === one.appointment}
                onPress={() => decide.mutate({ id: one.appointment, name: one.patient.name })}
              >
                {t("calendar.approve")}
              </Button>
              <Button size="small" onPress={() => setRefusing(one)}>
                {t("calendar.refuse")}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <RefuseDialog
        request={refusing}
        onClose={() => setRefusing(null)}
        onRefuse={(reason) => {
          if (refusing) decide.mutate({ id: refusing.appointment, name: refusing.patient.name, reason });
          setRefusing(null);
        }}
      />
    </>
  );
}

/** Approves, or refuses when there is a reason. */
function useDecision() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; name: string; reason?: string }) => {
      const params = { path: { appointment: id } };
      return reason === undefined
        ? answer(api.POST("/api/scheduling/requests/{appointment}/approve", { params }))
        : answer(api.POST("/api/scheduling/requests/{appointment}/refuse", { params, body: { reason } }));
    },
    onSuccess: (_, { name, reason }) =>
      toast({ text: t(reason === undefined ? "calendar.approved" : "calendar.refused", { name }) }),
    onError: (problem) =>
      toast({ tone: "danger", text: (problem instanceof Problem && problem.detail) || t("calendar.decisionFailed") }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: REQUESTS_KEY });
      void client.invalidateQueries({ queryKey: CALENDAR_KEY });
    },
  });
}

interface RefuseProps {
  readonly request: Request | null;
  readonly onClose: () => void;
  readonly onRefuse: (reason: string) => void;
}

function RefuseDialog({ request, onClose, onRefuse }: RefuseProps): ReactElement {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);

  function refuse(): void {
    setTried(true);
    if (!reason.trim()) return;
    onRefuse(reason.trim());
    setReason("");
    setTried(false);
  }

  return (
    <Dialog
      title={t("calendar.refuseTitle", { name: request?.patient.name ?? "" })}
      isOpen={request !== null}
      onClose={onClose}
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="danger" onPress={refuse}>
            {t("calendar.refuse")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("calendar.refuseReason")}
        hint={t("calendar.refuseHint")}
        rows={3}
        maxLength={300}
        value={reason}
        onChange={setReason}
        error={tried && !reason.trim() ? t("calendar.needReason") : undefined}
      />
    </Dialog>
  );
}

/** Who would come earlier, longest waiting first; above them the way to put somebody there. */
export function WaitList({ onAdd }: { onAdd: () => void }): ReactElement {
  return (
    <div className="stack">
      <div className="row">
        <Button size="small" icon={UserPlus} onPress={onAdd}>
          {t("calendar.waitAdd")}
        </Button>
      </div>
      <Waiters />
    </div>
  );
}

function Waiters(): ReactElement {
  const waiting = useWaiting(true);
  const leave = useLeaving();
  if (waiting.isPending) return <Skeleton lines={4} />;
  if (waiting.isError)
    return (
      <ErrorState
        title={t("calendar.queueFailed")}
        requestId={waiting.error instanceof Problem ? waiting.error.requestId : undefined}
        onRetry={() => void waiting.refetch()}
      />
    );
  if (waiting.data.waiting.length === 0)
    return <EmptyState title={t("calendar.nobodyWaits")}>{t("calendar.nobodyWaitsHint")}</EmptyState>;
  return (
    <ul className="queue-list">
      {waiting.data.waiting.map((one) => (
        <li key={one.id} className="queue-item">
          <span className="strong">{one.patient.name}</span>
          <span className="muted small">
            {[one.serviceName, wishOf(one, waiting.data.names)].filter(Boolean).join(" · ")}
          </span>
          <span className="row" data-justify="between">
            {one.offer ? <Badge tone="info">{t("calendar.offered")}</Badge> : <span />}
            <Button size="small" onPress={() => leave.mutate(one.id)}>
              {t("calendar.takeOff")}
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function useLeaving() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/scheduling/wait-list/{appointment}", { params: { path: { appointment: id } } })),
    onSuccess: () => toast({ text: t("calendar.takenOff") }),
    onError: () => toast({ tone: "danger", text: t("calendar.decisionFailed") }),
    onSettled: () => client.invalidateQueries({ queryKey: WAITING_KEY }),
  });
}

const whoOf = (actors: readonly string[], names: Readonly<Record<string, string>>): string =>
  actors
    .map((one) => names[one] ?? "")
    .filter(Boolean)
    .join(", ");

const wishOf = (one: Waiting, names: Readonly<Record<string, string>>): string =>
  [
    t("calendar.waitBetween", { from: showDay(one.start.slice(0, 10)), to: showDay(one.end.slice(0, 10)) }),
    one.partOfDay && t(`calendar.part.${one.partOfDay}`),
    one.actor && names[one.actor],
  ]
    .filter(Boolean)
    .join(", ");
