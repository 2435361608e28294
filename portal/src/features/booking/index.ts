export { BookPage } from "./BookPage.tsx";
export { MovePage } from "./MovePage.tsx";
export { VisitsPage } from "./VisitsPage.tsx";
