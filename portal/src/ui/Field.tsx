import { CircleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Label, Text } from "react-aria-components";
import { t } from "../i18n/index.ts";
import "./Field.css";

/** What every control of a form has in common. */
export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong and what to do; absent when nothing is. */
  readonly error?: string | undefined;
  /** Marks the label: most fields of a form are required, so the rare optional one says so. */
  readonly optional?: boolean | undefined;
  /** Keeps the label for screen readers only. */
  readonly hideLabel?: boolean | undefined;
  readonly id?: string;
  readonly name?: string;
}

export function FieldLabel({
  label,
  optional,
  hideLabel,
}: Pick<FieldProps, "label" | "optional" | "hideLabel">): ReactElement {
  return (
    <Label className={hideLabel ? "visually-hidden" : "field-label"}>
      {label}
      {optional && <span className="field-optional"> ({t("ui.optional")})</span>}
    </Label>
  );
}

/** Hint above the control, error below: inside a React Aria field both are tied to its input. */
export function FieldHint({ hint }: Pick<FieldProps, "hint">): ReactElement | null {
  if (!hint) return null;
  return (
    <Text slot="description" className="field-hint">
      {hint}
    </Text>
  );
}

/** What is wrong. With an `id` the control names it by that, and stands in no React Aria field; else the field does. */
export function FieldMessage({
  error,
  id,
}: {
  error?: string | undefined;
  id?: string | undefined;
}): ReactElement | null {
  if (!error) return null;
  const said = (
    <>
      <CircleAlert aria-hidden="true" size={15} />
      <span>{error}</span>
    </>
  );
  if (id)
    return (
      <span id={id} className="field-error">
        {said}
      </span>
    );
  return (
    <Text slot="errorMessage" className="field-error">
      {said}
    </Text>
  );
}
