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

/** Whether the end of something is on the screen. */
export function useIsInView(end: RefObject<HTMLElement | null>): boolean {
  const [isInView, setInView] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => {
    if (!end.current || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [end]);
  return isInView;
}

/**
 * Marks as read what is before somebody: all that was there when they opened the conversation, and what came in since
 * once they have seen the end of it. Answers the newest of others that they have not seen yet.
 */
export function useReading(thread: Thread, isEndInView: boolean): Message | null {
  const { mutate } = useMarkRead();
  const isInFront = useIsInFront();
  const [opened] = useState(() => readUpTo(thread));
  const [seen, setSeen] = useState(thread.seen);
  const marked = useRef(0);
  const upTo = isEndInView ? readUpTo(thread) : opened;
  if (isInFront && seen < upTo) setSeen(upTo);
  useEffect(() => {
    if (seen <= Math.max(thread.seen, marked.current)) return;
    marked.current = seen;
    mutate({ thread: thread.id, at: seen });
  }, [thread.id, thread.seen, seen, mutate]);
  return thread.messages.findLast(({ own, at }) => !own && Date.parse(at) > seen) ?? null;
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
