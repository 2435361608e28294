export { DuplicatesTool } from "./DuplicatesTool.tsx";
export { RECENT_KEY } from "./lookup.ts";
export { type ChosenPatient, PatientField, type PatientFieldProps } from "./PatientField.tsx";
export { PatientsPage } from "./PatientsPage.tsx";
export { RegisterPage } from "./RegisterPage.tsx";
