import { ClipboardCheck, Ellipsis, Pill, Printer } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  IconButton,
  isoDay,
  Menu,
  Skeleton,
  showDay,
  Table,
} from "../../ui/index.ts";
import { type MedicineLine, useMedicines } from "./api.ts";
import { SafetyBadge } from "./SafetyOutcome.tsx";
import { StopDialog } from "./StopDialog.tsx";
import { idOf, isActive, runsOutState } from "./words.ts";
import "./Medicines.css";

export interface MedicinesSectionProps {
  readonly patientId: string;
  readonly onPrescribe: () => void;
  /** Asks for the prescribing panel about one medicine. */
  readonly onChange: (prescription: string) => void;
  readonly onReconcile: () => void;
}

/** What the patient takes and took, each with its dose line, its supply, and how its safety stands. */
export function MedicinesSection(props: MedicinesSectionProps): ReactElement {
  const { patientId, onPrescribe, onChange, onReconcile } = props;
  const { may } = useSession();
  const { data, error, isPending, refetch } = useMedicines(patientId);
  const [stopping, setStopping] = useState<MedicineLine | null>(null);
  const mayWrite = may("MedicationRequest.create");
  if (isPending)
    return (
      <Card title={t("medicines.current")}>
        <Skeleton lines={6} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  const current = data.medicines.filter(isActive);
  const past = data.medicines.filter((line) => !isActive(line));
  const empty = (
    <EmptyState
      icon={Pill}
      title={t("medicines.none")}
      actions={
        mayWrite && (
          <Button icon={Pill} onPress={onPrescribe}>
            {t("medicines.prescribe")}
          </Button>
        )
      }
    >
      {t("medicines.noneHint")}
    </EmptyState>
  );
  return (
    <>
      <Card
        title={t("medicines.current")}
        note={[
          t("medicines.count", { count: current.length }),
          data.reconciled && t("medicines.reconcileLast", { date: dayText(data.reconciled) }),
        ]
          .filter(Boolean)
          .join(" · ")}
        actions={
          <>
            {may("MedicationStatement.create") && (
              <Button size="small" icon={ClipboardCheck} onPress={onReconcile}>
                {t("medicines.reconcile")}
              </Button>
            )}
            <ButtonLink
              size="small"
              kind="quiet"
              icon={Printer}
              href={`/api/medications/patients/${patientId}/print`}
              target="_blank"
              rel="noopener"
            >
              {t("medicines.printList")}
            </ButtonLink>
          </>
        }
        flush
      >
        <Table
          caption={t("medicines.current")}
          columns={[...currentColumns(), ...(mayWrite ? [actionsColumn(onChange, setStopping)] : [])]}
          rows={current}
          rowKey={(line) => line.reference}
          empty={empty}
        />
      </Card>
      {past.length > 0 && (
        <Card title={t("medicines.past")} note={t("medicines.count", { count: past.length })} flush>
          <Table caption={t("medicines.past")} columns={pastColumns()} rows={past} rowKey={(line) => line.reference} />
        </Card>
      )}
      {stopping && <StopDialog line={stopping} onClose={() => setStopping(null)} />}
    </>
  );
}

/** The list could not be read: an error, never an empty list. */
export function Unread({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  return (
    <Card>
      <ErrorState
        title={t("medicines.failed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={onRetry}
      >
        {t("medicines.failedHint")}
      </ErrorState>
    </Card>
  );
}

/** The medicine, its dose line, what for, since when and by whom: what is read together stands together. */
const name = (line: MedicineLine): ReactElement => (
  <span className="medicine-cell">
    <span className="strong">{line.tallMan || line.name}</span>
    <span className="medicine-dose">{line.doseLine}</span>
    <span className="small muted">{origin(line)}</span>
  </span>
);

const origin = ({ reason, since, prescriber, reference }: MedicineLine): string => {
  const by = reference.startsWith("MedicationStatement/") ? t("medicines.reported") : prescriber;
  const parts = [
    reason && t("medicines.forReason", { reason }),
    since && t("medicines.sinceDate", { date: dayText(since) }),
    by,
  ];
  return parts.filter(Boolean).join(" · ");
};

const currentColumns = (): readonly Column<MedicineLine>[] => [
  { id: "medicine", label: t("medicines.medicine"), cell: name, sort: (line) => line.name },
  {
    id: "supply",
    label: t("medicines.supplyColumn"),
    cell: (line) => <Supply line={line} />,
    sort: (line) => line.runsOut || "9999",
  },
  { id: "check", label: t("medicines.lastCheck"), cell: (line) => <Safety line={line} /> },
];

/** How long it lasts, how often it may be fetched again, and whether the patient has asked. */
function Supply({ line }: { line: MedicineLine }): ReactElement {
  const state = runsOutState(line.runsOut, isoDay(new Date()));
  const day = line.runsOut ? showDay(line.runsOut) : "";
  return (
    <span className="medicine-cell">
      {state === "past" && <span className="nowrap strong">{t("medicines.ranOut", { date: day })}</span>}
      {(state === "soon" || state === "later") && (
        <span className="row" data-gap="1">
          <span className="nowrap">{t("medicines.runsOutOn", { date: day })}</span>
          {state === "soon" && <Badge tone="warning">{t("medicines.soon")}</Badge>}
        </span>
      )}
      {typeof line.refillsLeft === "number" && (
        <span className="small muted nowrap">{t("medicines.leftCount", { count: line.refillsLeft })}</span>
      )}
      {line.refillPending && <Badge tone="info">{t("medicines.refillPending")}</Badge>}
    </span>
  );
}

/** How the last check of it stood, with what was overridden and why: whoever gives it should know. */
function Safety({ line }: { line: MedicineLine }): ReactElement {
  if (!line.safety) return <SafetyBadge outcome="unavailable" word={t("medicines.neverChecked")} />;
  const { outcome, at, overrides, rechecking } = line.safety;
  return (
    <span className="medicine-cell">
      <span className="row" data-gap="1">
        <SafetyBadge outcome={outcome} />
        <span className="small muted nowrap">{dayText(at)}</span>
      </span>
      {rechecking && <span className="small">{t("medicines.rechecking")}</span>}
      {overrides.length > 0 && (
        <details className="medicine-overrides">
          <summary>{t("medicines.overridden", { count: overrides.length })}</summary>
          <ul>
            {overrides.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      )}
    </span>
  );
}

const actionsColumn = (
  onChange: (prescription: string) => void,
  onStop: (line: MedicineLine) => void,
): Column<MedicineLine> => ({
  id: "actions",
  label: t("medicines.actions"),
  hideLabel: true,
  align: "end",
  cell: (line) =>
    line.reference.startsWith("MedicationRequest/") && (
      <Menu
        label={t("medicines.actionsFor", { medicine: line.name })}
        trigger={<IconButton icon={Ellipsis} size="small" label={t("medicines.actionsFor", { medicine: line.name })} />}
        groups={[
          {
            id: "medicine",
            entries: [
              { id: "change", label: t("medicines.change"), onAction: () => onChange(idOf(line)) },
              {
                id: "print",
                label: t("medicines.print"),
                onAction: () =>
                  void window.open(`/api/medications/prescriptions/${idOf(line)}/print`, "_blank", "noopener"),
              },
              { id: "stop", label: t("medicines.stop"), isDanger: true, onAction: () => onStop(line) },
            ],
          },
        ]}
      />
    ),
});

const pastColumns = (): readonly Column<MedicineLine>[] => [
  { id: "medicine", label: t("medicines.medicine"), cell: name, sort: (line) => line.name },
  { id: "why", label: t("medicines.why"), cell: (line) => line.statusReason || statusText(line) },
];

/** Why a medicine is no longer taken when nobody gave a reason: its course ended, or it was stopped. */
const statusText = ({ status }: MedicineLine): string => t("medicines.statusText", { status });
