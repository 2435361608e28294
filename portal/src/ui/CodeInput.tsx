import { type ChangeEvent, type KeyboardEvent, type ReactElement, useId, useRef } from "react";
import { t } from "../i18n/index.ts";
import { FieldMessage } from "./Field.tsx";

export interface CodeInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (code: string) => void;
  /** Called with the code when its last digit is there. */
  readonly onComplete?: (code: string) => void;
  readonly length?: number;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
}

/** A short code, one box a digit; pasting or the phone's own suggestion fills all of them. */
export function CodeInput(props: CodeInputProps): ReactElement {
  const { label, value, onChange, onComplete, length = 6, error, isDisabled, autoFocus } = props;
  const id = useId();
  const boxes = useRef<(HTMLInputElement | null)[]>([]);
  const focus = (place: number): void => boxes.current[Math.max(0, Math.min(place, length - 1))]?.focus();

  function write(place: number, event: ChangeEvent<HTMLInputElement>): void {
    const digits = event.target.value.replace(/\D/g, "");
    const typed = digits.length > 1 && digits.length < length ? digits.slice(-1) : digits;
    const code = (value.slice(0, place) + typed + value.slice(place + typed.length)).slice(0, length);
    onChange(code);
    focus(place + typed.length);
    if (code.length === length && typed) onComplete?.(code);
  }

  function step(place: number, event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "ArrowLeft") focus(place - 1);
    if (event.key === "ArrowRight") focus(place + 1);
    if (event.key === "Backspace" && !value[place]) {
      onChange(value.slice(0, Math.max(0, place - 1)));
      focus(place - 1);
    }
  }

  return (
    <fieldset className="field" data-invalid={error !== undefined || undefined} disabled={isDisabled}>
      <legend className="field-label">{label}</legend>
      <div className="code-input">
        {Array.from({ length }, (_, place) => (
          <input
            // biome-ignore lint/suspicious/noArrayIndexKey: a box is its place
            key={place}
            ref={(box) => {
              boxes.current[place] = box;
            }}
            className="input"
            inputMode="numeric"
            autoComplete={place === 0 ? "one-time-code" : "off"}
            // biome-ignore lint/a11y/noAutofocus: the only field of its page
            autoFocus={autoFocus && place === 0}
            aria-label={t("ui.codeDigit", { digit: place + 1, count: length })}
            aria-invalid={error !== undefined || undefined}
            aria-describedby={error ? `${id}-error` : undefined}
            value={value[place] ?? ""}
            onChange={(event) => write(place, event)}
            onKeyDown={(event) => step(place, event)}
            onFocus={(event) => event.target.select()}
          />
        ))}
      </div>
      <FieldMessage error={error} id={`${id}-error`} />
    </fieldset>
  );
}
