export { InboxPage } from "./InboxPage.tsx";
export { MyResults } from "./MyResults.tsx";
export { OrderPanel } from "./OrderPanel.tsx";
export { OrdersSection } from "./OrdersSection.tsx";
export { ResultsSection } from "./ResultsSection.tsx";
