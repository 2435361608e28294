import { useMutation } from "@tanstack/react-query";
import type { Observation } from "fhir/r4";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { seriesOf } from "../../fhir/findings.ts";
import { dayText } from "../../fhir/moments.ts";
import { numberText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  Checkbox,
  ErrorSummary,
  type Mistake,
  Select,
  TextField,
  toast,
  Workspace,
} from "../../ui/index.ts";
import { takeVitals } from "./api.ts";
import {
  canBeConfirmed,
  type Doubt,
  doubtOf,
  type Entries,
  type Entry,
  inFirstUnit,
  massIndex,
  measured,
  numberOf,
  VITALS,
  type Vital,
} from "./vitals.ts";
import "./visit.css";

export interface VitalsToolProps {
  readonly patientId: string;
  /** The visit they are taken in, if in one. */
  readonly encounterId?: string | undefined;
  /** Whether the patient is not a child: what is usual of a child the server knows. */
  readonly isGrown: boolean;
  /** What was measured before, for the last values. */
  readonly observations: readonly Observation[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const NOTHING: Entries = {};

interface Last {
  readonly value: number;
  readonly at: number;
}

/** The vital signs, each with its last value beside it; what is unusual is asked once more. */
export function VitalsTool(props: VitalsToolProps): ReactElement {
  const { patientId, encounterId, isGrown, observations, onClose, onSaved } = props;
  const draft = useDraft<Entries>(`vitals/Patient/${patientId}`, NOTHING);
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [asked, setAsked] = useState<Readonly<Record<string, string>>>({});
  const entries = draft.value;
  const last = lastValues(observations);
  const doubt = (vital: Vital): Doubt | undefined => doubtOf(vital, entries, last.get(vital.code)?.value, isGrown);
  const saving = useMutation({
    mutationFn: () => takeVitals({ patientId, encounterId, items: measured(entries), confirmed: [...confirmed] }),
    onSuccess: (count) => {
      draft.discard();
      toast({ text: t("visit.vitalsSaved", { count }), tone: "success" });
      onSaved();
      onClose();
    },
    onError: (error) => setAsked(askedOf(error, entries)),
  });

  function save(): void {
    const found = VITALS.flatMap((vital) =>
      mistakeOf(vital, doubt(vital) ?? (asked[vital.code] ? "unlikely" : undefined), confirmed.has(vital.code)),
    );
    if (found.length === 0 && measured(entries).length === 0)
      found.push({ field: fieldOf("8480-6"), message: t("visit.vitalsNone") });
    setMistakes(found);
    if (found.length === 0) saving.mutate();
  }

  function change(code: string, entry: Entry): void {
    draft.change((now) => ({ ...now, [code]: entry }));
    setConfirmed((now) => new Set([...now].filter((one) => one !== code)));
    setAsked(({ [code]: _, ...rest }) => rest);
  }

  const index = massIndex(entries);
  return (
    <Workspace
      title={t("visit.vitals")}
      onClose={onClose}
      foot={
        <>
          <span className="muted small">{index !== undefined && t("visit.massIndex", { value: index })}</span>
          <Button kind="primary" onPress={save} isPending={saving.isPending}>
            {t("visit.vitalsSave")}
          </Button>
        </>
      }
    >
      <div className="vitals">
        <ErrorSummary mistakes={mistakes} />
        {saving.isError && mistakes.length === 0 && Object.keys(asked).length === 0 && (
          <Banner tone="danger" title={t("visit.vitalsFailed")} role="alert">
            {saving.error instanceof Problem ? saving.error.detail : ""}
          </Banner>
        )}
        {VITALS.map((vital) => (
          <VitalField
            key={vital.code}
            vital={vital}
            entry={entries[vital.code]}
            doubt={doubt(vital)}
            asked={asked[vital.code]}
            last={last.get(vital.code)}
            isConfirmed={confirmed.has(vital.code)}
            error={mistakes.find((one) => one.field === fieldOf(vital.code))?.message}
            onChange={(entry) => change(vital.code, entry)}
            onConfirm={(yes) =>
              setConfirmed((now) => new Set(yes ? [...now, vital.code] : [...now].filter((one) => one !== vital.code)))
            }
          />
        ))}
      </div>
    </Workspace>
  );
}

const fieldOf = (code: string): string => `vital-${code}`;

function mistakeOf(vital: Vital, doubt: Doubt | undefined, isConfirmed: boolean): Mistake[] {
  if (!doubt || (canBeConfirmed(doubt) && isConfirmed)) return [];
  const message = canBeConfirmed(doubt)
    ? t("visit.confirmNeeded", { name: t(vital.word) })
    : `${t(vital.word)}: ${t(`visit.doubt.${doubt}`)}`;
  return [{ field: fieldOf(vital.code), message }];
}

/** What the server asks to be looked at again, by the codes of the values it names. */
function askedOf(error: Error, entries: Entries): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const sent = measured(entries);
  return Object.fromEntries(
    Object.entries(error.places).flatMap(([place, text]) => {
      const code = sent[Number(/^items\[(\d+)\]/.exec(place)?.[1] ?? -1)]?.code;
      return code ? [[code, text]] : [];
    }),
  );
}

/** The last value of each vital sign in its first unit, by code. */
function lastValues(observations: readonly Observation[]): Map<string, Last> {
  const found = new Map<string, Last>();
  for (const { key, points } of seriesOf(observations)) {
    const code = key.split("|")[0] ?? "";
    const vital = VITALS.find((one) => one.code === (code === "2708-6" ? "59408-5" : code));
    const point = points.at(-1);
    if (!vital || !point) continue;
    const unit = vital.units.find((one) => key.endsWith(`|${one.label}`)) ?? vital.units[0];
    const known = found.get(vital.code);
    if (unit && (!known || known.at < point.at))
      found.set(vital.code, { value: unit.toFirst(point.value), at: point.at });
  }
  return found;
}

interface VitalFieldProps {
  readonly vital: Vital;
  readonly entry: Entry | undefined;
  readonly doubt: Doubt | undefined;
  /** What the server asks to be looked at again. */
  readonly asked: string | undefined;
  readonly last: Last | undefined;
  readonly isConfirmed: boolean;
  readonly error: string | undefined;
  readonly onChange: (entry: Entry) => void;
  readonly onConfirm: (yes: boolean) => void;
}

function VitalField(props: VitalFieldProps): ReactElement {
  const { vital, entry, doubt, asked, last, isConfirmed, error, onChange, onConfirm } = props;
  const [first] = vital.units;
  const unit = entry?.unit ?? first?.code ?? "";
  const text = entry?.text ?? "";
  const name = t(vital.word);
  const isOther = unit !== first?.code;
  const converted = inFirstUnit(vital, entry);
  return (
    <div className="vital">
      <div className="vital-field">
        <TextField
          id={fieldOf(vital.code)}
          label={name}
          hint={last ? lastText(vital, last) : t("visit.noLast")}
          error={
            error ?? (doubt && !canBeConfirmed(doubt) && doubt !== "notANumber" ? t(`visit.doubt.${doubt}`) : undefined)
          }
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={(value) => onChange({ text: value, unit })}
          {...(vital.units.length === 1 && { after: first?.label })}
        />
        {vital.units.length > 1 && (
          <Select
            label={t("visit.unitOf", { name })}
            hideLabel
            value={unit}
            onChange={(code) => onChange({ text, unit: code })}
            options={vital.units.map((one) => ({ value: one.code, label: one.label }))}
          />
        )}
      </div>
      {isOther && converted !== undefined && !Number.isNaN(converted) && (
        <span className="muted small">
          {t("visit.equals", { value: `${numberText(converted, 1)} ${first?.label ?? ""}` })}
        </span>
      )}
      {((doubt && canBeConfirmed(doubt)) || asked) && numberOf(entry) !== undefined && (
        <Banner
          tone="warning"
          role="status"
          title={doubt && canBeConfirmed(doubt) ? t(`visit.doubt.${doubt}`) : t("visit.doubt.unlikely")}
        >
          {asked && <p className="small">{asked}</p>}
          <Checkbox isSelected={isConfirmed} onChange={onConfirm}>
            {t("visit.confirmValue")}
          </Checkbox>
        </Banner>
      )}
    </div>
  );
}

const lastText = (vital: Vital, last: Last): string =>
  t("visit.lastValue", {
    value: `${numberText(last.value, 1)} ${vital.units[0]?.label ?? ""}`,
    when: dayText(new Date(last.at).toISOString()),
  });
