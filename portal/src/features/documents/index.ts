export { DocumentsSection } from "./DocumentsSection.tsx";
export { UnmatchedPage } from "./UnmatchedPage.tsx";
export { UploadArea } from "./UploadArea.tsx";
export { Viewer } from "./Viewer.tsx";
