import { Plus, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Button,
  ErrorSummary,
  IconButton,
  type Mistake,
  RadioGroup,
  Skeleton,
  showTime,
  TextField,
  toast,
  Workspace,
} from "../../ui/index.ts";
import { type MedicineLine, useMedicines, useReasons, useReconcile } from "./api.ts";
import { isGiven, NO_REASON } from "./draft.ts";
import { Unread } from "./MedicinesSection.tsx";
import { ReasonFields } from "./ReasonFields.tsx";
import { type Action, type Added, type Found, itemsOf, NOTHING_FOUND, type Reconciling } from "./reconciling.ts";
import { Unsaved } from "./StopDialog.tsx";
import { isActive } from "./words.ts";
import "./Medicines.css";

export interface ReconcileProps {
  readonly patientId: string;
  readonly encounter?: string;
  readonly onClose: () => void;
  /** Somebody wants to change a dose: that is prescribing. */
  readonly onChange?: (prescription: string) => void;
  readonly onSaved?: () => void;
}

const EMPTY: Reconciling = { found: {}, added: [] };

/** The list gone through with the patient: what they really take, beside what was written down. */
export function Reconcile({ patientId, encounter = "", onClose, onSaved }: ReconcileProps): ReactElement {
  const { data, error, isPending, refetch } = useMedicines(patientId);
  const { value, change, discard, savedAt } = useDraft(`reconcile/Patient/${patientId}`, EMPTY);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const save = useReconcile();
  const lines = (data?.medicines ?? []).filter(isActive);
  const left = lines.filter((line) => !value.found[line.reference]?.action).length;

  async function finish(): Promise<void> {
    const wrong = lines.flatMap((line) => mistakeOf(line, value.found[line.reference]));
    setMistakes(wrong);
    if (wrong.length > 0) return;
    await save.mutateAsync({ patient: patientId, encounter, items: itemsOf(lines, value, patientId) });
    toast({ text: t("medicines.reconcileSaved"), tone: "success" });
    discard();
    onSaved?.();
    onClose();
  }

  const find = (reference: string, part: Partial<Found>) =>
    change((now) => ({
      ...now,
      found: { ...now.found, [reference]: { ...(now.found[reference] ?? NOTHING_FOUND), ...part } },
    }));

  return (
    <Workspace
      title={t("medicines.reconcileTitle")}
      onClose={onClose}
      foot={
        <>
          <span className="small muted">
            {left > 0
              ? t("medicines.reconcileLeft", { count: left })
              : savedAt && t("medicines.kept", { time: showTime(savedAt) })}
          </span>
          <Button
            kind="primary"
            onPress={() => void finish().catch(() => undefined)}
            isPending={save.isPending}
            isDisabled={!data}
          >
            {t("medicines.reconcileSave")}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ErrorSummary mistakes={mistakes} />
        {save.error && <Unsaved title={t("medicines.reconcileFailed")} problem={save.error} />}
        <p className="muted">{t("medicines.reconcileLead")}</p>
        {isPending && <Skeleton lines={6} />}
        {error && <Unread error={error} onRetry={() => void refetch()} />}
        {data && lines.length === 0 && <p>{t("medicines.reconcileNothing")}</p>}
        <div>
          {lines.map((line) => (
            <Line
              key={line.reference}
              line={line}
              found={value.found[line.reference] ?? NOTHING_FOUND}
              onFind={(part) => find(line.reference, part)}
              isTried={mistakes.length > 0}
            />
          ))}
        </div>
        {data && <Adding added={value.added} onChange={(added) => change((now) => ({ ...now, added }))} />}
      </div>
    </Workspace>
  );
}

const fieldOf = (line: MedicineLine): string => `reconcile-${line.reference.replace("/", "-")}`;

function mistakeOf(line: MedicineLine, found: Found | undefined): Mistake[] {
  const medicine = line.tallMan || line.name;
  if (!found?.action) return [{ field: fieldOf(line), message: t("medicines.reconcileMissing", { medicine }) }];
  if (found.action === "stop" && !isGiven(found.reason ?? NO_REASON))
    return [{ field: `${fieldOf(line)}-why`, message: t("medicines.reconcileWhy", { medicine }) }];
  return [];
}

interface LineProps {
  readonly line: MedicineLine;
  readonly found: Found;
  readonly onFind: (part: Partial<Found>) => void;
  readonly isTried: boolean;
}

function Line({ line, found, onFind, isTried }: LineProps): ReactElement {
  const reasons = useReasons();
  const medicine = line.tallMan || line.name;
  return (
    <section className="reconcile-line" aria-label={medicine} id={fieldOf(line)} tabIndex={-1}>
      <div>
        <p className="strong">{medicine}</p>
        <p className="small muted">{line.doseLine}</p>
      </div>
      <RadioGroup<Action>
        label={t("medicines.reconcileQuestion", { medicine })}
        hideLabel
        options={[
          { value: "continue", label: t("medicines.reconcileContinue") },
          { value: "change", label: t("medicines.reconcileChange") },
          { value: "not-taking", label: t("medicines.reconcileNotTaking") },
          { value: "stop", label: t("medicines.reconcileStop") },
        ]}
        value={found.action}
        onChange={(action) => onFind({ action })}
        error={isTried && !found.action ? t("medicines.reconcileMissing", { medicine }) : undefined}
      />
      {found.action === "stop" && (
        <ReasonFields
          id={`${fieldOf(line)}-why`}
          label={t("medicines.stopReason")}
          reasons={reasons.data?.stop ?? []}
          value={found.reason ?? NO_REASON}
          onChange={(reason) => onFind({ reason })}
          {...(isTried && { error: t("medicines.mistakeReason") })}
        />
      )}
      {found.action && found.action !== "continue" && found.action !== "stop" && (
        <TextField
          label={t("medicines.reconcileNote")}
          optional
          value={found.note}
          onChange={(note) => onFind({ note })}
          maxLength={500}
        />
      )}
    </section>
  );
}

/** What is taken and was not on the list: from the shop, from another clinic, from a friend. */
function Adding({
  added,
  onChange,
}: {
  added: readonly Added[];
  onChange: (added: readonly Added[]) => void;
}): ReactElement {
  const [name, setName] = useState("");
  const [how, setHow] = useState("");
  function add(): void {
    if (name.trim().length < 3) return;
    onChange([...added, { name: name.trim(), how: how.trim() }]);
    setName("");
    setHow("");
  }
  return (
    <fieldset className="prescribe-part">
      <legend>{t("medicines.reconcileAdd")}</legend>
      {added.map((one) => (
        <div key={`${one.name} ${one.how}`} className="row" data-justify="between">
          <span>
            <span className="strong">{one.name}</span> <span className="muted">{one.how}</span>
          </span>
          <IconButton
            icon={X}
            size="small"
            label={t("medicines.reconcileRemove", { medicine: one.name })}
            onPress={() => onChange(added.filter((it) => it !== one))}
          />
        </div>
      ))}
      <TextField label={t("medicines.reconcileAddName")} value={name} onChange={setName} maxLength={200} />
      <TextField label={t("medicines.reconcileAddHow")} optional value={how} onChange={setHow} maxLength={300} />
      <div className="row">
        <Button icon={Plus} size="small" onPress={add} isDisabled={name.trim().length < 3}>
          {t("medicines.reconcileAddButton")}
        </Button>
      </div>
    </fieldset>
  );
}
