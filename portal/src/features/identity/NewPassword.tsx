import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { PasswordField } from "../../ui/index.ts";

interface NewPasswordProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
  /** The least length, where the server has told it. */
  readonly minimum?: number;
  /** Whether the form was sent once: only then is a short password complained of. */
  readonly tried: boolean;
  /** What the server says against it, as "is too short". */
  readonly refusal?: string | undefined;
}

/** A password to be chosen: long beats complicated, and pasting is welcome. */
export function NewPassword({ label, value, onChange, minimum = 1, tried, refusal }: NewPasswordProps): ReactElement {
  const isShort = [...value].length < minimum;
  return (
    <PasswordField
      label={label}
      hint={minimum > 1 ? t("identity.passwordHint", { count: minimum }) : t("identity.passwordHintLong")}
      autoComplete="new-password"
      value={value}
      onChange={onChange}
      error={
        tried && isShort
          ? t("identity.passwordShort", { count: minimum })
          : refusal && t("identity.passwordRefused", { why: refusal })
      }
    />
  );
}
