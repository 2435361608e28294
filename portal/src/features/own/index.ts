export { CorrectionDialog } from "./CorrectionDialog.tsx";
export { CorrectionsPage } from "./CorrectionsPage.tsx";
export { FamilyPage } from "./FamilyPage.tsx";
export { PapersPage } from "./PapersPage.tsx";
export { ProfilePage } from "./ProfilePage.tsx";
