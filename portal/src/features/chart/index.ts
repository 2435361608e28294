export { ChartPage } from "./ChartPage.tsx";
export type { Fittings } from "./fittings.ts";
