export { DestructionPage } from "./DestructionPage.tsx";
