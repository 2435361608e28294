import { type ReactElement, useEffect, useState } from "react";
import { t } from "../i18n/index.ts";
import { readDay, showDay, type Unread } from "./dates.ts";
import type { FieldProps } from "./Field.tsx";
import { TextField } from "./TextField.tsx";

export interface DateFieldProps extends FieldProps {
  /** An ISO day, or null. */
  readonly value: string | null;
  readonly onChange: (day: string | null) => void;
  readonly autoComplete?: string;
}

const complaints: Record<Unread, () => string> = {
  unknown: () => t("ui.dateUnknown"),
  ambiguous: () => t("ui.dateAmbiguous"),
  impossible: () => t("ui.dateImpossible"),
};

/** A day, written in any unambiguous way and shown back as 12-Mar-2026 on leaving the field. */
export function DateField({ value, onChange, error, hint, autoComplete, ...field }: DateFieldProps): ReactElement {
  const [text, setText] = useState(value ? showDay(value) : "");
  const [unread, setUnread] = useState<Unread | null>(null);

  useEffect(() => {
    if (value) setText(showDay(value));
  }, [value]);

  function leave(): void {
    const read = text.trim() === "" ? { day: null } : readDay(text);
    setUnread("unread" in read ? read.unread : null);
    const day = "day" in read ? read.day : null;
    if (day) setText(showDay(day));
    onChange(day);
  }

  return (
    <TextField
      {...field}
      hint={hint ?? t("ui.dateHint")}
      value={text}
      onChange={setText}
      onBlur={leave}
      inputMode="text"
      error={unread ? complaints[unread]() : error}
      {...(autoComplete && { autoComplete })}
    />
  );
}
