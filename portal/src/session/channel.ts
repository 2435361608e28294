/** What the pages of one browser tell each other about the session. */
export type News = "active" | "locked" | "unlocked" | "signed-out";

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("meridian");

/** Tells the browser's other pages. */
export const tell = (news: News): void => channel?.postMessage(news);

/** Calls `listener` with what other pages tell. */
export function hear(listener: (news: News) => void): () => void {
  const forward = (event: MessageEvent<News>): void => listener(event.data);
  channel?.addEventListener("message", forward);
  return () => channel?.removeEventListener("message", forward);
}
