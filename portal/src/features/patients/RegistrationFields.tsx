import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Card, DateField, type Mistake, RadioGroup, TextField } from "../../ui/index.ts";
import type { Gender, Registration } from "./registration.ts";
import "./Registration.css";

export interface RegistrationFieldsProps {
  readonly form: Registration;
  readonly wrong: readonly Mistake[];
  readonly onChange: (change: Partial<Registration>) => void;
}

type Written = Exclude<keyof Registration, "birthDate" | "gender">;

/** The fields of a registration: who it is first, then how to reach them. */
export function RegistrationFields({ form, wrong, onChange }: RegistrationFieldsProps): ReactElement {
  const errorOf = (field: keyof Registration) => wrong.find((one) => one.field === `register-${field}`)?.message;
  const text = (field: Written, label: string, optional = false) => (
    <TextField
      id={`register-${field}`}
      label={label}
      optional={optional}
      error={errorOf(field)}
      value={form[field]}
      onChange={(value) => onChange({ [field]: value })}
      autoComplete="off"
    />
  );
  return (
    <>
      <Card title={t("patients.who")}>
        <div className="registration">
          {text("family", t("patients.family"))}
          {text("given", t("patients.given"))}
          <DateField
            id="register-birthDate"
            label={t("patients.birthDate")}
            error={errorOf("birthDate")}
            value={form.birthDate}
            onChange={(birthDate) => onChange({ birthDate })}
          />
          <RadioGroup<Gender>
            id="register-gender"
            label={t("patients.gender")}
            error={errorOf("gender")}
            value={form.gender}
            onChange={(gender) => onChange({ gender })}
            options={[
              { value: "female", label: t("patients.female") },
              { value: "male", label: t("patients.male") },
              { value: "other", label: t("patients.other") },
              { value: "unknown", label: t("patients.unknown") },
            ]}
          />
        </div>
      </Card>
      <Card title={t("patients.contact")}>
        <div className="registration">
          {text("phone", t("patients.phone"), true)}
          {text("email", t("patients.email"), true)}
          {text("line", t("patients.line"), true)}
          {text("city", t("patients.city"), true)}
          {text("postalCode", t("patients.postalCode"), true)}
        </div>
      </Card>
    </>
  );
}
