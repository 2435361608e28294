export { AccessSection } from "./AccessSection.tsx";
export { AmendmentPage } from "./AmendmentPage.tsx";
export { CorrectionsPage } from "./CorrectionsPage.tsx";
export { CorrectPanel } from "./CorrectPanel.tsx";
export { FamilyPage } from "./FamilyPage.tsx";
export { PapersPage } from "./PapersPage.tsx";
export { ProfilePage } from "./ProfilePage.tsx";
