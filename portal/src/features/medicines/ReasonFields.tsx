import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Select, TextField } from "../../ui/index.ts";
import type { Coded } from "./api.ts";
import { isGiven, type Reason } from "./draft.ts";

export interface ReasonFieldsProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly reasons: readonly Coded[];
  readonly value: Reason;
  readonly onChange: (reason: Reason) => void;
  /** Shown while the reason is not given. */
  readonly error?: string;
}

/** A coded reason, and words where the code alone says nothing. */
export function ReasonFields(props: ReasonFieldsProps): ReactElement {
  const { id, label, hint, reasons, value, onChange, error } = props;
  const isOther = value.code === "other";
  const wrong = error !== undefined && !isGiven(value);
  return (
    <div className="stack" data-gap="2">
      <Select
        id={id}
        label={label}
        {...(hint && { hint })}
        options={reasons.map(({ code, text }) => ({ value: code, label: text }))}
        value={value.code || null}
        onChange={(code) => onChange({ ...value, code })}
        error={wrong && !isOther ? error : undefined}
      />
      {value.code && (
        <TextField
          label={t("medicines.reasonText")}
          optional={!isOther}
          value={value.text}
          onChange={(text) => onChange({ ...value, text })}
          error={wrong && isOther ? t("medicines.mistakeReasonText") : undefined}
          maxLength={500}
        />
      )}
    </div>
  );
}
