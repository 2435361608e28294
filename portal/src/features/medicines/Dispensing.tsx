import type { ReactElement } from "react";
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { TextField } from "../../ui/index.ts";
import { type DraftFieldsProps, mistakeAt } from "./DosingFields.tsx";
import { amountOf, amountText, RHYTHMS } from "./dosing.ts";
import { suppliedDays } from "./draft.ts";

export interface DispensingProps extends DraftFieldsProps {
  readonly answer: Schemas["QuantityAnswer"] | undefined;
  /** The form's quantity cannot be computed. */
  readonly isUnknown: boolean;
}

/** What is dispensed: for how long, how much (computed by form, and how), how often again. */
export function Dispensing({ draft, onChange, mistakes, answer, isUnknown }: DispensingProps): ReactElement {
  return (
    <fieldset className="prescribe-part">
      <legend>{t("medicines.supplyTitle")}</legend>
      <div className="prescribe-three">
        {!draft.days.trim() && (
          <TextField
            id="prescribe-supply"
            label={t("medicines.supply")}
            inputMode="numeric"
            value={draft.supply}
            onChange={(supply) => onChange({ supply })}
            error={mistakeAt(mistakes, "supply")}
          />
        )}
        <TextField
          id="prescribe-quantity"
          label={t("medicines.quantity")}
          inputMode="decimal"
          value={draft.quantity}
          placeholder={answer ? answer.quantity : ""}
          onChange={(quantity) => onChange({ quantity })}
          error={mistakeAt(mistakes, "quantity")}
          after={answer?.unit}
        />
        <TextField
          id="prescribe-refills"
          label={t("medicines.refills")}
          inputMode="numeric"
          value={draft.refills}
          onChange={(refills) => onChange({ refills })}
          error={mistakeAt(mistakes, "refills")}
        />
      </div>
      <Explained draft={draft} answer={answer} isUnknown={isUnknown} />
    </fieldset>
  );
}

/** How the quantity comes about: `1 tablet, twice a day, 30 days: 60 tablets. Lasts 30 days.` */
function Explained({
  draft,
  answer,
  isUnknown,
}: Pick<DispensingProps, "draft" | "answer" | "isUnknown">): ReactElement | null {
  const dose = amountOf(draft.dose);
  const days = suppliedDays(draft);
  if (isUnknown) return <p className="small muted">{t("medicines.quantityUnknown")}</p>;
  if (!answer || dose === undefined || !draft.rhythm || !days) return null;
  const sum = t("medicines.quantityExplained", {
    dose: amountText(dose, draft.unit),
    rhythm: t(RHYTHMS[draft.rhythm].word),
    days: t("medicines.forDays", { count: days }),
  });
  return (
    <p className="small muted tabular">
      {t("medicines.quantityWhy", { sum, quantity: answer.text })}{" "}
      {t("medicines.quantityLasts", { count: answer.daysSupply })}
      {draft.quantity.trim() ? ` ${t("medicines.quantityByHand")}` : ""}
    </p>
  );
}
