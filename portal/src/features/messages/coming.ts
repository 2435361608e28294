/** What a conversation does when something comes in while somebody looks at it. */
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { type Message, type Thread, useMarkRead } from "./api.ts";
import { readUpTo } from "./reading.ts";

/** Whether the page is in front: what comes in behind another window is not read yet. */
const useIsInFront = (): boolean => useSyncExternalStore(subscribeFront, isInFront);

const isInFront = (): boolean => document.visibilityState === "visible" && document.hasFocus();

function subscribeFront(listener: () => void): () => void {
  const names = ["focus", "blur"] as const;
  for (const name of names) addEventListener(name, listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    for (const name of names) removeEventListener(name, listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

/** Marks as read what is on the page and in front of somebody, once for each new message. */
export function useReading(thread: Thread): void {
  const { mutate } = useMarkRead();
  const isThere = useIsInFront();
  const upTo = readUpTo(thread);
  const marked = useRef(0);
  useEffect(() => {
    if (!isThere || upTo <= Math.max(thread.seen, marked.current)) return;
    marked.current = upTo;
    mutate({ thread: thread.id, at: upTo });
  }, [thread.id, thread.seen, upTo, isThere, mutate]);
}

/** The newest message of others that came in since the conversation was opened; null before there is one. */
export function useNewest(messages: readonly Message[]): Message | null {
  const [known] = useState(() => new Set(messages.map(({ id }) => id)));
  return messages.findLast(({ id, own }) => !own && !known.has(id)) ?? null;
}

/**
 * Keeps what stands below `growing` where it is on the screen while `growing` grows above it: nobody's text field may
 * slip away under their hands. Whoever has scrolled up to read stays where they are.
 */
export function useStill(growing: RefObject<HTMLElement | null>, below: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = growing.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    let height = element.offsetHeight;
    const observer = new ResizeObserver(() => {
      const grown = element.offsetHeight - height;
      height += grown;
      const scroller = scrollerOf(element);
      const top = below.current?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
      if (grown !== 0 && scroller && top - grown < scroller.getBoundingClientRect().bottom) scroller.scrollTop += grown;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [growing, below]);
}

function scrollerOf(element: HTMLElement): Element | null {
  for (let one = element.parentElement; one; one = one.parentElement)
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  return document.scrollingElement;
}
