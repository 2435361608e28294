export { AccessPage } from "./AccessPage.tsx";
export { EmergencyPage } from "./EmergencyPage.tsx";
export { EmergencyTool } from "./EmergencyTool.tsx";
export { ReviewsPage } from "./ReviewsPage.tsx";
