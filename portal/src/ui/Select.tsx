import { Check, ChevronDown, Minus } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  RadioGroup as AriaRadioGroup,
  Radio,
} from "react-aria-components";
import { t } from "../i18n/index.ts";
import { FieldHint, FieldLabel, FieldMessage, type FieldProps } from "./Field.tsx";

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

export interface SelectProps<T extends string> extends FieldProps {
  readonly options: readonly Option<T>[];
  /** Null while nothing is chosen. */
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly isDisabled?: boolean;
}

/** One of a few known choices: the platform's own control, which phones and screen readers know best. */
export function Select<T extends string>(props: SelectProps<T>): ReactElement {
  const { label, hint, error, optional, hideLabel, options, value, onChange, isDisabled, id, name } = props;
  const own = useId();
  const control = id ?? own;
  const described = [hint && `${own}-hint`, error && `${own}-error`].filter(Boolean).join(" ");
  return (
    <div className="field" data-invalid={error !== undefined || undefined}>
      <label htmlFor={control} className={hideLabel ? "visually-hidden" : "field-label"}>
        {label}
        {optional && <span className="field-optional"> ({t("ui.optional")})</span>}
      </label>
      {hint && (
        <span id={`${own}-hint`} className="field-hint">
          {hint}
        </span>
      )}
      <div className="select">
        <select
          id={control}
          name={name}
          className="input"
          value={value ?? ""}
          disabled={isDisabled}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={described || undefined}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {value === null && (
            <option value="" disabled>
              {t("ui.choose")}
            </option>
          )}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden="true" size={16} />
      </div>
      <FieldMessage error={error} id={`${own}-error`} />
    </div>
  );
}

export interface RadioGroupProps<T extends string> extends Omit<SelectProps<T>, "isDisabled"> {}

/** One of two to six choices, all seen at once. */
export function RadioGroup<T extends string>(props: RadioGroupProps<T>): ReactElement {
  const { label, hint, error, optional, hideLabel, options, value, onChange, id, name } = props;
  return (
    <AriaRadioGroup
      className="field"
      value={value}
      onChange={(chosen) => onChange(chosen as T)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      {...(id && { id })}
      {...(name && { name })}
    >
      <FieldLabel label={label} optional={optional} hideLabel={hideLabel} />
      <FieldHint hint={hint} />
      <div className="choice-group">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="choice" data-round="">
            {({ isSelected }) => (
              <>
                <span className="choice-box">{isSelected && <span className="choice-dot" />}</span>
                <span>
                  {option.label}
                  {option.hint && <span className="choice-hint">{option.hint}</span>}
                </span>
              </>
            )}
          </Radio>
        ))}
      </div>
      <FieldMessage error={error} />
    </AriaRadioGroup>
  );
}

export type CheckboxProps = Omit<AriaCheckboxProps, "className" | "style" | "children"> & {
  readonly children: ReactNode;
  readonly hint?: string;
};

/** Yes or no, with its sentence beside it. */
export function Checkbox({ children, hint, ...rest }: CheckboxProps): ReactElement {
  return (
    <AriaCheckbox {...rest} className="choice">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="choice-box">
            {isIndeterminate ? (
              <Minus aria-hidden="true" size={14} />
            ) : (
              isSelected && <Check aria-hidden="true" size={14} strokeWidth={3} />
            )}
          </span>
          <span>
            {children}
            {hint && <span className="choice-hint">{hint}</span>}
          </span>
        </>
      )}
    </AriaCheckbox>
  );
}
