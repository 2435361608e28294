import { Eye, EyeOff } from "lucide-react";
import { type ReactElement, type ReactNode, type Ref, useState } from "react";
import { type TextFieldProps as AriaProps, TextField as AriaTextField, Input, TextArea } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { IconButton } from "./Button.tsx";
import { FieldHint, FieldLabel, FieldMessage, type FieldProps } from "./Field.tsx";

type Passed = Omit<AriaProps, "className" | "style" | "children" | "isInvalid" | "validate" | keyof FieldProps>;

export type TextFieldProps = FieldProps &
  Passed & {
    readonly placeholder?: string;
    /** A unit or a sign beside the text, such as `mmHg` or a magnifying glass. */
    readonly before?: ReactNode;
    readonly after?: ReactNode;
    readonly rows?: number;
    readonly inputRef?: Ref<HTMLInputElement>;
  };

/** One line of text, or several with `rows`. */
export function TextField(props: TextFieldProps): ReactElement {
  const { label, hint, error, optional, hideLabel, placeholder, before, after, rows, inputRef, ...rest } = props;
  const input = <Input className="input" {...(placeholder && { placeholder })} {...(inputRef && { ref: inputRef })} />;
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} validationBehavior="aria" className="field">
      <FieldLabel label={label} optional={optional} hideLabel={hideLabel} />
      <FieldHint hint={hint} />
      {rows ? (
        <TextArea className="input" rows={rows} {...(placeholder && { placeholder })} />
      ) : before || after ? (
        <div className="input-group">
          {before && <span className="input-affix">{before}</span>}
          {input}
          {after && <span className="input-affix">{after}</span>}
        </div>
      ) : (
        input
      )}
      <FieldMessage error={error} />
    </AriaTextField>
  );
}

export type PasswordFieldProps = FieldProps & Passed & { readonly inputRef?: Ref<HTMLInputElement> };

/** A password, which its writer may look at: longer passwords are written right more often. */
export function PasswordField(props: PasswordFieldProps): ReactElement {
  const { label, hint, error, optional, hideLabel, inputRef, ...rest } = props;
  const [shown, setShown] = useState(false);
  return (
    <AriaTextField
      {...rest}
      type={shown ? "text" : "password"}
      spellCheck="false"
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className="field"
    >
      <FieldLabel label={label} optional={optional} hideLabel={hideLabel} />
      <FieldHint hint={hint} />
      <div className="input-group">
        <Input className="input" autoCapitalize="none" {...(inputRef && { ref: inputRef })} />
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? t("ui.hidePassword") : t("ui.showPassword")}
          onPress={() => setShown(!shown)}
        />
      </div>
      <FieldMessage error={error} />
    </AriaTextField>
  );
}
