import { Check, ClipboardCheck, Inbox, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Link } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { dayText, momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Button,
  Card,
  Dialog,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showAgo,
  TextField,
  toast,
} from "../../ui/index.ts";
import { Alerts } from "./Alerts.tsx";
import {
  type RefillLine,
  useApproveRefill,
  useKeptCheck,
  usePrepareRefill,
  useReasons,
  useRefills,
  useRefuseRefill,
} from "./api.ts";
import { countOf } from "./dosing.ts";
import { interruptive, isGiven, NO_REASON, type Reason } from "./draft.ts";
import { outcomeOf } from "./outcome.ts";
import { ReasonFields } from "./ReasonFields.tsx";
import { SafetyBadge, SafetyOutcome } from "./SafetyOutcome.tsx";
import { Unsaved } from "./StopDialog.tsx";
import "./Medicines.css";
import "./Prescribe.css";

/** What patients asked for more of: approved, or refused with a reason that they read. */
export function RefillsPage(): ReactElement {
  const { data, error, isPending, refetch } = useRefills();
  return (
    <>
      <PageHead
        title={t("medicines.refillsTitle")}
        lead={data ? t("medicines.refillsCount", { count: data.length }) : t("medicines.refillsLead")}
      />
      {isPending && (
        <Card>
          <Skeleton lines={6} />
        </Card>
      )}
      {error && (
        <ErrorState
          title={t("medicines.refillsFailed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("medicines.failedHint")}
        </ErrorState>
      )}
      {data?.length === 0 && (
        <Card>
          <EmptyState icon={Inbox} title={t("medicines.refillsNone")}>
            {t("medicines.refillsNoneHint")}
          </EmptyState>
        </Card>
      )}
      {data && data.length > 0 && (
        <ul className="stack" aria-label={t("medicines.refillsTitle")}>
          {data.map((line) => (
            <li key={line.task}>
              <Request line={line} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Request({ line }: { line: RefillLine }): ReactElement {
  const { may, role } = useSession();
  const [deciding, setDeciding] = useState<"approve" | "refuse" | "prepare" | null>(null);
  const facts = [
    t("medicines.refillsAskedAt", { date: momentText(line.asked), ago: showAgo(line.asked) }),
    typeof line.refillsLeft === "number" && t("medicines.leftCount", { count: line.refillsLeft }),
    line.lastFill && t("medicines.lastFill", { date: dayText(line.lastFill) }),
    line.runsOut && t("medicines.runsOutOn", { date: dayText(line.runsOut) }),
  ].filter(Boolean);
  return (
    <Card
      title={
        <>
          <Link href={`/patients/${line.patient}/medicines`}>{line.patientName}</Link> · {line.tallMan || line.name}
        </>
      }
      actions={
        may("MedicationRequest.create") ? (
          <>
            <Button size="small" icon={X} onPress={() => setDeciding("refuse")}>
              {t("medicines.refillsRefuse")}
            </Button>
            <Button size="small" icon={Check} onPress={() => setDeciding("approve")}>
              {t("medicines.refillsApprove")}
            </Button>
          </>
        ) : (
          role === "nurse" && (
            <Button size="small" icon={ClipboardCheck} onPress={() => setDeciding("prepare")}>
              {t(line.check ? "medicines.refillsPrepareAgain" : "medicines.refillsPrepare")}
            </Button>
          )
        )
      }
    >
      <p>{line.doseLine}</p>
      {line.note && (
        <p>
          <span className="muted">{t("medicines.refillsSays")}:</span> {line.note}
        </p>
      )}
      {(line.check || line.preparation) && (
        <p className="row" data-gap="2">
          <span className="muted">{t("medicines.refillsPrepared")}</span>
          {line.check && <SafetyBadge outcome={outcomeOf(line.check)} />}
          {line.preparation && <span>{line.preparation}</span>}
        </p>
      )}
      <p className="small muted">{facts.join(" · ")}</p>
      {deciding === "approve" && <Approve line={line} onClose={() => setDeciding(null)} />}
      {deciding === "refuse" && <Refuse line={line} onClose={() => setDeciding(null)} />}
      {deciding === "prepare" && <Prepare line={line} onClose={() => setDeciding(null)} />}
    </Card>
  );
}

/** A nurse's part: it is checked now, and whoever decides reads the note beside what was found. */
function Prepare({ line, onClose }: { line: RefillLine; onClose: () => void }): ReactElement {
  const [note, setNote] = useState(line.preparation);
  const prepare = usePrepareRefill();
  const check = prepare.data;
  return (
    <Dialog
      title={t("medicines.refillsPrepareTitle", { medicine: line.tallMan || line.name })}
      isOpen
      onClose={onClose}
      size="large"
      actions={
        check ? (
          <Button kind="primary" onPress={onClose}>
            {t("ui.close")}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{t("ui.cancel")}</Button>
            <Button
              kind="primary"
              isPending={prepare.isPending}
              onPress={() => prepare.mutate({ task: line.task, note: note.trim() })}
            >
              {t("medicines.refillsPrepareDo")}
            </Button>
          </>
        )
      }
    >
      <p>
        {line.patientName}: {line.doseLine}
      </p>
      {prepare.error && <Unsaved title={t("medicines.refillsPrepareFailed")} problem={prepare.error} />}
      {check ? (
        <SafetyOutcome standing={outcomeOf(check)} check={check}>
          <ul>
            {check.alerts.map((alert) => (
              <li key={alert.key}>
                <span className="strong">{alert.title}</span> {alert.text}
              </li>
            ))}
          </ul>
        </SafetyOutcome>
      ) : (
        <TextField
          label={t("medicines.refillsPrepareNote")}
          hint={t("medicines.refillsPrepareHint")}
          optional
          rows={3}
          maxLength={500}
          value={note}
          onChange={setNote}
        />
      )}
    </Dialog>
  );
}

function Approve({ line, onClose }: { line: RefillLine; onClose: () => void }): ReactElement {
  const [refills, setRefills] = useState("0");
  const [overrides, setOverrides] = useState<Readonly<Record<string, Reason>>>({});
  const [unavailable, setUnavailable] = useState(NO_REASON);
  const [isTried, setTried] = useState(false);
  const reasons = useReasons();
  const approve = useApproveRefill();
  const found = approve.error instanceof Problem ? (approve.error.places.check ?? "") : "";
  const kept = useKeptCheck(found);
  // What was found on approving is newer than what was found on preparing.
  const check = kept.data ?? line.check ?? undefined;
  const count = countOf(refills, 12, 0);
  const isOpen = check && outcomeOf(check) === "unavailable" && !isGiven(unavailable);
  const isMissing = interruptive(check).some(({ key }) => !isGiven(overrides[key] ?? NO_REASON));

  async function act(): Promise<void> {
    setTried(true);
    if (count === undefined || isOpen || isMissing) return;
    await approve.mutateAsync({
      task: line.task,
      body: {
        refills: count,
        check: check?.id ?? "",
        overrides: Object.entries(overrides).map(([key, reason]) => ({ key, ...reason })),
        unavailable: isGiven(unavailable) ? unavailable : null,
      },
    });
    toast({ text: t("medicines.refillsApproved", { medicine: line.name }), tone: "success" });
    onClose();
  }

  return (
    <Dialog
      title={t("medicines.refillsApproveTitle", { medicine: line.tallMan || line.name })}
      isOpen
      onClose={onClose}
      size="large"
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => void act().catch(() => undefined)} isPending={approve.isPending}>
            {t("medicines.refillsApprove")}
          </Button>
        </>
      }
    >
      <p>
        {line.patientName}: {line.doseLine}
      </p>
      {approve.error && !found && <Unsaved title={t("medicines.refillsDecisionFailed")} problem={approve.error} />}
      {check ? (
        <SafetyOutcome standing={outcomeOf(check)} check={check}>
          {check.alerts.length > 0 && (
            <Alerts
              check={check}
              overrides={overrides}
              reasons={reasons.data?.override ?? []}
              onOverride={(key, reason) => setOverrides({ ...overrides, [key]: reason })}
              isTried={isTried}
            />
          )}
          {outcomeOf(check) === "unavailable" && (
            <ReasonFields
              id="refill-unavailable"
              label={t("medicines.unavailableReason")}
              hint={t("medicines.unavailableHint")}
              reasons={reasons.data?.unavailable ?? []}
              value={unavailable}
              onChange={setUnavailable}
              {...(isTried && { error: t("medicines.mistakeUnavailable") })}
            />
          )}
        </SafetyOutcome>
      ) : (
        <p className="muted">{t("medicines.refillsChecked")}</p>
      )}
      <TextField
        label={t("medicines.refillsApproveCount")}
        inputMode="numeric"
        value={refills}
        onChange={setRefills}
        error={isTried && count === undefined ? t("medicines.mistakeRefillsFew") : undefined}
      />
    </Dialog>
  );
}

function Refuse({ line, onClose }: { line: RefillLine; onClose: () => void }): ReactElement {
  const [reason, setReason] = useState(NO_REASON);
  const [isTried, setTried] = useState(false);
  const reasons = useReasons();
  const refuse = useRefuseRefill();

  async function act(): Promise<void> {
    setTried(true);
    if (!isGiven(reason)) return;
    await refuse.mutateAsync({ task: line.task, body: reason });
    toast({ text: t("medicines.refillsRefused", { medicine: line.name }) });
    onClose();
  }

  return (
    <Dialog
      title={t("medicines.refillsRefuseTitle", { medicine: line.tallMan || line.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" onPress={() => void act().catch(() => undefined)} isPending={refuse.isPending}>
            {t("medicines.refillsRefuse")}
          </Button>
        </>
      }
    >
      <p>{line.patientName}</p>
      {refuse.error && <Unsaved title={t("medicines.refillsDecisionFailed")} problem={refuse.error} />}
      <ReasonFields
        id="refuse-reason"
        label={t("medicines.why")}
        hint={t("medicines.refillsRefuseHint")}
        reasons={reasons.data?.refusal ?? []}
        value={reason}
        onChange={setReason}
        {...(isTried && { error: t("medicines.mistakeReason") })}
      />
    </Dialog>
  );
}
