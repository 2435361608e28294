import type { Dosage } from "fhir/r4";
import { type ReactElement, useMemo } from "react";
import { type Key, t } from "../../i18n/index.ts";
import { Checkbox, type Mistake, Select, TextField } from "../../ui/index.ts";
import { useDoseLine } from "./api.ts";
import { amountOf, amountText, dosageOf, FORMS, RHYTHMS, type RhythmId, ROUTES, routeText } from "./dosing.ts";
import type { Draft } from "./draft.ts";
import { useSettled } from "./useSettled.ts";

export interface DraftFieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
  readonly mistakes: readonly Mistake[];
}

/** What is said against the field of that name. */
export const mistakeAt = (mistakes: readonly Mistake[], field: string): string | undefined =>
  mistakes.find((mistake) => mistake.field === `prescribe-${field}`)?.message;

/** How it is taken, and the sentence that the patient will read. */
export function DosingFields({ draft, onChange, mistakes }: DraftFieldsProps): ReactElement {
  const units = draft.medicine?.units.length ? draft.medicine.units : FORMS[draft.form].units;
  const routes = ROUTES[draft.route] ? Object.keys(ROUTES) : [draft.route, ...Object.keys(ROUTES)];
  const count = amountOf(draft.dose) ?? 2;
  return (
    <fieldset className="prescribe-part">
      <legend>{t("medicines.how")}</legend>
      <div className="prescribe-pair">
        <TextField
          id="prescribe-dose"
          label={t("medicines.dose")}
          inputMode="decimal"
          value={draft.dose}
          onChange={(dose) => onChange({ dose })}
          error={mistakeAt(mistakes, "dose")}
        />
        <Select
          label={t("medicines.unit")}
          options={units.map((unit) => ({ value: unit, label: unitWord(unit, count) }))}
          value={draft.unit}
          onChange={(unit) => onChange({ unit, quantity: "" })}
        />
      </div>
      <div className="prescribe-pair">
        <Select
          id="prescribe-rhythm"
          label={t("medicines.rhythm")}
          options={Object.entries(RHYTHMS).map(([value, { word }]) => ({
            value: value as RhythmId,
            label: t(word as Key),
          }))}
          value={draft.rhythm}
          onChange={(rhythm) => onChange({ rhythm })}
          error={mistakeAt(mistakes, "rhythm")}
        />
        <Select
          label={t("medicines.route")}
          options={routes.map((route) => ({ value: route, label: routeText(route) }))}
          value={draft.route}
          onChange={(route) => onChange({ route })}
        />
      </div>
      <Checkbox isSelected={draft.asNeeded} onChange={(asNeeded) => onChange({ asNeeded })}>
        {t("medicines.asNeeded")}
      </Checkbox>
      {draft.asNeeded && (
        <div className="prescribe-pair">
          <TextField
            label={t("medicines.purpose")}
            hint={t("medicines.purposeHint")}
            value={draft.purpose}
            onChange={(purpose) => onChange({ purpose })}
            maxLength={100}
          />
          <TextField
            label={t("medicines.mostPerDay")}
            hint={unitWord(draft.unit, 2)}
            inputMode="numeric"
            value={draft.mostPerDay}
            onChange={(mostPerDay) => onChange({ mostPerDay })}
          />
        </div>
      )}
      <div className="prescribe-pair">
        <TextField
          id="prescribe-days"
          label={t("medicines.days")}
          hint={t("medicines.daysHint")}
          inputMode="numeric"
          value={draft.days}
          onChange={(days) => onChange({ days })}
          error={mistakeAt(mistakes, "days")}
        />
        <TextField
          label={t("medicines.note")}
          hint={t("medicines.noteHint")}
          value={draft.note}
          onChange={(note) => onChange({ note })}
          maxLength={300}
        />
      </div>
      <Preview draft={draft} />
    </fieldset>
  );
}

/** The unit alone: `tablets` of `2 tablets`. */
const unitWord = (unit: string, count: number): string => amountText(count, unit).replace(/^[\d.,]+\s*/, "");

/** The dose line as the server words it, once the fields have been left alone. */
function Preview({ draft }: { draft: Draft }): ReactElement {
  const isWhole = amountOf(draft.dose) !== undefined && draft.rhythm !== null;
  const text = JSON.stringify(isWhole ? dosageOf(draft) : null);
  const settled = useSettled(text, 400);
  const dosage = useMemo(() => (JSON.parse(settled) as Dosage | null) ?? undefined, [settled]);
  const { data, isError } = useDoseLine(dosage);
  const sentence = text === settled ? data : undefined;
  return (
    <figure className="prescribe-preview">
      <figcaption>{t("medicines.preview")}</figcaption>
      {isWhole ? (
        <blockquote aria-live="polite">{sentence ?? (isError ? t("medicines.previewFailed") : "…")}</blockquote>
      ) : (
        <p className="muted">{t("medicines.previewEmpty")}</p>
      )}
    </figure>
  );
}
