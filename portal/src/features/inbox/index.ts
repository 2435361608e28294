export { type TaskLine, useCounts } from "./api.ts";
export { InboxPage } from "./InboxPage.tsx";
