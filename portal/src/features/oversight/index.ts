export { AlarmsPage } from "./AlarmsPage.tsx";
export { OversightPage } from "./OversightPage.tsx";
