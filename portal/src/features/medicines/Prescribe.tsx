import type { MedicationRequest } from "fhir/r4";
import { Pill } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  ErrorSummary,
  type Mistake,
  RequestId,
  showTime,
  toast,
  useKeys,
  Workspace,
} from "../../ui/index.ts";
import { Alerts } from "./Alerts.tsx";
import {
  asJson,
  type MedicineLine,
  type SafetyCheck,
  useChangePrescription,
  useCheck,
  usePrescribe,
  useQuantity,
  useReasons,
} from "./api.ts";
import { Dispensing } from "./Dispensing.tsx";
import { DosingFields } from "./DosingFields.tsx";
import {
  type Draft,
  EMPTY,
  hasMedicine,
  isGiven,
  mistakesOf,
  quantityQuestion,
  type Reason,
  requestOf,
  safetyMistakes,
} from "./draft.ts";
import { MedicineChoice } from "./MedicineChoice.tsx";
import { standingOf } from "./outcome.ts";
import { ReasonFields } from "./ReasonFields.tsx";
import { SafetyBadge, SafetyOutcome } from "./SafetyOutcome.tsx";
import { useSettled } from "./useSettled.ts";
import "./Prescribe.css";

export interface PrescribeProps {
  readonly patientId: string;
  /** The visit it belongs to, if it is written in one. */
  readonly encounter?: string;
  /** The prescription that this one takes the place of. */
  readonly replaces?: MedicineLine | undefined;
  /** What the draft begins with; stays the same object. */
  readonly start?: Draft | undefined;
  readonly onClose: () => void;
  /** What is said when the chart has another medicine. */
  readonly onSigned?: () => void;
}

const SETTLES_MS = 500;

/** A prescription, written beside the chart and checked while it is written. */
export function Prescribe(props: PrescribeProps): ReactElement {
  const { patientId, encounter = "", replaces, start = EMPTY, onClose, onSigned } = props;
  const old = replaces?.reference.split("/")[1] ?? "";
  const { value: draft, change, discard, savedAt } = useDraft<Draft>(`prescribe/Patient/${patientId}/${old}`, start);
  const quantity = useQuantity(useSettled(useQuestion(draft), SETTLES_MS));
  const amount = quantity.data && { value: Number(quantity.data.quantity), unit: quantity.data.unit };
  const request = useMemo(() => requestOf(draft, patientId, undefined), [draft, patientId]);
  const safety = useSafety(patientId, hasMedicine(draft) ? request : null, old);
  const reasons = useReasons();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const prescribe = usePrescribe();
  const changing = useChangePrescription();
  const isSending = prescribe.isPending || changing.isPending;
  const problem = prescribe.error ?? changing.error;

  const set = (part: Partial<Draft>) => change((now) => ({ ...now, ...part }));

  async function sign(): Promise<void> {
    const wrong = [
      ...mistakesOf(draft, Boolean(replaces)),
      ...(safety.standing === "checking"
        ? [{ field: "prescribe-sign", message: t("medicines.mistakeChecking") }]
        : safetyMistakes(draft, safety.check, safety.check !== undefined)),
    ];
    setMistakes(wrong);
    if (wrong.length > 0 || !safety.check || isSending) return;
    const body = {
      request: asJson(requestOf(draft, patientId, amount)),
      check: safety.check.id,
      overrides: overridesOf(draft, safety.check),
      unavailable: isGiven(draft.unavailable) ? draft.unavailable : null,
    };
    try {
      if (replaces) await changing.mutateAsync({ id: old, body: { ...body, ...draft.change } });
      else await prescribe.mutateAsync({ ...body, patient: patientId, encounter });
    } catch (refused) {
      // What was checked is not what stands there now: ask again, and let the prescriber look.
      if (refused instanceof Problem && refused.status === 409) void safety.again();
      return;
    }
    const medicine = draft.medicine?.tallMan ?? draft.freeText;
    toast({ text: t(replaces ? "medicines.changed" : "medicines.signed", { medicine }), tone: "success" });
    discard();
    onSigned?.();
    onClose();
  }

  useKeys([{ keys: "Mod+Enter", label: t("medicines.sign"), onPress: () => void sign() }]);

  return (
    <Workspace
      title={replaces ? t("medicines.changeTitle", { medicine: replaces.tallMan }) : t("medicines.prescribe")}
      onClose={onClose}
      foot={
        <div className="prescribe-foot">
          <span className="row">
            <SafetyBadge outcome={safety.standing} />
            <span className="small muted">
              {savedAt ? t("medicines.kept", { time: showTime(savedAt) }) : t("medicines.notKept")}
            </span>
          </span>
          <span className="prescribe-acts">
            {savedAt && (
              <Button kind="quiet" onPress={discard}>
                {t("medicines.discard")}
              </Button>
            )}
            <Button id="prescribe-sign" kind="primary" icon={Pill} onPress={() => void sign()} isPending={isSending}>
              {t(replaces ? "medicines.signChange" : "medicines.sign")}
            </Button>
          </span>
        </div>
      }
    >
      <div className="prescribe">
        <ErrorSummary mistakes={mistakes} />
        {problem && <Refused problem={problem} />}
        <MedicineChoice draft={draft} onChange={change} isTried={mistakes.length > 0} />
        <SafetyOutcome standing={safety.standing} check={safety.check} isUnasked={safety.isFailed}>
          {safety.check && safety.check.alerts.length > 0 && (
            <Alerts
              check={safety.check}
              overrides={draft.overrides}
              reasons={reasons.data?.override ?? []}
              isTried={mistakes.length > 0}
              onOverride={(key, reason) =>
                change((now) => ({ ...now, overrides: { ...now.overrides, [key]: reason } }))
              }
            />
          )}
          {safety.standing === "unavailable" && (
            <Unchecked
              value={draft.unavailable}
              reasons={reasons.data?.unavailable ?? []}
              onChange={(unavailable) => set({ unavailable })}
              onAgain={() => void safety.again()}
              isTried={mistakes.length > 0}
              isAsked={!safety.isFailed}
            />
          )}
        </SafetyOutcome>
        <DosingFields draft={draft} onChange={set} mistakes={mistakes} />
        <Dispensing
          draft={draft}
          onChange={set}
          answer={quantity.data}
          isUnknown={quantity.isError}
          mistakes={mistakes}
        />
        {replaces && (
          <ReasonFields
            id="prescribe-change"
            label={t("medicines.changeReason")}
            reasons={reasons.data?.change ?? []}
            value={draft.change}
            onChange={(reason) => set({ change: reason })}
            {...(mistakes.length > 0 && { error: t("medicines.mistakeChange") })}
          />
        )}
      </div>
    </Workspace>
  );
}

