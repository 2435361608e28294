import { useEffect, useState } from "react";

const USUAL = 640;

/** How wide an element is, in pixels, as it changes. */
export function useWidth(frame: { readonly current: Element | null }): number {
  const [width, setWidth] = useState(USUAL);
  useEffect(() => {
    if (!frame.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
