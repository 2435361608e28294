export { ChartPage } from "./ChartPage.tsx";
export type { Fittings, Section, Tool } from "./desk.ts";
export { held, refusal } from "./useChart.ts";
