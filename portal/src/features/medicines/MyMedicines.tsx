import { Pill, Printer } from "lucide-react";
import { type ReactElement, useState } from "react";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  Dialog,
  EmptyState,
  isoDay,
  Skeleton,
  showDay,
  TextField,
  toast,
} from "../../ui/index.ts";
import { type MedicineLine, useAskRefill, useMedicines } from "./api.ts";
import { MedicineHistory } from "./MedicineHistory.tsx";
import { Unread } from "./MedicinesSection.tsx";
import { Unsaved } from "./StopDialog.tsx";
import { idOf, isActive, runsOutState } from "./words.ts";
import "./Medicines.css";

/** A patient's medicines in plain words: how to take each, for how long it lasts, and a way to ask for more. */
export function MyMedicines({ patientId }: { patientId: string }): ReactElement {
  const { data, error, isPending, refetch } = useMedicines(patientId);
  const [asking, setAsking] = useState<MedicineLine | null>(null);
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  const current = data.medicines.filter(isActive);
  const past = data.medicines.filter((line) => !isActive(line) && line.status !== "entered-in-error");
  return (
    <>
      {current.length === 0 && (
        <Card>
          <EmptyState icon={Pill} title={t("medicines.mineNone")}>
            {t("medicines.mineNoneHint")}
          </EmptyState>
        </Card>
      )}
      {current.map((line) => (
        <Card key={line.reference} title={line.name} level={3}>
          <div className="my-medicine">
            <p className="my-medicine-how">{line.doseLine}</p>
            {line.reason && <p>{t("medicines.forReason", { reason: line.reason })}</p>}
            <p className="muted">
              {line.prescriber
                ? t("medicines.mineBy", { who: line.prescriber, date: dayText(line.since) })
                : t("medicines.mineSince", { date: dayText(line.since) })}
            </p>
            <Supply line={line} />
            <Refill line={line} onAsk={() => setAsking(line)} />
            {line.reference.startsWith("MedicationRequest/") && (
              <MedicineHistory prescription={idOf(line)} label={t("medicines.mineHistory")} />
            )}
          </div>
        </Card>
      ))}
      {current.length > 0 && (
        <div className="row">
          <ButtonLink
            icon={Printer}
            href={`/api/medications/patients/${patientId}/print`}
            target="_blank"
            rel="noopener"
          >
            {t("medicines.minePrint")}
          </ButtonLink>
        </div>
      )}
      {past.length > 0 && (
        <Card title={t("medicines.minePast")} level={3}>
          <ul className="stack" data-gap="2">
            {past.map((line) => (
              <li key={line.reference}>
                {line.name}{" "}
                <span className="muted">{line.since && t("medicines.mineSince", { date: dayText(line.since) })}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {asking && <AskRefill line={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function Supply({ line }: { line: MedicineLine }): ReactElement | null {
  const state = runsOutState(line.runsOut, isoDay(new Date()));
  const day = line.runsOut ? showDay(line.runsOut) : "";
  const left =
    typeof line.refillsLeft !== "number"
      ? ""
      : line.refillsLeft > 0
        ? t("medicines.mineLeft", { count: line.refillsLeft })
        : t("medicines.mineNoneLeft");
  const until =
    state === "unknown" ? "" : t(state === "past" ? "medicines.mineRanOut" : "medicines.mineRunsOut", { date: day });
  if (!left && !until) return null;
  return <p>{[until, left].filter(Boolean).join(" ")}</p>;
}

/** Where a request stands, as far as the clinic has said; a way to ask when none is open. */
function Refill({ line, onAsk }: { line: MedicineLine; onAsk: () => void }): ReactElement | null {
  if (!line.reference.startsWith("MedicationRequest/")) return null;
  if (line.refillPending) return <Banner tone="info">{t("medicines.minePending")}</Banner>;
  return (
    <div className="row">
      <Button icon={Pill} onPress={onAsk} aria-label={t("medicines.mineAskTitle", { medicine: line.name })}>
        {t("medicines.mineAsk")}
      </Button>
    </div>
  );
}

function AskRefill({ line, onClose }: { line: MedicineLine; onClose: () => void }): ReactElement {
  const [note, setNote] = useState("");
  const ask = useAskRefill();
  async function send(): Promise<void> {
    await ask.mutateAsync({ prescription: idOf(line), note: note.trim() });
    toast({ text: t("medicines.mineAsked"), tone: "success" });
    onClose();
  }
  return (
    <Dialog
      title={t("medicines.mineAskTitle", { medicine: line.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => void send().catch(() => undefined)} isPending={ask.isPending}>
            {t("medicines.mineAskSend")}
          </Button>
        </>
      }
    >
      {ask.error && <Unsaved title={t("medicines.mineAskFailed")} problem={ask.error} />}
      <p>{line.doseLine}</p>
      <p>{t("medicines.mineAskText")}</p>
      <TextField label={t("medicines.mineAskNote")} optional rows={3} value={note} onChange={setNote} maxLength={500} />
      <Banner tone="warning">{t("medicines.mineUrgent")}</Banner>
    </Dialog>
  );
}
