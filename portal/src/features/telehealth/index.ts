export { GuestPage } from "./GuestPage.tsx";
export { PatientVisit } from "./PatientVisit.tsx";
export { StaffVisit } from "./StaffVisit.tsx";
export { VisitsPage } from "./VisitsPage.tsx";
