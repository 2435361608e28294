export { DocumentsSection } from "./DocumentsSection.tsx";
export { UnmatchedPage } from "./UnmatchedPage.tsx";
