export type { Helpers } from "./helpers.ts";
export { MessagesPage } from "./MessagesPage.tsx";
export { NewThreadPage } from "./NewThreadPage.tsx";
export { NotificationsPage } from "./NotificationsPage.tsx";
export { ThreadsSection } from "./ThreadsSection.tsx";
