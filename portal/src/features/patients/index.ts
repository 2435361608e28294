export { PatientsPage } from "./PatientsPage.tsx";
export { RegisterPage } from "./RegisterPage.tsx";
