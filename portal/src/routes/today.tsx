import type { ReactElement } from "react";
import { PatientField } from "../features/patients/index.ts";
import { TodayPage } from "../features/today/index.ts";

/** The clinic's day; today where none is named. */
export const Today = ({ day }: { day: string | undefined }): ReactElement => (
  <TodayPage key={day ?? ""} day={day} patientField={PatientField} />
);
