/** How the page looks to this person on this device: kept in the browser, for it says nothing about anybody. */
import { useSyncExternalStore } from "react";

export interface Appearance {
  readonly theme: "system" | "light" | "dark";
  readonly contrast: "system" | "more";
  readonly density: "comfortable" | "compact";
}

const KEY = "meridian.appearance";
const usual: Appearance = { theme: "system", contrast: "system", density: "compact" };
const listeners = new Set<() => void>();
let current: Appearance = read();

function read(): Appearance {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Appearance>) };
  } catch {
    return usual;
  }
}

/** The appearance in force. */
export function useAppearance(): Appearance {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Changes a part of it, at once and for the next time. */
export function appear(change: Partial<Appearance>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  dress();
  for (const listener of listeners) listener();
}

/** Marks the page with the appearance, which the tokens read. */
export function dress(page: HTMLElement = document.documentElement): void {
  const { theme, contrast, density } = current;
  const wantsMore = contrast === "more" || matchMedia("(prefers-contrast: more)").matches;
  mark(page, "theme", theme === "system" ? null : theme);
  mark(page, "contrast", wantsMore ? "more" : null);
  mark(page, "density", density);
}

/** Sets or removes one of the page's `data-` marks. */
export function mark(page: HTMLElement, name: string, value: string | null): void {
  if (value === null) delete page.dataset[name];
  else page.dataset[name] = value;
}
