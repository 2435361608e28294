import { useQuery } from "@tanstack/react-query";
import { KeyRound, Lock } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showMoment,
  Table,
  type Tone,
} from "../../ui/index.ts";
import { Approve } from "./Approve.tsx";
import { type Destructions, type Hold, KEY, type Line, lift, listed, refuse, withdraw } from "./api.ts";
import { Finder, useChange } from "./Finder.tsx";
import { isOpen, refusal } from "./words.ts";
import "./shredding.css";

const TONES: Readonly<Record<Line["state"], Tone>> = {
  asked: "warning",
  approved: "warning",
  begun: "danger",
  done: "neutral",
  refused: "neutral",
  withdrawn: "neutral",
  expired: "neutral",
  stopped: "danger",
};

/** Keys that are to be destroyed or were, and records that must not be. */
export function DestructionPage(): ReactElement {
  const { data, error, isPending, refetch } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => listed(signal) });
  return (
    <>
      <PageHead title={t("shredding.title")} lead={t("shredding.lead")} />
      {isPending && (
        <Card>
          <Skeleton lines={6} />
        </Card>
      )}
      {error && (
        <ErrorState
          title={t("shredding.loadFailed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {refusal(error)}
        </ErrorState>
      )}
      {data && <Lists found={data} />}
    </>
  );
}

function Lists({ found }: { found: Destructions }): ReactElement {
  const [approving, setApproving] = useState<Line | null>(null);
  return (
    <div className="stack shredding">
      <Finder mayHold={found.mayHold} />
      <Card title={t("shredding.requests")} flush={found.requests.length > 0}>
        <Table
          caption={t("shredding.requests")}
          columns={requestColumns(setApproving)}
          rows={found.requests}
          rowKey={(line) => line.id}
          empty={
            <EmptyState icon={KeyRound} title={t("shredding.none")}>
              {t("shredding.noneHint")}
            </EmptyState>
          }
        />
      </Card>
      <Card title={t("shredding.holds")} flush={found.holds.length > 0}>
        <Table
          caption={t("shredding.holds")}
          columns={holdColumns(found.mayHold)}
          rows={found.holds}
          rowKey={(one) => one.patient}
          empty={
            <EmptyState icon={Lock} title={t("shredding.noHold")}>
              {t("shredding.noHoldHint")}
            </EmptyState>
          }
        />
      </Card>
      {approving && <Approve line={approving} cooling={found.cooling} onClose={() => setApproving(null)} />}
    </div>
  );
}

const requestColumns = (approve: (line: Line) => void): readonly Column<Line>[] => [
  { id: "asked", label: t("shredding.when"), cell: (it) => <span className="nowrap">{showMoment(it.asked)}</span> },
  { id: "patient", label: t("shredding.record"), cell: (it) => <span className="shredding-id">{it.patient}</span> },
  { id: "reason", label: t("shredding.reason"), cell: (it) => t(`shredding.reason.${it.reason as "court-order"}`) },
  { id: "state", label: t("shredding.state"), cell: (it) => <State line={it} /> },
  {
    id: "do",
    label: t("shredding.decide"),
    hideLabel: true,
    cell: (it) => isOpen(it) && <Deciding line={it} onApprove={() => approve(it)} />,
  },
];

function State({ line }: { line: Line }): ReactElement {
  const at = line.done ?? line.decided;
  return (
    <span className="shredding-state">
      <Badge tone={TONES[line.state]}>{t(`shredding.state.${line.state}`)}</Badge>
      {line.state === "approved" && line.due ? (
        <span className="muted">{t("shredding.dueAt", { when: showMoment(line.due) })}</span>
      ) : (
        at && <span className="muted nowrap">{showMoment(at)}</span>
      )}
    </span>
  );
}

function Deciding({ line, onApprove }: { line: Line; onApprove: () => void }): ReactElement {
  const refusing = useChange(() => refuse(line.id), "shredding.refused");
  const taking = useChange(() => withdraw(line.id), "shredding.takenBack");
  const error = refusing.error ?? taking.error;
  const isWaiting = line.state === "asked" && !line.mine;
  return (
    <div className="row">
      {error && (
        <Banner tone="danger" role="alert">
          {refusal(error)}
        </Banner>
      )}
      {isWaiting ? (
        <>
          <Button size="small" isPending={refusing.isPending} onPress={() => refusing.mutate()}>
            {t("shredding.refuse")}
          </Button>
          <Button size="small" kind="primary" onPress={onApprove}>
            {t("shredding.decideOn")}
          </Button>
        </>
      ) : (
        <Button size="small" isPending={taking.isPending} onPress={() => taking.mutate()}>
          {t("shredding.takeBack")}
        </Button>
      )}
    </div>
  );
}

const holdColumns = (mayLift: boolean): readonly Column<Hold>[] => [
  { id: "since", label: t("shredding.since"), cell: (it) => <span className="nowrap">{showMoment(it.since)}</span> },
  { id: "patient", label: t("shredding.record"), cell: (it) => <span className="shredding-id">{it.patient}</span> },
  { id: "reason", label: t("shredding.holdReason"), cell: (it) => t(`shredding.hold.${it.reason as "other"}`) },
  {
    id: "do",
    label: t("shredding.lift"),
    hideLabel: true,
    cell: (it) => mayLift && <Lifting patient={it.patient} />,
  },
];

function Lifting({ patient }: { patient: string }): ReactElement {
  const lifting = useChange(() => lift(patient), "shredding.holdLifted");
  return (
    <Button size="small" isPending={lifting.isPending} onPress={() => lifting.mutate()}>
      {t("shredding.lift")}
    </Button>
  );
}