/** The question of quantity, the same object as long as it asks the same. */
function useQuestion(draft: Draft) {
  const question = quantityQuestion(draft);
  const key = JSON.stringify(question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the question
  return useMemo(() => question, [key]);
}

interface Safety {
  readonly standing: ReturnType<typeof standingOf>;
  readonly check: SafetyCheck | undefined;
  readonly isFailed: boolean;
  readonly again: () => Promise<unknown>;
}

/** The safety of the draft as it stands; an answer about another draft, or one that has expired, counts for nothing. */
function useSafety(patientId: string, request: MedicationRequest | null, replaces: string): Safety {
  const text = JSON.stringify(request);
  const settled = useSettled(text, SETTLES_MS);
  const asked = useMemo(() => JSON.parse(settled) as MedicationRequest | null, [settled]);
  const { data, isFetching, isError, refetch } = useCheck(patientId, asked, replaces);
  const expires = data?.expires;
  useEffect(() => {
    if (!expires) return;
    const timer = setTimeout(() => void refetch(), Math.max(1000, Date.parse(expires) - Date.now()));
    return () => clearTimeout(timer);
  }, [expires, refetch]);
  const isStale = text !== settled;
  const standing = standingOf({
    isReady: request !== null,
    isStale,
    isPending: isFetching,
    isFailed: isError,
    answer: data,
  });
  const isFresh = standing !== "waiting" && standing !== "checking" && !isError;
  return {
    standing,
    check: isFresh ? data : undefined,
    isFailed: standing === "unavailable" && isError,
    again: refetch,
  };
}

const overridesOf = (draft: Draft, check: SafetyCheck) =>
  check.alerts.flatMap(({ key }) => {
    const reason = draft.overrides[key];
    return reason && isGiven(reason) ? [{ key, ...reason }] : [];
  });

function Refused({ problem }: { problem: Error }): ReactElement {
  const said = problem instanceof Problem ? problem : undefined;
  return (
    <Banner tone="danger" role="alert" title={t("medicines.signFailed")}>
      <p>{said?.status === 409 ? t("medicines.signStale") : said?.detail || said?.message}</p>
      {said?.requestId && <RequestId id={said.requestId} />}
    </Banner>
  );
}

interface UncheckedProps {
  readonly value: Reason;
  readonly reasons: Parameters<typeof ReasonFields>[0]["reasons"];
  readonly onChange: (reason: Reason) => void;
  readonly onAgain: () => void;
  readonly isTried: boolean;
  /** The server did say that no source answered: then one may sign with a reason. */
  readonly isAsked: boolean;
}

/** Nobody checked: ask again, or say why it cannot wait. */
function Unchecked({ value, reasons, onChange, onAgain, isTried, isAsked }: UncheckedProps): ReactElement {
  return (
    <div className="stack" data-gap="3">
      {isAsked && (
        <ReasonFields
          id="prescribe-unavailable"
          label={t("medicines.unavailableReason")}
          hint={t("medicines.unavailableHint")}
          reasons={reasons}
          value={value}
          onChange={onChange}
          {...(isTried && { error: t("medicines.mistakeUnavailable") })}
        />
      )}
      <div className="row">
        <Button size="small" onPress={onAgain}>
          {t("medicines.checkAgain")}
        </Button>
      </div>
    </div>
  );
}
