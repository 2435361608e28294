export { RECENT_KEY } from "./lookup.ts";
export { PatientsPage } from "./PatientsPage.tsx";
export { RegisterPage } from "./RegisterPage.tsx";
