import type { ReactElement } from "react";
import { useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, ComboBox, showDay } from "../../ui/index.ts";
import { type PatientLine, usePatientSearch } from "./lookup.ts";

export interface ChosenPatient {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

export interface PatientFieldProps {
  readonly value: ChosenPatient | null;
  readonly onChange: (patient: ChosenPatient | null) => void;
  readonly error?: string | undefined;
  readonly id?: string | undefined;
}

/** A patient, found by name and shown with the day of birth, so that two of one name are not taken for each other. */
export function PatientField({ value, onChange, error, id }: PatientFieldProps): ReactElement {
  const [text, setText] = useState("");
  const found = usePatientSearch(text).data ?? [];
  if (value)
    return (
      <div className="field">
        <span className="field-label">{t("patients.patient")}</span>
        <div className="row" data-justify="between">
          <span>
            <span className="strong">{value.name}</span>{" "}
            {value.birthDate && (
              <span className="muted nowrap">{t("patients.bornOn", { date: showDay(value.birthDate) })}</span>
            )}
          </span>
          <Button size="small" onPress={() => onChange(null)}>
            {t("patients.another")}
          </Button>
        </div>
      </div>
    );
  return (
    <ComboBox
      label={t("patients.patient")}
      hint={t("patients.patientHint")}
      options={found.map((one) => ({ value: one.id, label: one.name, hint: hintOf(one) }))}
      value={null}
      onChange={(chosen) => {
        const patient = found.find((one) => one.id === chosen);
        if (patient) onChange({ id: patient.id, name: patient.name, birthDate: patient.birthDate });
      }}
      onSearch={setText}
      error={error}
      {...(id && { id })}
    />
  );
}

const hintOf = ({ birthDate, identifier }: PatientLine): string =>
  [birthDate && showDay(birthDate), identifier].filter(Boolean).join(" · ");
