export { OversightPage } from "./OversightPage.tsx";
