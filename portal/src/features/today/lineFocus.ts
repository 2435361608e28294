/** The focus on the board: from line to line, and back on a line that moved to another list or was drawn anew. */
import { type RefObject, useEffect, useRef } from "react";
import type { Line } from "./board.ts";

const LINES = "[data-line]";

/** The line's own element that the focus is in, or in whose row it is. */
function lineOf(element: Element | null): string | undefined {
  const row = element?.closest("tr");
  return row?.querySelector<HTMLElement>(LINES)?.dataset.line;
}

/** Whether the focus is somewhere in this line. */
export const lineInHand = ({ appointment }: Pick<Line, "appointment">): boolean =>
  lineOf(document.activeElement) === appointment;

/** To the next or the previous line. */
export function moveLine(frame: HTMLElement | null, step: number): void {
  const all = [...(frame?.querySelectorAll<HTMLElement>(LINES) ?? [])];
  const here = all.findIndex((one) => one.dataset.line === lineOf(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, here + step));
  all[next]?.focus();
}

/** Keeps the focus on the line it was on, wherever the line has gone. */
export function useKeptFocus(): RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    const note = (): void => {
      const inside = frame.current?.contains(document.activeElement);
      if (inside) last.current = lineOf(document.activeElement);
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    if (document.activeElement !== document.body || !last.current) return;
    const again = frame.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(last.current)}"]`);
    again?.focus({ preventScroll: true });
  });
  return frame;
}
