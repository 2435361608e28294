import type { ReactElement } from "react";
import { CalendarPage } from "../features/calendar/index.ts";
import { PatientField } from "../features/patients/index.ts";

export const Calendar = (): ReactElement => <CalendarPage patientField={PatientField} />;
