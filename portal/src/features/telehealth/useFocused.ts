import { type RefObject, useEffect, useRef } from "react";

/** What stands in the place of what was pressed takes the focus, so that keys and screen readers go on from there. */
export function useFocused<T extends HTMLElement>(): RefObject<T | null> {
  const place = useRef<T>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  return place;
}
