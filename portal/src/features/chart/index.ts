export { ChartPage } from "./ChartPage.tsx";
export type { Desk, Fittings } from "./fittings.ts";
