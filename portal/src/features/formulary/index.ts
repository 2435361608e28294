export { FormularyPage } from "./FormularyPage.tsx";
