/**
 * The keyboard: `useKeys({ "g t": …, "/": …, "Mod+k": … })`. A letter after another within a second is a sequence. Keys
 * without Ctrl or Cmd rest while somebody writes or a dialog is open.
 */
import { useEffect, useRef } from "react";

export interface Shortcut {
  readonly keys: string;
  /** What it does, for the help. Without it the key works but is not listed. */
  readonly label?: string;
  readonly onPress: () => void;
}

const PATIENCE_MS = 1000;
const registered = new Set<{ readonly current: readonly Shortcut[] }>();
let before = "";
let since = 0;

/** The shortcuts that work at this moment, for the help page. */
export function shortcutsNow(): readonly Shortcut[] {
  const labelled = [...registered].flatMap((layer) => layer.current).filter((shortcut) => shortcut.label);
  return [...new Map(labelled.map((shortcut) => [shortcut.keys, shortcut])).values()];
}

/** Makes `shortcuts` work while the component is on the page. Later ones win over earlier ones. */
export function useKeys(shortcuts: readonly Shortcut[]): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    registered.add(current);
    if (registered.size === 1) document.addEventListener("keydown", press);
    return () => {
      registered.delete(current);
      if (registered.size === 0) document.removeEventListener("keydown", press);
    };
  }, []);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = spelled(event);
  if (!key.includes("+") && (isWriting(event.target) || document.querySelector("[role=dialog],[role=alertdialog]")))
    return;
  const sequence = event.timeStamp - since < PATIENCE_MS && before ? `${before} ${key}` : key;
  const all = [...registered].reverse().flatMap((layer) => layer.current);
  const found = all.find((shortcut) => shortcut.keys === sequence) ?? all.find((shortcut) => shortcut.keys === key);
  before = key;
  since = event.timeStamp;
  if (!found) return;
  event.preventDefault();
  before = "";
  found.onPress();
}

/** A key as shortcuts spell it: `k`, `?`, `Escape`, `Mod+k` (Ctrl, or Cmd on a Mac). */
function spelled(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Mod+${key}` : event.altKey ? `Alt+${key}` : key;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Moves the focus by `step` among what `selector` finds in `root`, staying at the ends. */
export function moveFocus(root: HTMLElement | null, selector: string, step: number): void {
  const places = [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const here = places.findIndex((place) => place === document.activeElement || place.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : places.length - 1) : Math.max(0, Math.min(here + step, places.length - 1));
  places[next]?.focus();
}
