export { AccountingSection } from "./AccountingSection.tsx";
export { MyDisclosuresPage } from "./MyDisclosuresPage.tsx";
export { OversightDisclosuresPage } from "./OversightDisclosuresPage.tsx";
export { SeenPage } from "./SeenPage.tsx";
export { SharedChartPage } from "./SharedChartPage.tsx";
export { SharedPage } from "./SharedPage.tsx";
export { SharingPage } from "./SharingPage.tsx";
